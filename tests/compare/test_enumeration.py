"""Random changes of small specs: `diff` against deciding many situations one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.compare import Region, Result, SpecEdit, diff, outcome_changes
from specdsl.compare.kinds import DifferenceKind
from specdsl.compare.markdown import as_markdown
from specdsl.compare.text import as_text
from specdsl.report.style import Style
from tests.compare.cases import Deciding, Statements, facts, instruction, kind_of, load, mixed, pair


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_change_is_what_enumeration_finds(seed: int) -> None:
    """Every kind of difference that shows in some situation is reported, and no other: without
    instructions in all situations, with them in many."""
    old, new = pair(seed)
    before, after = load(old), load(new)
    assert before is not None
    assert after is not None
    change = diff(before, after)
    assert not change.unproved
    both = Deciding(before, after)
    reported = {(r.decision, kind_of(both, r.decision, r.old, r.new)) for r in change.regions}
    plain = {
        (r.decision, kind_of(both, r.decision, r.old, r.new))
        for r in change.regions
        if not r.instructed
    }
    found = _found(both, [{"facts": one, "says": []} for one in facts()])
    assert found == plain
    shifts = [
        (s.decision, kind_of(both, s.decision, s.old, s.new))
        for s in outcome_changes(before, after)
    ]
    assert set(shifts) == reported
    assert _found(both, list(_instructed(seed))) <= reported
    for region in change.regions:
        results = both.both(dict(region.old_situation))
        assert results is not None
        assert results[region.decision] == (region.old, region.new)


Difference = tuple[str, DifferenceKind]  # of a decision


def _found(both: Deciding, situations: Iterable[dict[str, Any]]) -> set[Difference]:
    """What differs in some of the situations."""
    found: set[Difference] = set()
    for situation in situations:
        for name, (one, two) in (both.both(situation) or {}).items():
            if one != two:
                found.add((name, kind_of(both, name, one, two)))
    return found


def _instructed(seed: int) -> Iterator[dict[str, Any]]:
    random = Random(seed)
    every = list(facts())
    for _ in range(1500):
        said = [instruction(random) for _ in range(random.randint(1, 6))]
        yield {"facts": random.choice(every), "says": said}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(103, 109))
def test_the_edits_of_a_region_are_enough_and_all_needed(seed: int) -> None:
    """Made alone in the text of the old spec they decide the region's situation as the new spec
    does; without any one of them they do not."""
    old, new = pair(seed)
    before, after = load(old), load(new)
    assert before is not None
    assert after is not None
    for region in diff(before, after).regions:
        assert _decides(old, new, region.edits, region) == region.new
        for edit in region.edits:
            fewer = tuple(other for other in region.edits if other is not edit)
            assert _decides(old, new, fewer, region) != region.new
        for edit in region.instead:
            assert _decides(old, new, (edit,), region) == region.new


def _decides(
    old: Statements, new: Statements, edits: tuple[SpecEdit, ...], region: Region
) -> Result | None:
    """What the old spec with these edits makes of the region; None where it does not load."""
    made = load(mixed(old, new, edits))
    if made is None:
        return None
    both = Deciding(made, made).both(dict(region.old_situation))
    return None if both is None else both[region.decision][0]


def test_too_many_edits_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The differences are the same, without their reasons."""
    text = "authority owner fact late, vip: bool decision answer: yes > no\n"
    old = specdsl.loads(text + "rule refuse at owner when late then answer is no")
    new = specdsl.loads(text + "rule refuse at owner when late or vip then answer is no")
    whole = diff(old, new)
    monkeypatch.setattr("specdsl.compare.reasons.MOST_MIXED", 0)
    change = diff(old, new)
    assert whole.told
    assert not change.told
    assert {(r.turn, r.old.outcome, r.new.outcome) for r in change.regions} == {
        (r.turn, r.old.outcome, r.new.outcome) for r in whole.regions
    }
    assert not any(region.edits for region in change.regions)
    assert f"of {len(change.edits)} edits it is not told" in as_text(change, Style())
    assert f"of {len(change.edits)} edits it is not told" in as_markdown(change)
