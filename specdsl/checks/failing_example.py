"""An example that the spec decides otherwise.

What an example does not give may be anything: it must hold for every completion of its facts
that the assumptions allow, unknown included where a fact may be. The finding shows a simple
completion in which an expectation is not met, or says that there is no completion.

Where another example describes the same situation and no outcome meets what both expect, the
finding names it: no rules can satisfy both.

Mend the rules or the example; give the fact that matters if the example is about one value of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.limits import MOST_EXAMPLE_CLASHES, MOST_EXAMPLE_WAYS
from specdsl.frontend.model.nodes import Decision, Example, Expectation, Fact
from specdsl.reasoning.prover import Prover, Unsettled
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.witness.simple_witness import Question, Witness, as_found, simple_witness
from specdsl.semantics.aig import FALSE, TRUE
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import listed_instructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import substitute_facts
from specdsl.situations.situation import Situation, Spoken, completed, effect_text
from specdsl.verification.check_session import Check, CheckSession, Findings, ReplayedDecision
from specdsl.verification.settled_examples import SettledExamples

CODE = Code("SD601", "failing-example", Severity.ERROR, __doc__ or "")


def run(session: CheckSession) -> Findings:
    found: list[Diagnostic] = []
    unproved: list[str] = []
    seen = SettledExamples(session)
    for example in session.spec.examples:
        if not session.limits.judge and seen.holds(example):
            continue
        try:
            failing = judge(session, example)
        except Unsettled:
            unproved.append(f'"{example.title}"')
            continue
        if failing is not None:
            found.append(failing)
    return Findings(tuple(found), ", ".join(unproved))


CHECK = Check(CODE, run)


def judge(session: CheckSession, example: Example) -> Diagnostic | None:
    """What is wrong with one example, or None. Raises `Unsettled`."""
    return _Judge(session, example).run()


def failing(session: CheckSession) -> list[Example]:
    """The examples that fail, without a situation that shows it. Raises `Unsettled`."""
    seen = SettledExamples(session)
    some = (one for one in session.spec.examples if not seen.holds(one))
    return [one for one in some if _Judge(session, one).fails()]


class _Judge:
    def __init__(self, session: CheckSession, example: Example) -> None:
        self.session = session
        self.example = example
        self.graph = session.circuit.graph
        self.given: dict[Fact, FactValue] = {g.fact: g.value for g in example.given}
        self.world = World(
            session.circuit,
            listed_instructions(example.says),
            substitute_facts(self.graph, self.given),
        )
        self.possible = self.world.assumptions_hold()

    def run(self) -> Diagnostic | None:
        if not Prover(self.graph, [self.possible], self.session.limits).settle(self.possible):
            return self._impossible()
        for expectation in self.example.expectations:
            resolution = self.world.resolution_of(expectation.effect.decision)
            situation = self._situation(self._missed(resolution, expectation))
            if situation is None and expectation.because:
                situation = self._otherwise(resolution, expectation)
            if situation is not None:
                return self._diagnostic(expectation, situation)
        return None

    def fails(self) -> bool:
        """Whether anything is wrong with it."""
        missed = [
            (self._missed(self.world.resolution_of(one.effect.decision), one), one)
            for one in self.example.expectations
        ]
        roots = [self.possible, *(literal for literal, _ in missed)]
        prover = Prover(self.graph, roots, self.session.limits)
        return not prover.settle(self.possible) or any(
            prover.settle(self.possible, literal)
            or (one.because and self._otherwise(self.world.resolution_of(one.effect.decision), one))
            for literal, one in missed
        )

    def _missed(self, resolution: Resolution, expectation: Expectation) -> int:
        """The decision is not taken, or comes out as something else."""
        met = self.graph.any_of(
            literal
            for o, literal in enumerate(resolution.outcome)
            if expectation.effect.outcomes >> o & 1
        )
        return self.graph.all_of((resolution.taken, met)) ^ 1

    def _situation(self, claim: int) -> Situation | None:
        witness = simple_witness(self.graph, Question(claim, self.possible), self.session.limits)
        return None if witness is None else self._given_and(witness)

    def _given_and(self, witness: Witness) -> Situation:
        named = {**self.given, **witness.named}
        every = completed(self.session.spec, {**self.given, **witness.every})
        return Situation(named, every, self._said())

    def _said(self) -> tuple[Spoken, ...]:
        return tuple(
            Spoken(
                s.principal, s.implied, s.at, s.effect.decision, s.effect.permits, s.effect.outcomes
            )
            for s in self.example.says
        )

    def _otherwise(self, resolution: Resolution, expectation: Expectation) -> Situation | None:
        """A completion with the outcome expected, but by other rules. Completions in which the
        same candidates stand and leave the same have the same winners: one of each is asked."""
        telling = [
            literal
            for standing in (*resolution.rules.values(), *(s for _, _, s in resolution.steps))
            for literal in (standing.stands, *standing.excludes)
            if literal not in (TRUE, FALSE)
        ] + [literal for literal in resolution.outcome if literal not in (TRUE, FALSE)]
        prover = Prover(self.graph, [self.possible, *telling], self.session.limits)
        prover.always(self.possible)
        for _ in range(MOST_EXAMPLE_WAYS):
            if not prover.settle():
                return None
            here = self.graph.all_of(
                literal ^ (not prover.truth(literal)) for literal in set(telling)
            )
            found = as_found(self.graph, Question(here, self.possible), prover)
            if self._lacking(expectation, self._given_and(found)):
                return self._situation(here)
            prover.always(here ^ 1)
        raise Unsettled

    def _lacking(self, expectation: Expectation, situation: Situation) -> list[str]:
        """The names after `because` that are not among the winners."""
        trace = self._trace(expectation.effect.decision, situation)
        return [b.name for b in expectation.because if b.name not in trace.because]

    def _trace(self, decision: Decision, situation: Situation) -> ReplayedDecision:
        return self._traces(situation)[decision.name]

    def _traces(self, situation: Situation) -> Mapping[str, ReplayedDecision]:
        return self.session.replay(situation.to_replay())

    # --- reports ---

    def _impossible(self) -> Diagnostic:
        label = Label(self.example.span, "no situation is like this", primary=True)
        gives = [Label(g.span, "given") for g in self.example.given]
        notes = [Note("help", "give facts that the assumptions allow together")]
        message = (
            f'example "{self.example.title}" describes no situation that the assumptions allow'
        )
        fields = {"title": self.example.title}
        return Diagnostic(CODE, message, (label, *gives), tuple(notes), fields=fields)

    def _diagnostic(self, expectation: Expectation, situation: Situation) -> Diagnostic:
        decision = expectation.effect.decision
        trace = self._trace(decision, situation)
        wanted = effect_text(decision, expectation.effect.outcomes, permits=False)
        lacking = self._lacking(expectation, situation)
        met = trace.outcome in {
            o for i, o in enumerate(decision.outcomes) if expectation.effect.outcomes >> i & 1
        }
        if trace.outcome is None:
            what = f"expects `{wanted}` but `{decision.name}` is not decided: {_failure(trace)}"
        elif not met:
            what = f"expects `{wanted}` but the spec decides `{trace.outcome}`"
        else:
            reason = _listed(trace.because) or _why_not(trace)
            what = f"expects `{wanted}` because of {_listed(lacking)} but {reason} decides it"
        notes = [
            Note("situation", str(situation)),
            Note("trace", _told(decision, trace)),
            Note("replay", f"{situation.command(self.session.path)} --trace"),
        ]
        fields: dict[str, Any] = {
            "title": self.example.title,
            "decision": decision.name,
            "situation": situation.to_json(),
            "replay": situation.to_replay(),
        }
        labels = [
            Label(expectation.span, "expected", primary=True),
            Label(self.example.span, "in this example"),
        ]
        if not _expected(self.example, decision):
            said = f"no outcome meets all that the example expects of `{decision.name}`"
            notes.insert(-1, Note("note", said))
        for other, theirs in self._excluding(decision):
            effect = effect_text(decision, theirs.effect.outcomes, permits=False)
            labels.append(Label(theirs.span, f"`{effect}` is expected here"))
            said = f'"{other.title}" describes the same situation: no outcome is right for both'
            notes.insert(-1, Note("note", said))
            fields.setdefault("excludes", []).append(other.title)
        message = f'example "{self.example.title}" {what}'
        return Diagnostic(CODE, message, tuple(labels), tuple(notes), fields=fields)

    def _excluding(self, decision: Decision) -> Iterator[tuple[Example, Expectation]]:
        """Other examples, with what they expect, that expect another outcome of a situation that
        both describe."""
        mine = _expected(self.example, decision)
        for other in self.session.spec.examples if mine else ():
            theirs = _expected(other, decision)
            if theirs and not mine & theirs and self._same_situation(other):
                about = (e for e in other.expectations if e.effect.decision is decision)
                yield other, min(about, key=lambda e: mine & e.effect.outcomes != 0)

    def _same_situation(self, other: Example) -> bool:
        """The same is said in both, and what they give can be together. Where that is not settled,
        they are not taken for the same."""
        theirs = {g.fact: g.value for g in other.given}
        alike = all(self.given.get(fact, value) == value for fact, value in theirs.items())
        if not alike or _instructions(self.example) != _instructions(other):
            return False
        given = substitute_facts(self.graph, {**self.given, **theirs})
        possible = World(self.session.circuit, no_instructions, given).assumptions_hold()
        prover = Prover(self.graph, [possible], self.session.limits)
        return prover.ask(possible) is Answer.YES


def _expected(example: Example, decision: Decision) -> int:
    """The outcomes that meet all that it expects of the decision."""
    found = decision.all_outcomes
    for one in example.expectations:
        if one.effect.decision is decision:
            found &= one.effect.outcomes
    return found


def _instructions(example: Example) -> list[Hashable]:
    """What is said in it, in order."""
    return [
        (s.principal, s.effect.decision, s.effect.outcomes, s.effect.permits, s.implied, s.at)
        for s in example.says
    ]


def _listed(names: object) -> str:
    return " and ".join(f"`{name}`" for name in names)  # type: ignore[attr-defined]


def _why_not(trace: ReplayedDecision) -> str:
    return "`on conflict`" if trace.conflicted else "the default"


def _told(decision: Decision, trace: ReplayedDecision) -> str:
    """What became of the decision, and why."""
    if trace.outcome is None:
        clashes = [" and ".join(sorted(clash)) for clash in trace.clashes[:MOST_EXAMPLE_CLASHES]]
        between = f" ({'; '.join(clashes)})" if clashes else ""
        return f"{decision.name} is not decided: {_failure(trace)}{between}"
    because = ", ".join(trace.because) or f"no rule: {_why_not(trace)}"
    return f"{decision.name} is {trace.outcome}, because of {because}"


def _failure(trace: ReplayedDecision) -> str:
    return (
        "its rules contradict each other" if trace.conflicted else "a decision that it reads failed"
    )
