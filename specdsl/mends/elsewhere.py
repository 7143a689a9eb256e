"""What a mend changes beyond the finding that it resolves, proved over all situations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from specdsl.compare.change import Region
from specdsl.compare.comparing import diff
from specdsl.compare.results import Result
from specdsl.diagnostics import Diagnostic
from specdsl.mends.proposals import CONTRADICTION
from specdsl.policy import Spec

MOST_SHOWN = 2  # ways of one decision


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`changes`: in how many ways decisions come to something else, infinitely many where that is
    not settled; `text` says which."""

    changes: float
    text: str


def elsewhere(old: Spec, new: Spec, finding: Diagnostic) -> Elsewhere:
    """Both specs compared. A clash that is resolved, and what could not be decided because of it,
    is left out; what an unreachable rule comes to decide is not."""
    change = diff(old, new)
    regions = [region for region in change.regions if not _inside(region, finding)]
    if change.unproved:
        return Elsewhere(inf, "what else it changes is not settled")
    if not regions:
        return Elsewhere(0, "changes nothing else")
    return Elsewhere(len(regions), _described(regions))


def _inside(region: Region, finding: Diagnostic) -> bool:
    """The decision was contradictory there and no longer is, or was not taken since one that it
    reads was contradictory."""
    if finding.code.id != CONTRADICTION:
        return False
    if region.decision == finding.fields["decision"]:
        return region.old.conflicted and not region.new.conflicted
    return not region.old.outcome and not region.old.failed


def _described(regions: Iterable[Region]) -> str:
    """Which decisions come to what, those first that need no instruction."""
    found: dict[str, dict[str, None]] = {}
    for region in sorted(regions, key=lambda region: region.instructed):
        under = " under instructions" if region.instructed else ""
        how = f"from {_result(region.old)} to {_result(region.new)}{under}"
        found.setdefault(region.decision, {})[how] = None
    return f"changes {' and '.join(_shown(name, list(hows)) for name, hows in found.items())}"


def _shown(decision: str, hows: Sequence[str]) -> str:
    more = [f"{len(hows) - MOST_SHOWN} more"] if len(hows) > MOST_SHOWN else []
    return f"`{decision}` {' and '.join([*hows[:MOST_SHOWN], *more])}"


def _result(result: Result) -> str:
    if not result.outcome:
        return "a contradiction" if result.failed else "not taken"
    if result.conflicted:
        return f"`{result.outcome}` as a contradiction is settled"
    return f"`{result.outcome}`" if result.decided else f"`{result.outcome}` by default"
