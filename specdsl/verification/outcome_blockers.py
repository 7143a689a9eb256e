"""The reason why a decision never has an outcome: a core of rules that exclude it, or outcomes that
are always left and preferred."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.diagnostics import Label, Note
from specdsl.base.limits import MAX_LABELS, MAX_OUTCOME_BLOCKERS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.semantics.aig import TRUE, Literal
from specdsl.situations.situation import effect_text
from specdsl.verification.check_session import CheckSession, rule_label


@dataclass(frozen=True, slots=True)
class OutcomeBlockers:
    """`rules` that exclude the outcome in every situation in which it would be chosen; `minimal`:
    none of them can be left out. If there are none, one of the outcomes `preferred` is always left
    and chosen before it; `unsatisfiable`: there is no situation to consider."""

    decision: DecisionModel
    rules: tuple[Rule, ...] = ()
    minimal: bool = True
    preferred: tuple[int, ...] = ()
    unsatisfiable: bool = False

    @property
    def names(self) -> list[str]:
        return [rule.name for rule in self.rules]

    def labels(self) -> tuple[Label, ...]:
        """Return a label for each rule, with what it asks for."""
        return tuple(_blocker_label(rule, self.decision) for rule in self.rules[:MAX_LABELS])

    def notes(self) -> tuple[Note, ...]:
        return (Note("why", text),) if (text := self._explanation()) else ()

    def _explanation(self) -> str:
        """Return what the labels do not say, in words."""
        if len(self.rules) > 1:
            least = "none of them can be left out" if self.minimal else "some may not be needed"
            return f"{len(self.rules)} rules together exclude it; {least}"
        if self.preferred:
            left = " or ".join(f"`{self.decision.outcomes[o]}`" for o in self.preferred)
            return f"no rule leads to it: {left} is always left, and chosen before it"
        return (
            "there is no situation like that, whatever the rules say" if self.unsatisfiable else ""
        )


def find_blockers(
    session: CheckSession,
    decision: DecisionModel,
    outcome: int,
    when: Literal = TRUE,
    read: Sequence[DecisionModel] = (),
) -> OutcomeBlockers:
    """Return what blocks an outcome that the decision never has when `when` holds, a literal about
    the decisions that it reads. Nothing is named if that is undetermined."""
    graph, found = session.circuit.graph, session.world.resolution_of(decision)
    order = decision.choice_order
    sooner = order[: order.index(outcome)]
    spared = [standing.excludes[outcome] ^ 1 for _, _, standing in found.steps if standing.excludes]
    here = [*session.preconditions((*read, decision)), found.ready, when]
    chosen = [*here, *spared, *(found.left[o] ^ 1 for o in sooner)]
    rules = [rule for rule, standing in found.rules.items() if standing.excludes]
    soft = [found.rules[rule].excludes[outcome] ^ 1 for rule in rules]
    prover = Prover(graph, (*chosen, *soft), session.limits)
    try:
        if not prover.is_satisfiable(*here):
            return OutcomeBlockers(decision, unsatisfiable=True)
        kept = prover.some_core(chosen, soft)
        minimal = len(kept) <= MAX_OUTCOME_BLOCKERS
        if minimal:
            fewer, _ = prover.minimal_core(chosen, [soft[i] for i in kept])
            kept = [kept[i] for i in fewer]
        if kept:
            by = sorted((rules[i] for i in kept), key=lambda rule: rule.name)
            return OutcomeBlockers(decision, tuple(by), minimal)
        left, _ = prover.minimal_core([*here, *spared], [found.left[o] ^ 1 for o in sooner])
        return OutcomeBlockers(decision, preferred=tuple(sooner[i] for i in left))
    except Undetermined:
        return OutcomeBlockers(decision)


def _blocker_label(rule: Rule, decision: DecisionModel) -> Label:
    effect = rule.effect_on(decision)
    text = effect_text(decision, effect.outcomes, effect.permits)
    return rule_label(rule, f"excludes it: asks for `{text}`")
