"""No text makes the parser, the formatter or the loader fail otherwise than by a diagnostic."""

from __future__ import annotations

import pytest

from specdsl.base.source import Source
from specdsl.frontend.syntax.parse import parse
from tests.frontend import fuzz


def test_random_texts() -> None:
    assert fuzz.main(300, seed=7) == 0


@pytest.mark.parametrize(
    "text",
    [
        "define a = " + "(" * 5_000,
        "define a = " + "not " * 5_000 + "b",
        "define a = " + "-" * 5_000 + "1",
        "define a = b" + " + 1" * 5_000,
        "define a = 1" + "0" * 100_000,
        "policy p { " * 5_000,
        "define a = " + "1 if b else " * 5_000 + "2",
        'use "' + "\\" * 5_000,
    ],
    ids=lambda text: text[:20],
)
def test_excess_is_a_diagnostic(text: str) -> None:
    assert parse(Source("big.spec", text))[1]
    assert fuzz.try_one(text, fuzz.loader()) < fuzz.LIMIT


def test_long_conjunction_parses() -> None:
    text = "define a = b" + " and b" * 5_000
    assert parse(Source("long.spec", text))[1] == ()
