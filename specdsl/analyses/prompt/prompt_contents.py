"""A prompt: what of a spec can matter in given circumstances, in rank order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from specdsl.analyses.prompt.circumstances import Circumstances
from specdsl.api import Spec
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import (
    DecisionModel,
    Define,
    DefineRef,
    Effect,
    Expr,
    Fact,
    HasOutcome,
    Level,
    Rule,
)
from specdsl.frontend.model.traversal import direct_facts, subexpressions
from specdsl.frontend.ranking.ranks import bit_positions
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.circuit import Clause
from specdsl.semantics.fact_values import FactValue


@dataclass(frozen=True, slots=True)
class PromptRule:
    """A rule that can take effect: the effects that can, and the clauses that are not settled."""

    rule: Rule
    effects: tuple[Effect, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class PromptDecision:
    """A decision that a rule of the prompt is about, or reads, with the outcomes it can have."""

    decision: DecisionModel
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The contents of a prompt.

    `left_out` are rules that can never take effect in the circumstances, which is proved. What is
    kept can, but for `undetermined`, which is kept without a proof. `facts` and `defines` are those
    that the clauses name.
    """

    spec: Spec
    given: Mapping[Fact, FactValue]
    rules: tuple[PromptRule, ...]
    decisions: tuple[PromptDecision, ...]
    facts: tuple[Fact, ...]
    defines: tuple[Define, ...]
    left_out: tuple[Rule, ...]
    undetermined: tuple[str, ...]

    def rules_at(self, level: Level) -> tuple[PromptRule, ...]:
        """Return the rules of a level in rank order."""
        return tuple(one for one in self.rules if one.rule.level is level)


class NoCircumstances(ValueError):
    """No situation has the given facts: an assumption excludes them."""


def select_contents(
    spec: Spec, given: Mapping[Fact, FactValue], limits: Limits | None = None
) -> Prompt:
    """Return what can matter with the given facts; raises `NoCircumstances`. All other facts may be
    anything, unknown included where they may be, and anybody may say anything."""
    with spec.circuit.graph.scratch():
        return _select(spec, given, Circumstances(spec.circuit, given, limits or Limits()))


def _select(spec: Spec, given: Mapping[Fact, FactValue], here: Circumstances) -> Prompt:
    if not here.is_possible:
        raise NoCircumstances
    kept: list[PromptRule] = []
    left_out: list[Rule] = []
    for rule in _rank_order(spec):
        effects = here.effects_of(rule)
        if effects:
            kept.append(PromptRule(rule, effects, here.open_condition(rule)))
        else:
            left_out.append(rule)
    facts, defines, read = _names_in_clauses(kept)
    wanted = {effect.decision for one in kept for effect in one.effects} | read
    decisions = tuple(
        PromptDecision(d, here.possible_outcomes(d)) for d in spec.model.decisions if d in wanted
    )
    return Prompt(
        spec,
        given,
        tuple(kept),
        decisions,
        tuple(fact for fact in spec.model.facts if fact in facts and fact not in given),
        tuple(define for define in spec.model.defines if define in defines),
        tuple(left_out),
        tuple(here.undetermined),
    )


def _names_in_clauses(
    kept: Iterable[PromptRule],
) -> tuple[set[Fact], set[Define], set[DecisionModel]]:
    """Return the facts, defines and decisions that the clauses name, directly or through others."""
    facts: set[Fact] = set()
    defines: set[Define] = set()
    decisions: set[DecisionModel] = set()
    stack: list[Expr] = [clause.expr for one in kept for clause in one.clauses]
    while stack:
        expr = stack.pop()
        stack.extend(subexpressions(expr))
        facts.update(direct_facts(expr))
        if isinstance(expr, HasOutcome):
            decisions.add(expr.decision)
        elif isinstance(expr, DefineRef) and expr.define not in defines:
            defines.add(expr.define)
            stack.append(expr.define.expr)
    return facts, defines, decisions


# --- rank order ----------------------------------------------------------------------------------


def _rank_order(spec: Spec) -> Iterator[Rule]:
    """Yield all rules, each level in an order in which a rule comes after all rules that outrank
    it on some decision; rules that are not ordered come as they were written."""
    for level in spec.model.levels:
        yield from _level_order(spec, [r for r in spec.model.rules if r.level is level])


def _level_order(spec: Spec, rules: Sequence[Rule]) -> Iterator[Rule]:
    place = {rule: i for i, rule in enumerate(rules)}
    above: dict[Rule, set[Rule]] = {rule: set() for rule in rules}
    for levels in spec.circuit.ranks.levels.values():
        for ranked in levels:
            for rule, mask in zip(ranked.rules, ranked.above, strict=True):
                if rule in above:
                    above[rule] |= {ranked.rules[j] for j in bit_positions(mask)}
    ready = [place[rule] for rule, others in above.items() if not others]
    heapify(ready)
    waiting = {rule for rule, others in above.items() if others}
    done: set[Rule] = set()
    while ready or waiting:
        # Ranks on several decisions may form a cycle: it is broken at the first rule.
        rule = rules[heappop(ready)] if ready else min(waiting, key=lambda one: place[one])
        waiting.discard(rule)
        done.add(rule)
        yield rule
        for other in [one for one in waiting if above[one] <= done]:
            waiting.discard(other)
            heappush(ready, place[other])
