"""Text of others loses what acts, and nothing else; JSON loses nothing."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdsl.base.plain_text import comment_text, json_text, shown_path, visible

ANY = st.text(st.characters(exclude_categories=()) | st.sampled_from("#[\r\t\x1b\u202e\u2028:"))
JSON = st.recursive(
    ANY | st.integers() | st.none(), lambda s: st.lists(s) | st.dictionaries(ANY, s)
)


def quiet(text: str, but: str = "") -> bool:
    """No character of category C, no end of a line but these, and no command of a CI server."""
    return "##[" not in text and all(
        c in but or (unicodedata.category(c)[0] != "C" and len(f"{c}x".splitlines()) == 1)
        for c in text
    )


@given(ANY)
def test_what_acts_is_marked_and_all_else_stays(text: str) -> None:
    shown = visible(text)
    assert quiet(shown)
    assert quiet(visible(text, newlines=True), but="\n")
    assert len(shown) == len(text)
    kept = [(c, s) for c, s in zip(text, shown, strict=True) if quiet(c) and c != "#"]
    assert all(c == s for c, s in kept)
    assert visible(text, newlines=True).count("\n") == text.count("\n")


@given(ANY)
def test_a_remark_ends_neither_a_comment_nor_a_docstring(text: str) -> None:
    said = comment_text(text)
    assert quiet(said)
    space: dict[str, Any] = {}
    exec(f'# {said}\n"""{said}"""\nx = 1', space)
    assert (space["__doc__"], space["x"]) == (said, 1)


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_json_is_the_same_value_and_nothing_in_it_acts(
    value: Any, indent: Any, plain: bool
) -> None:
    text = json_text(value, indent, plain)
    assert json.loads(text) == json.loads(json.dumps(value))
    assert quiet(text, but="\n" if indent else "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.spec", "a.spec"),
        ("::error::x.spec", "./::error::x.spec"),
        (" ::stop-commands::x", "./ ::stop-commands::x"),
        ("a\n::error::x", "a�::error::x"),
        ("a ##vso[task.complete]", "a #�vso[task.complete]"),
    ],
)
def test_a_name_of_a_file_is_no_command(name: str, shown: str) -> None:
    assert shown_path(name) == shown
