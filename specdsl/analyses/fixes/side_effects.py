"""What a mend changes beyond the finding that it resolves, proved over all situations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from specdsl.analyses.diff import OutcomeChange, Result, outcome_changes
from specdsl.analyses.fixes.changed_decisions import shifted
from specdsl.analyses.fixes.joined_specs import Joined
from specdsl.analyses.fixes.proposals import CONTRADICTION
from specdsl.api import Spec
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import ELSEWHERE_WORK, MOST_SHIFTS_SHOWN
from specdsl.reasoning.prover import Unsettled
from specdsl.reasoning.sat.engine import Limits


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`changes`: in how many ways decisions come to something else, infinitely many where that is
    not settled; `text` says which. `breaks`: a decision that was taken becomes contradictory."""

    changes: float
    text: str
    breaks: bool = False


def elsewhere(old: Spec, new: Spec, finding: Diagnostic, both: Joined | None) -> Elsewhere:
    """Both specs compared, with little work. A clash that is resolved, and what could not be
    decided because of it, is left out; what an unreachable rule comes to decide is not."""
    try:
        return _compared(old, new, finding, both)
    except Unsettled:
        return _quietly(old, new, finding, both)


def _compared(
    old: Spec, new: Spec, finding: Diagnostic, both: Joined | None, quiet: bool = False
) -> Elsewhere:
    def matters(shift: OutcomeChange) -> bool:
        return not inside(shift, finding)

    limits = Limits(work=ELSEWHERE_WORK)
    if both is None:
        shifts = outcome_changes(old, new, matters, limits, quiet)
    else:
        shifts = shifted(both, matters, limits, quiet)
    if not shifts:
        return Elsewhere(0, "changes nothing else")
    breaks = any(shift.old.outcome and shift.new.failed for shift in shifts)
    return Elsewhere(len(shifts), _described(shifts), breaks)


def _quietly(old: Spec, new: Spec, finding: Diagnostic, both: Joined | None) -> Elsewhere:
    """Where nobody says anything far fewer things bear on it."""
    try:
        found = _compared(old, new, finding, both, quiet=True)
    except Unsettled:
        return Elsewhere(inf, "what else it changes is not settled")
    return replace(found, changes=inf, text=f"{found.text}, but for what instructions may change")


def inside(shift: OutcomeChange, finding: Diagnostic) -> bool:
    """The decision was contradictory there and no longer is, or was not taken since one that it
    reads was contradictory."""
    if finding.code.id != CONTRADICTION:
        return False
    if shift.decision == finding.fields["decision"]:
        return shift.old.conflicted and not shift.new.conflicted
    return not shift.old.outcome and not shift.old.failed


def _described(shifts: Iterable[OutcomeChange]) -> str:
    """Which decisions come to what, those first that need no instruction."""
    found: dict[str, dict[str, None]] = {}
    for shift in sorted(shifts, key=lambda shift: shift.needs_instruction):
        under = " under instructions" if shift.needs_instruction else ""
        how = f"from {_result(shift.old)} to {_result(shift.new)}{under}"
        found.setdefault(shift.decision, {})[how] = None
    return f"changes {' and '.join(_shown(name, list(hows)) for name, hows in found.items())}"


def _shown(decision: str, hows: Sequence[str]) -> str:
    more = [f"{len(hows) - MOST_SHIFTS_SHOWN} more"] if len(hows) > MOST_SHIFTS_SHOWN else []
    return f"`{decision}` {' and '.join([*hows[:MOST_SHIFTS_SHOWN], *more])}"


def _result(result: Result) -> str:
    if not result.outcome:
        return "a contradiction" if result.failed else "not taken"
    if result.conflicted:
        return f"`{result.outcome}` as a contradiction is settled"
    return f"`{result.outcome}`" if result.decided else f"`{result.outcome}` by default"
