"""`format_text`: the same meaning, the same comments, and a fixed point."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.parse import parse
from tests.frontend import fuzz


def shape(node: Any) -> Any:
    """The node without its places."""
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    if not dataclasses.is_dataclass(node):
        return node
    if isinstance(node, t.AssertNode) and node.title is not None:
        node = dataclasses.replace(node, name_text="")
    values = (getattr(node, field.name) for field in dataclasses.fields(node))
    return (type(node).__name__, *(shape(v) for v in values if not isinstance(v, Span)))


def same(text: str) -> str:
    """The formatted text, once it is known to mean the same and to be a fixed point."""
    before, faults = parse(Source("a.spec", text))
    assert faults == ()
    out = format_text(Source("a.spec", text))
    after, faults = parse(Source("a.spec", out))
    assert faults == ()
    assert shape(after.statements) == shape(before.statements)
    assert sorted(c.text for c in after.comments) == sorted(c.text for c in before.comments)
    assert format_text(Source("a.spec", out)) == out
    return out


@pytest.mark.parametrize("text", fuzz.seeds(), ids=range(len(fuzz.seeds())))
def test_shipped_specs_keep_their_meaning(text: str) -> None:
    same(text)


def test_comments_anywhere_stay() -> None:
    rng = random.Random(3)
    lines = fuzz.SMALL.splitlines()
    for _ in range(60):
        words = [word for line in lines for word in (*line.split(" "), "\n")]
        for _ in range(3):
            words.insert(rng.randrange(len(words)), rng.choice(["# note\n", "\n# own\n", "\n\n\n"]))
        text = " ".join(words)
        if not parse(Source("a.spec", text))[1]:
            same(text)


def test_brackets_are_kept_where_they_count() -> None:
    text = "define x = (a or (b)) and not (c and d)"
    text += " and (1 - (2 - 3)) < ((4 * 5)) and ((a) if b else c)"
    assert same(text) == (
        "define x = (a or b) and not (c and d) and 1 - (2 - 3) < 4 * 5 and (a if b else c)\n"
    )


def test_layout() -> None:
    text = "value a value b\n\n\n\nvalue c rule r at l when x"
    text += " then d is o #end\n# of it\nrule s at l then d is o"
    assert same(text) == (
        "value a\nvalue b\n\nvalue c\n\nrule r at l\n  when x\n  then d is o  #end\n\n"
        "# of it\nrule s at l\n  then d is o\n"
    )


def test_long_conditions_wrap() -> None:
    text = (
        "rule r at l when " + " and ".join(f"some_long_name_{i}" for i in range(9)) + " then d is o"
    )
    out = same(text)
    assert max(map(len, out.splitlines())) <= 100
    assert "\n    and some_long_name_8\n" in out


def test_a_short_condition_inside_a_long_one_stays_in_its_brackets() -> None:
    long = " or ".join(["fact_1 is unknown"] * 4)
    text = f"define c = {long} if (fact_0 if fact_2 else fact_3) else {long}\n"
    assert "\n  if (fact_0 if fact_2 else fact_3)\n" in format_text(Source("long.spec", text))


def test_a_broken_text_is_left_alone() -> None:
    assert format_text(Source("a.spec", "value  1")) == "value  1"
