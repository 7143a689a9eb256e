"""An example for which the spec decides something else.

An example must hold for every completion of its given facts that the assumptions allow, with
unknown facts included if they may be unknown. The finding shows a simple completion in which an
expectation is not met, or says that no situation is like the example.

Why: either the rules or the example do not say what their author means.

Example:

    rule late at developer
      when days > 30
      then refund is decline

    example "a regular customer"
      given is_regular
      expect refund is pay

Instead: correct the rules or the example, or give the fact that matters, if the example is about
one value of it.

    rule late at developer
      when days > 30
      then refund is decline

    example "a regular customer"
      given is_regular, days = 10
      expect refund is pay

If another example describes the same situation and no outcome meets both expectations, the finding
names it: no rules can satisfy both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from specdsl.base.code_names import FAILING_EXAMPLE
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity, join_names
from specdsl.base.limits import MAX_EXAMPLE_CONFLICTS, MAX_EXAMPLE_WINNERS
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import DecisionModel, Example, Expectation
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.witness.simple_witness import (
    Witness,
    WitnessQuery,
    model_reader,
    simple_witness,
)
from specdsl.semantics.aig import Literal
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import substitute_facts
from specdsl.situations.situation import Situation, effect_text
from specdsl.verification.check_session import Check, CheckSession, Findings, ReplayedDecision
from specdsl.verification.example_world import ExampleWorld, resolution_literals
from specdsl.verification.settled_examples import SettledExamples

CODE = Code(*FAILING_EXAMPLE, Severity.ERROR, __doc__ or "")


def find_failing_examples(session: CheckSession) -> Findings:
    settled = SettledExamples(session)
    examples = (
        one
        for one in session.spec.examples
        if session.limits.z3_only or not settled.surely_holds(one)
    )

    def find(session: CheckSession, example: Example) -> Iterable[Diagnostic]:
        return filter(None, (find_failure(session, example),))

    return run_per_part(session, examples, find, lambda one: f'"{one.title}"')


CHECK = Check(CODE, find_failing_examples)


def find_failure(session: CheckSession, example: Example) -> Diagnostic | None:
    """Return the finding about one example, or None. Raises `Undetermined`."""
    return _ExampleCheck(session, example).find_failure()


def failing_examples(session: CheckSession) -> list[Example]:
    """Return the examples that fail, without searching for situations. Raises `Undetermined`."""
    seen = SettledExamples(session)
    some = (one for one in session.spec.examples if not seen.surely_holds(one))
    return [one for one in some if _ExampleCheck(session, one).fails()]


class _ExampleCheck(ExampleWorld):
    def __init__(self, session: CheckSession, example: Example) -> None:
        super().__init__(session, example)
        self.possible = self.world.assumptions_hold()

    def find_failure(self) -> Diagnostic | None:
        if not Prover(self.graph, [self.possible], self.session.limits).is_satisfiable(
            self.possible
        ):
            return self._impossible_finding()
        for expectation in self.example.expectations:
            resolution = self.world.resolution_of(expectation.effect.decision)
            situation = self._simple_situation(self._is_missed(resolution, expectation))
            if situation is None and expectation.because:
                situation = self._met_by_other_rules(resolution, expectation)
            if situation is not None:
                return self._build_finding(expectation, situation)
        return None

    def fails(self) -> bool:
        """Return whether the example fails."""
        missed = [
            (self._is_missed(self.world.resolution_of(one.effect.decision), one), one)
            for one in self.example.expectations
        ]
        roots = [self.possible, *(literal for literal, _ in missed)]
        prover = Prover(self.graph, roots, self.session.limits)
        return not prover.is_satisfiable(self.possible) or any(
            prover.is_satisfiable(self.possible, literal)
            or (
                one.because
                and self._met_by_other_rules(self.world.resolution_of(one.effect.decision), one)
            )
            for literal, one in missed
        )

    def _is_missed(self, resolution: Resolution, expectation: Expectation) -> Literal:
        """Return the literal that the decision is not taken or has an unexpected outcome."""
        met = self.graph.any_of(
            literal
            for o, literal in enumerate(resolution.outcome)
            if expectation.effect.outcomes >> o & 1
        )
        return self.graph.all_of((resolution.taken, met)) ^ 1

    def _simple_situation(self, claim: Literal) -> Situation | None:
        witness = simple_witness(
            self.graph, WitnessQuery(claim, self.possible), self.session.limits
        )
        return None if witness is None else self._complete_situation(witness)

    def _complete_situation(self, witness: Witness) -> Situation:
        return self.situation_with(witness.relevant_facts, witness.all_facts)

    def _met_by_other_rules(
        self, resolution: Resolution, expectation: Expectation
    ) -> Situation | None:
        """Find a completion that has the expected outcome by rules other than those after
        `because`. Completions with the same standing candidates have the same winners, so one of
        each class is tried.
        """
        telling = resolution_literals(resolution)
        prover = Prover(self.graph, [self.possible, *telling], self.session.limits)
        prover.assert_always(self.possible)
        for _ in range(MAX_EXAMPLE_WINNERS):
            if not prover.is_satisfiable():
                return None
            here = self.graph.all_of(literal ^ (not prover.holds(literal)) for literal in telling)
            found = model_reader(self.graph, WitnessQuery(here, self.possible), prover)()
            if self._missing_reasons(expectation, self._complete_situation(found)):
                return self._simple_situation(here)
            prover.assert_always(here ^ 1)
        raise Undetermined

    def _missing_reasons(self, expectation: Expectation, situation: Situation) -> list[str]:
        """Return the names after `because` that are not among the winners."""
        trace = self._trace_of(expectation.effect.decision, situation)
        return [b.name for b in expectation.because if b.name not in trace.because]

    def _trace_of(self, decision: DecisionModel, situation: Situation) -> ReplayedDecision:
        return self._traces(situation)[decision.name]

    def _traces(self, situation: Situation) -> Mapping[str, ReplayedDecision]:
        return self.session.replay(situation.to_replay())

    # --- reports ---

    def _impossible_finding(self) -> Diagnostic:
        label = Label(self.example.span, "no situation is like this", primary=True)
        gives = [Label(g.span, "given") for g in self.example.given]
        notes = [Note("help", "give facts that the assumptions allow together")]
        message = (
            f'example "{self.example.title}" describes no situation that the assumptions allow'
        )
        fields = {"title": self.example.title}
        return Diagnostic(CODE, message, (label, *gives), tuple(notes), fields=fields)

    def _build_finding(self, expectation: Expectation, situation: Situation) -> Diagnostic:
        decision = expectation.effect.decision
        trace = self._trace_of(decision, situation)
        wanted = effect_text(decision, expectation.effect.outcomes, permits=False)
        lacking = self._missing_reasons(expectation, situation)
        met = trace.outcome in {
            o for i, o in enumerate(decision.outcomes) if expectation.effect.outcomes >> i & 1
        }
        if trace.outcome is None:
            what = (
                f"expects `{wanted}` but `{decision.name}` is not decided: {_failure_text(trace)}"
            )
        elif not met:
            what = f"expects `{wanted}` but the spec decides `{trace.outcome}`"
        else:
            reason = join_names(trace.because) or _fallback_text(trace)
            what = f"expects `{wanted}` because of {join_names(lacking)} but {reason} decides it"
        notes = [Note("trace", _trace_text(decision, trace))]
        fields: dict[str, Any] = {
            "title": self.example.title,
            "decision": decision.name,
            **situation_fields(situation),
        }
        labels = [
            Label(expectation.span, "expected", primary=True),
            Label(self.example.span, "in this example"),
        ]
        if not _expected_outcomes(self.example, decision):
            said = f"no outcome meets all that the example expects of `{decision.name}`"
            notes.append(Note("note", said))
        for other, theirs in self._incompatible_examples(decision):
            effect = effect_text(decision, theirs.effect.outcomes, permits=False)
            labels.append(Label(theirs.span, f"`{effect}` is expected here"))
            said = f'"{other.title}" describes the same situation: no outcome is right for both'
            notes.append(Note("note", said))
            fields.setdefault("excludes", []).append(other.title)
        message = f'example "{self.example.title}" {what}'
        shown = situation_notes(self.session, situation, *notes, trace=True)
        return Diagnostic(CODE, message, tuple(labels), shown, fields=fields)

    def _incompatible_examples(
        self, decision: DecisionModel
    ) -> Iterator[tuple[Example, Expectation]]:
        """Yield examples that describe a common situation and expect another outcome of it, with
        that expectation.
        """
        mine = _expected_outcomes(self.example, decision)
        for other in self.session.spec.examples if mine else ():
            theirs = _expected_outcomes(other, decision)
            if theirs and not mine & theirs and self._describes_same_situation(other):
                about = (e for e in other.expectations if e.effect.decision is decision)
                yield other, min(about, key=lambda e: mine & e.effect.outcomes != 0)

    def _describes_same_situation(self, other: Example) -> bool:
        """Return whether both have the same instructions and some situation has the facts of both;
        False if that cannot be settled.
        """
        theirs = {g.fact: g.value for g in other.given}
        alike = all(self.given.get(fact, value) == value for fact, value in theirs.items())
        if not alike or _instruction_keys(self.example) != _instruction_keys(other):
            return False
        given = substitute_facts(self.graph, {**self.given, **theirs})
        possible = World(self.session.circuit, no_instructions, given).assumptions_hold()
        prover = Prover(self.graph, [possible], self.session.limits)
        return prover.check(possible) is Answer.SAT


def _expected_outcomes(example: Example, decision: DecisionModel) -> int:
    """Return the mask of outcomes that meet all its expectations of the decision."""
    found = decision.all_outcomes
    for one in example.expectations:
        if one.effect.decision is decision:
            found &= one.effect.outcomes
    return found


def _instruction_keys(example: Example) -> list[Hashable]:
    """Return keys that are equal for equal instructions, in order."""
    return [
        (s.principal, s.effect.decision, s.effect.outcomes, s.effect.permits, s.implied, s.at)
        for s in example.says
    ]


def _fallback_text(trace: ReplayedDecision) -> str:
    return "`on conflict`" if trace.conflicted else "the default"


def _trace_text(decision: DecisionModel, trace: ReplayedDecision) -> str:
    """Return the outcome of the decision and its reason in words."""
    if trace.outcome is None:
        clashes = [" and ".join(sorted(clash)) for clash in trace.clashes[:MAX_EXAMPLE_CONFLICTS]]
        between = f" ({'; '.join(clashes)})" if clashes else ""
        return f"{decision.name} is not decided: {_failure_text(trace)}{between}"
    because = ", ".join(trace.because) or f"no rule: {_fallback_text(trace)}"
    return f"{decision.name} is {trace.outcome}, because of {because}"


def _failure_text(trace: ReplayedDecision) -> str:
    return (
        "its rules contradict each other" if trace.conflicted else "a decision that it reads failed"
    )
