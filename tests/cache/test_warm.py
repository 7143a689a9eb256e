"""A report of parts that are known is the one that is found with nothing known, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from specdsl.apps.cache import Cache
from specdsl.apps.cache.store import FolderStore
from tests.cache.edits import history
from tests.cache.warm import cold, mended, warm

# Two units of the same statements: what is found of `light` is no finding of `door`.
TWO_UNITS = """
authority owner > guest
principal page without authority
fact a, b: bool
decision door: open > shut
decision light: bright > dim
rule r1 at owner when a then door is shut
rule r2 at owner when b then door is open
delegate page at guest on light when door is shut
"""
# Under a condition of its policy a rule is another one, though its own text is the same.
POLICY = """
authority owner
fact c: bool
decision door: open > shut
policy p at owner when not c {{
  rule r1 at owner then door is shut
{}rule r2 at owner then door is shut
{}rule r3 at owner when c then door is open
"""
INSIDE, OUTSIDE = POLICY.format("", "}\n"), POLICY.format("}\n", "")
# The same names of another kind, and parts of a rule in another order.
FACTS = "authority owner fact a: {} decision door: open > shut\n"
RULES = "rule r1 at owner when a {} 1 then door is shut rule r2 at owner when {} then door is open"
KINDS = [(FACTS + RULES).format(kind, "=", "a = 1") for kind in ("int", "int 0..0", "number 2..")]
ORDERS = [
    "authority owner > guest fact a, b: bool decision door: open > {} > {}\n"
    "rule r1 at owner when a then door is shut rule r2 at guest when b then door may be open"
    "\nprincipal q at {}".format(*words)
    for words in [
        ("ajar", "shut", "owner"),
        ("shut", "ajar", "owner"),
        ("shut", "ajar", "guest"),
        ("shut", "ajar", "guest implied at guest"),
    ]
]
CHAINS = [
    [TWO_UNITS, f"{TWO_UNITS}# a remark\n"],
    [INSIDE, OUTSIDE, INSIDE],
    [OUTSIDE, INSIDE],
    KINDS,
    ORDERS,
]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setattr("specdsl.apps.cache.program_digest", lambda: "this program")
    return Cache(FolderStore(tmp_path / "check"), "this program", FolderStore(tmp_path / "units"))


@pytest.mark.parametrize("texts", CHAINS, ids=range(len(CHAINS)))
def test_what_was_found_of_one_text_is_no_finding_of_another(
    texts: list[str], cache: Cache
) -> None:
    for text in texts:
        assert warm(text, cache) == cold(text)


def test_both_clashes_are_seen_again(cache: Cache) -> None:
    """What the two reports are, not only that they are the same."""
    for text in (TWO_UNITS, f"{TWO_UNITS}# a remark\n", OUTSIDE):
        assert " 1 contradiction" in warm(text, cache)
    assert " 1 contradiction" not in warm(INSIDE, cache)


@pytest.mark.parametrize("seed", range(4))
def test_random_edits(seed: int, cache: Cache) -> None:
    for text in history(seed, 8):
        assert warm(text, cache) == cold(text), text


@pytest.mark.parametrize("seed", [11, 12])
def test_mends_that_remember(seed: int) -> None:
    for text in history(seed, 2):
        assert mended(text, knowing=True) == mended(text, knowing=False), text


def test_what_is_brief_is_not_told_in_full(cache: Cache) -> None:
    """Of a contradiction that is looked at briefly one of many situations is found."""
    text = """
    authority root > platform
    principal asker at platform implied at platform
    fact fact_0, fact_1: bool
    decision reply: full > part > hint > none_at_all on conflict full
    rule rule_0 at root then reply is part
    rule rule_1 at root then reply in {full, part}
    rule rule_2 at root then reply in {full, none_at_all}
    rule rule_3 at platform unless fact_1 then reply in {hint, none_at_all}
    rule rule_5 at root when fact_1 then reply in {full, part}
    """
    assert cold(text, brief=True) != cold(text)
    assert warm(text, cache, brief=True) == cold(text, brief=True)
    assert warm(text, cache) == cold(text)
