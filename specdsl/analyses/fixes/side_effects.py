"""Side effects of a fix: the decisions that it changes beyond the finding that it resolves, proved
over all situations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf

from specdsl.analyses.diff import OutcomeChange, Result, outcome_changes
from specdsl.analyses.fixes.changed_decisions import changed_results
from specdsl.analyses.fixes.joined_specs import JoinedSpecs
from specdsl.api import Spec
from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import MAX_SIDE_EFFECTS_SHOWN, SIDE_EFFECT_WORK
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits


@dataclass(frozen=True, slots=True)
class SideEffects:
    """The number of pairs of results that change, infinite if it could not be settled; `text`
    lists them. `breaks`: a decision that was taken becomes contradictory.
    """

    changes: float
    text: str
    breaks: bool = False


def find_side_effects(
    old: Spec, new: Spec, finding: Diagnostic, both: JoinedSpecs | None
) -> SideEffects:
    """Compare both specs, with a small budget. The resolution of a contradiction, and decisions
    that depended on it, are left out; the new decisions of an unreachable rule are not.
    """
    try:
        return _compare_specs(old, new, finding, both)
    except Undetermined:
        return _compare_uninstructed(old, new, finding, both)


def _compare_specs(
    old: Spec, new: Spec, finding: Diagnostic, both: JoinedSpecs | None, quiet: bool = False
) -> SideEffects:
    def matters(shift: OutcomeChange) -> bool:
        return not is_intended(shift, finding)

    limits = Limits(work=SIDE_EFFECT_WORK)
    if both is None:
        shifts = outcome_changes(old, new, matters, limits, quiet)
    else:
        shifts = changed_results(both, matters, limits, quiet)
    if not shifts:
        return SideEffects(0, "changes nothing else")
    breaks = any(shift.old.outcome and shift.new.failed for shift in shifts)
    return SideEffects(len(shifts), _changes_text(shifts), breaks)


def _compare_uninstructed(
    old: Spec, new: Spec, finding: Diagnostic, both: JoinedSpecs | None
) -> SideEffects:
    """Compare the specs without instructions, which is much cheaper."""
    try:
        found = _compare_specs(old, new, finding, both, quiet=True)
    except Undetermined:
        return SideEffects(inf, "what else it changes is not settled")
    return replace(found, changes=inf, text=f"{found.text}, but for what instructions may change")


def is_intended(shift: OutcomeChange, finding: Diagnostic) -> bool:
    """Return whether the decision was contradictory and no longer is, or was not taken because a
    dependency was contradictory.
    """
    if finding.code.id != CONTRADICTION.id:
        return False
    if shift.decision == finding.fields["decision"]:
        return shift.old.conflicted and not shift.new.conflicted
    return not shift.old.outcome and not shift.old.failed


def _changes_text(shifts: Iterable[OutcomeChange]) -> str:
    """List the changes by decision; those without instructions come first."""
    found: dict[str, dict[str, None]] = {}
    for shift in sorted(shifts, key=lambda shift: shift.needs_instruction):
        under = " under instructions" if shift.needs_instruction else ""
        how = f"from {_result_text(shift.old)} to {_result_text(shift.new)}{under}"
        found.setdefault(shift.decision, {})[how] = None
    return (
        f"changes {' and '.join(_decision_text(name, list(hows)) for name, hows in found.items())}"
    )


def _decision_text(decision: str, hows: Sequence[str]) -> str:
    more = (
        [f"{len(hows) - MAX_SIDE_EFFECTS_SHOWN} more"] if len(hows) > MAX_SIDE_EFFECTS_SHOWN else []
    )
    return f"`{decision}` {' and '.join([*hows[:MAX_SIDE_EFFECTS_SHOWN], *more])}"


def _result_text(result: Result) -> str:
    if not result.outcome:
        return "a contradiction" if result.failed else "not taken"
    if result.conflicted:
        return f"`{result.outcome}` as a contradiction is settled"
    return f"`{result.outcome}`" if result.decided else f"`{result.outcome}` by default"
