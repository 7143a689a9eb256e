"""Random changes of small specs: `diff` against deciding many situations one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.analyses.diff import FORMATS, Region, Result, SpecEdit, diff, outcome_changes
from specdsl.analyses.diff.classification import DifferenceKind
from specdsl.reports.style import Style
from tests.analyses.diff.cases import (
    BothFunctions,
    Statements,
    all_facts,
    apply_edits,
    kind_of,
    load_statements,
    pair_of_specs,
    random_instruction,
)
from tests.seeds import TIMES, seeds

LONG = {2, 8, 106, 107}
"""These pairs differ in dozens of regions: the comparison alone takes a minute of the processor."""


def short_seeds(start: int, stop: int) -> list[int]:
    """The seeds from one to another, without the long ones if the suite runs once."""
    return [seed for seed in seeds(start, stop) if seed not in LONG or TIMES > 1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", short_seeds(0, 10))
def test_a_change_is_what_enumeration_finds(seed: int) -> None:
    """Exactly the kinds of difference of some situation are reported. All situations without
    instructions are enumerated, and many with them."""
    old, new = pair_of_specs(seed)
    before, after = load_statements(old), load_statements(new)
    assert before is not None
    assert after is not None
    change = diff(before, after)
    assert not change.unproved
    both = BothFunctions(before, after)
    reported = {(r.decision, kind_of(both, r.decision, r.old, r.new)) for r in change.regions}
    plain = {
        (r.decision, kind_of(both, r.decision, r.old, r.new))
        for r in change.regions
        if not r.needs_instruction
    }
    found = _differences(both, [{"facts": one, "says": []} for one in all_facts()])
    assert found == plain
    shifts = [
        (s.decision, kind_of(both, s.decision, s.old, s.new))
        for s in outcome_changes(before, after)
    ]
    assert set(shifts) == reported
    assert _differences(both, list(_instructed_situations(seed))) <= reported
    for region in change.regions:
        results = both.both(dict(region.old_situation))
        assert results is not None
        assert results[region.decision] == (region.old, region.new)


Difference = tuple[str, DifferenceKind]
"""A decision and the kind in which it differs."""


def _differences(both: BothFunctions, situations: Iterable[dict[str, Any]]) -> set[Difference]:
    """Return the differences in these situations."""
    found: set[Difference] = set()
    for situation in situations:
        for name, (one, two) in (both.both(situation) or {}).items():
            if one != two:
                found.add((name, kind_of(both, name, one, two)))
    return found


def _instructed_situations(seed: int) -> Iterator[dict[str, Any]]:
    random = Random(seed)
    every = list(all_facts())
    for _ in range(1500):
        said = [random_instruction(random) for _ in range(random.randint(1, 6))]
        yield {"facts": random.choice(every), "says": said}


@pytest.mark.slow
@pytest.mark.parametrize("seed", short_seeds(103, 109))
def test_the_edits_of_a_region_are_enough_and_all_needed(seed: int) -> None:
    """Applied alone to the text of the old spec, the edits decide the region's situation as the new
    spec does; with one edit less they do not."""
    old, new = pair_of_specs(seed)
    before, after = load_statements(old), load_statements(new)
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
    """Return the region's result in the old spec with these edits; None if it does not load."""
    made = load_statements(apply_edits(old, new, edits))
    if made is None:
        return None
    both = BothFunctions(made, made).both(dict(region.old_situation))
    return None if both is None else both[region.decision][0]


def test_too_many_edits_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The differences are the same, without their reasons."""
    text = "authority owner fact late, vip: bool decision answer: yes > no\n"
    old = specdsl.loads(text + "rule refuse at owner when late then answer is no")
    new = specdsl.loads(text + "rule refuse at owner when late or vip then answer is no")
    whole = diff(old, new)
    monkeypatch.setattr("specdsl.analyses.diff.attribution.MAX_PARTIAL_EDITS", 0)
    change = diff(old, new)
    assert whole.told
    assert not change.told
    assert {(r.turn, r.old.outcome, r.new.outcome) for r in change.regions} == {
        (r.turn, r.old.outcome, r.new.outcome) for r in whole.regions
    }
    assert not any(region.edits for region in change.regions)
    assert f"of {len(change.edits)} edits it is not told" in FORMATS["text"](change, Style())
    assert f"of {len(change.edits)} edits it is not told" in FORMATS["markdown"](change, Style())
