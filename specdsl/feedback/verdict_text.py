"""Verdicts on reports as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specdsl.base.diagnostics import join_names
from specdsl.feedback.draft_example import one_line_text
from specdsl.feedback.report_verdicts import ReportVerdict, Stance


def verdict_summary(verdict: ReportVerdict) -> str:
    """Return the verdict in a line: `contradicts: reply is partial because of keep_the_magic`."""
    match verdict.stance:
        case Stance.AGREES:
            because = f", because of {join_names(verdict.because)}" if verdict.because else ""
            return f"agrees: the spec decides so{because}"
        case Stance.CONTRADICTS:
            decided = _outcome_text(verdict)
            return f"contradicts: {decided}, because of {join_names(verdict.because)}"
        case Stance.UNDECIDED if verdict.outcome is not None:
            return f"undecided: no rule decides it, {_outcome_text(verdict)} by default"
        case Stance.UNDECIDED:
            facts = join_names(verdict.open_facts) or "more than it says"
            return f"undecided: that depends on {facts}"
        case _:
            return f"{verdict.stance}: {one_line_text(verdict.problem)}"


def _outcome_text(verdict: ReportVerdict) -> str:
    assert verdict.draft is not None
    return f"`{verdict.draft.decision}` is `{verdict.outcome}`"


def report_lines(verdict: ReportVerdict) -> Iterator[str]:
    """Yield a report as it is shown to the person who decides what becomes of it."""
    report = verdict.report
    about = f", about rule `{report.rule}`" if report.rule else ""
    whom = f", credit {one_line_text(report.credit)}" if report.credit else ""
    yield f"{report.id}  received {report.received}{about}{whom}"
    if report.text:
        yield f"  “{one_line_text(report.text)}”"
    if report.saw:
        yield f"  saw: {one_line_text(report.saw)}"
    if report.wanted:
        yield f"  wanted: {one_line_text(report.wanted)}"
    yield f"  {verdict_summary(verdict)}"
    yield from (f"  against it: example “{title}”" for title in verdict.against)
    if verdict.draft is not None:
        yield ""
        yield from (f"    {line}".rstrip() for line in verdict.draft.text.splitlines())
        yield ""


def stance_counts(verdicts: Sequence[ReportVerdict]) -> str:
    """Return how many reports have which verdict: `1 agrees, 2 contradict`."""
    plural = {"agrees": "agree", "contradicts": "contradict"}
    found = []
    for stance in Stance:
        count = sum(one.stance is stance for one in verdicts)
        if count:
            found.append(f"{count} {stance if count == 1 else plural.get(stance, stance)}")
    return ", ".join(found)


def verdict_json(verdict: ReportVerdict) -> dict[str, Any]:
    """Return the verdict for programs."""
    draft = verdict.draft
    return {
        "id": verdict.report.id,
        "state": verdict.report.state,
        "verdict": str(verdict.stance),
        "rule": verdict.report.rule,
        "decision": None if draft is None else draft.decision,
        "wanted": verdict.report.wanted,
        "outcome": verdict.outcome,
        "because": list(verdict.because),
        "against": list(verdict.against),
        "open_facts": list(verdict.open_facts),
        "problem": verdict.problem,
        "draft": None if draft is None else draft.text,
    }
