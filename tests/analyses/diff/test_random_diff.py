"""Random specs of every type of fact: what is only written otherwise is equal; what is changed is
held against the decisions of many situations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

import specdsl
from specdsl.analyses.diff import Change, diff
from specdsl.api import Spec
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from tests.analyses.diff.cases import BothFunctions, kind_of
from tests.random_specs import Draft, random_draft, random_situation

SITUATIONS = 400  # for each change
TURNS = (
    (r"is not", "is"),
    (r"\bis (\w+)$", r"is not \1"),
    (r"<=", "<"),
    (r"\bdate\b", "date"),
    (r"\band\b", "or"),
    (r"\bunless\b", "when"),
    (r"\bpossibly\b", ""),
    (r" overrides .*", ""),
    (r"may be", "is"),
)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_otherwise_is_equal(seed: int) -> None:
    """The same spec, its statements in another order, and its canonical layout."""
    found = random_draft(seed)
    shuffled = list(found.statements)
    Random(seed).shuffle(shuffled)
    old = specdsl.loads(found.text)
    for text in (
        found.text,
        Draft(found.head, tuple(shuffled)).text,
        format_text(Source("random.spec", found.text)),
    ):
        change = diff(old, specdsl.loads(text))
        possible = not change.apart
        assert change.equal is possible, change
        assert not change.edits


@pytest.mark.parametrize("seed", range(16))
def test_a_change_is_what_many_situations_show(seed: int) -> None:
    old, new = _pair(seed)
    change = diff(old, new)
    assert not change.unproved
    both = BothFunctions(old, new)
    _holds_against(change, both, seed)
    for region in change.regions:
        before = both.runs[0](region.old_situation)[region.decision]
        after = both.runs[1](region.new_situation)[region.decision]
        assert (before.outcome or "", after.outcome or "") == (
            region.old.outcome,
            region.new.outcome,
        )


def _holds_against(change: Change, both: BothFunctions, seed: int) -> None:
    """No situation shows a kind of difference that is not reported."""
    reported = {(r.decision, kind_of(both, r.decision, r.old, r.new)) for r in change.regions}
    random = Random(seed)
    for _ in range(SITUATIONS):
        situation = random_situation(random, both.old.model, bad=0)
        for name, (one, two) in (both.both(situation) or {}).items():
            assert one == two or (name, kind_of(both, name, one, two)) in reported, situation


def _pair(seed: int) -> tuple[Spec, Spec]:
    """A random spec, and one in which some statements are gone, turned or from elsewhere."""
    for attempt in range(1000):
        found = random_draft(seed + 1000 * attempt)
        random = Random(seed + 1000 * attempt)
        changed = Draft(found.head, tuple(_change_statements(random, found.statements)))
        try:
            return specdsl.loads(found.text), specdsl.loads(changed.text)
        except specdsl.SpecError:
            continue
    raise AssertionError("no change of it loads")


def _change_statements(random: Random, statements: tuple[str, ...]) -> Iterator[str]:
    """Change at least one of the statements that decide."""
    deciding = [s for s in statements if re.match("rule|policy|delegate|priority|define", s)]
    chosen = random.sample(deciding, min(len(deciding), random.randint(1, 3)))
    for statement in statements:
        if statement not in chosen:
            yield statement
        elif random.random() < 0.75 or statement.startswith("define"):
            pattern, instead = random.choice(TURNS)
            yield re.sub(pattern, instead, statement, count=1, flags=re.MULTILINE)
