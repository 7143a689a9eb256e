"""The airline policy as first published and as corrected: `diff` shows what was corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

import specdsl
from specdsl.analyses.diff import Change, ChangeKind

AIRLINE = Path(__file__).resolve().parents[3] / "examples" / "airline"
FIRST = AIRLINE / "airline_v1.spec"
CORRECTED = {
    # cancelling once a part of the trip has been flown
    ("no_cancellation_once_flown", ChangeKind.RESOLVED, "", "deny"),
    # the cabin once a part of the trip has been flown
    ("no_other_cabin_once_flown", ChangeKind.TIGHTER, "allow", "deny"),
    # a gold member's fourth bag in business: free, and so no longer to be paid; where more bags are
    # added a rule allows it, elsewhere no rule denies it any longer
    ("free_for_gold", ChangeKind.UNDECIDED, "deny", "allow"),
    ("free_for_gold", ChangeKind.LOOSER, "deny", "allow"),
    ("free_for_gold", ChangeKind.TIGHTER, "allow", "deny"),
    # bags that nobody needs
    ("no_bags_that_nobody_needs", ChangeKind.TIGHTER, "allow", "deny"),
    # a change that is paid from outside the profile
    ("way_to_pay", ChangeKind.TIGHTER, "allow", "deny"),
    # compensation for other reasons
    ("compensation_for_no_other_reason", ChangeKind.TIGHTER, "allow", "deny"),
}


def found_regions(change: Change) -> set[tuple[str, ChangeKind, str, str]]:
    """Each region by its one edit, what it means, and the outcomes."""
    assert not change.unproved
    assert not change.remarks
    assert all(region.decision == "call" for region in change.regions)
    return {
        (edit.name, region.turn, region.old.outcome, region.new.outcome)
        for region in change.regions
        for (edit,) in [region.edits]
    }


@pytest.mark.slow
def test_the_correction_is_what_it_says_it_is() -> None:
    change = specdsl.diff(specdsl.load(FIRST), specdsl.load(AIRLINE / "airline.spec"))
    assert found_regions(change) == CORRECTED
    assert len(change.regions) == len(CORRECTED)
    assert change.loosens
    assert not change.tightens


def test_only_the_cancellation_mended() -> None:
    text = FIRST.read_text(encoding="utf-8")
    rule = "when possibly any_segment_flown\n    then call is deny\n"
    assert text.count(rule) == 1
    mended = text.replace(rule, f"{rule}    overrides cancel_grants\n")
    used = {p.name: p.read_text(encoding="utf-8") for p in AIRLINE.glob("*.spec")}
    old = specdsl.loads(text, "old.spec", used)
    change = specdsl.diff(old, specdsl.loads(mended, "new.spec", used))
    assert found_regions(change) == {
        one for one in CORRECTED if one[0] == "no_cancellation_once_flown"
    }
    assert [edit.come for edit in change.edits] == [("overrides cancel_grants",)]
