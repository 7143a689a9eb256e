"""Verdicts on reports: does the spec decide what a report wants, something else, or is it open?

All drafts are loaded with the spec at once; the examples of the spec that stand against one are
found as for a failing example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.winners import constant_winners
from specdsl.analyses.fixes.edited_texts import load_edited, path_of
from specdsl.api import Policy, Spec, start_session
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks.failing_example import find_failure
from specdsl.feedback.draft_example import DraftExample, UnclearReport, draft_example
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.incoming_reports import give_facts
from specdsl.frontend.model.nodes import Example
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.situations.situation import to_json
from specdsl.verification.example_world import given_instructions


class Stance(StrEnum):
    """The stance of a spec on a report.

    undecided: the facts of the report leave it open, or no rule decides it. unclear: no example can
    be made of it. unproved: it could not be settled.
    """

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNDECIDED = "undecided"
    UNCLEAR = "unclear"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class ReportVerdict:
    """The verdict on a report. `outcome` is what the spec decides, if that is settled, `because` by
    whom; `against` are the titles of examples of the same situation that expect something else;
    `open_facts` those on which it depends; `problem` why it is unclear or unproved.
    """

    report: FeedbackReport
    stance: Stance
    draft: DraftExample | None = None
    outcome: str | None = None
    because: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    open_facts: tuple[str, ...] = ()
    problem: str = ""


def judge_reports(spec: Spec, reports: Sequence[FeedbackReport]) -> list[ReportVerdict]:
    """Return the verdict on each report."""
    drafts: dict[str, DraftExample] = {}
    problems: dict[str, str] = {}
    for report in reports:
        try:
            drafts[report.id] = draft_example(spec.model, give_facts(spec, report))
        except UnclearReport as problem:
            problems[report.id] = str(problem)
    loaded = load_with_drafts(spec, drafts, problems)
    found = _ReportJudge(loaded, drafts)
    return [
        ReportVerdict(one, Stance.UNCLEAR, problem=problems[one.id])
        if one.id in problems
        else found.judge_report(one)
        for one in reports
    ]


class _ReportJudge:
    """Judges reports by the spec that has all drafts as examples."""

    def __init__(self, spec: Spec, drafts: Mapping[str, DraftExample]) -> None:
        self._session = start_session(spec)
        self._policy = Policy(spec.circuit)
        self._drafts = drafts
        self._titles = {draft.title for draft in drafts.values()}
        self._examples = {example.title: example for example in spec.model.examples}

    def judge_report(self, report: FeedbackReport) -> ReportVerdict:
        draft = self._drafts[report.id]
        with self._session.circuit.graph.scratch():
            try:
                return self._judge_example(report, draft, self._examples[draft.title])
            except Undetermined:
                problem = "it could not be settled within the limits"
                return ReportVerdict(report, Stance.UNPROVED, draft, problem=problem)

    def _judge_example(
        self, report: FeedbackReport, draft: DraftExample, example: Example
    ) -> ReportVerdict:
        decision = example.expectations[0].effect.decision
        failure = find_failure(self._session, example)
        if failure is None:
            here = ExampleSituations(self._session, example)
            winners = constant_winners(self._session, here, decision)
            return ReportVerdict(report, Stance.AGREES, draft, because=winners)
        if failure.situation is None:
            return ReportVerdict(report, Stance.UNCLEAR, draft, problem=IMPOSSIBLE)
        if self._may_hold(example):
            open_facts = self._open_facts(example)
            return ReportVerdict(report, Stance.UNDECIDED, draft, open_facts=open_facts)
        trace = self._session.replay(failure.replay)[decision.name]
        stance = Stance.CONTRADICTS if trace.decided or trace.conflicted else Stance.UNDECIDED
        against = failure.fields.get("excludes", ())
        others = tuple(title for title in against if title not in self._titles)
        return ReportVerdict(report, stance, draft, trace.outcome, trace.because, others)

    def _may_hold(self, example: Example) -> bool:
        """Return whether some situation of the example has what it expects."""
        here = ExampleSituations(self._session, example)
        (wanted,) = example.expectations
        resolution, graph = here.world.resolution_of(wanted.effect.decision), here.graph
        outcomes = enumerate(resolution.outcome)
        met = graph.any_of(one for i, one in outcomes if wanted.effect.outcomes >> i & 1)
        possible = here.world.assumptions_hold()
        claim = graph.all_of((possible, resolution.taken, met))
        return Prover(graph, (claim,), self._session.limits).is_satisfiable(claim)

    def _open_facts(self, example: Example) -> tuple[str, ...]:
        """Return the facts on which what the report is about depends."""
        facts = {one.fact.name: to_json(one.fact, one.value) for one in example.given}
        says = [one.to_json() for one in given_instructions(example)]
        decisions = {one.effect.decision.name for one in example.expectations}
        return tuple(self._policy.open_facts(facts, says, facts, decisions))


IMPOSSIBLE = "no situation is like this, by the assumptions of the spec"


def load_with_drafts(spec: Spec, drafts: dict[str, DraftExample], problems: dict[str, str]) -> Spec:
    """Return the spec with the drafts as examples. One that does not fit is moved from the `drafts`
    to the `problems`.
    """
    main = spec.loaded.files[0].source
    while True:
        text, ends = main.text, dict[str, int]()
        for name, draft in drafts.items():
            text += f"\n{draft.text}"
            ends[name] = len(text)
        loaded = load_edited(spec, {path_of(spec, main): text})
        if loaded.circuit is not None:
            return Spec(loaded, spec.texts, spec.allowing)
        starts = [one.primary.span.start for one in loaded.diagnostics if one.primary is not None]
        for message, start in zip((d.message for d in loaded.diagnostics), starts, strict=True):
            name = next(name for name, end in ends.items() if start < end)
            problems.setdefault(name, message)
            drafts.pop(name, None)
