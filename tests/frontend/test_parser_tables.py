"""The tables that are shipped are those of the grammar: with them everything is read alike."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import lark
import pytest

from specdsl.base.resources import grammar_tables, library_names, library_text
from specdsl.base.source import Source
from specdsl.frontend.syntax import parse as parsing
from specdsl.frontend.syntax import parser_states, parser_tables, tokens
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.parse import parse
from tests.random_specs import random_spec

MAKE = "they are made by: python -m specdsl.frontend.syntax.parser_tables"


def test_the_tables_are_of_the_grammar() -> None:
    made_by, grammar = json.loads(grammar_tables().read_text(encoding="utf-8"))["of"]
    assert grammar == parser_tables._origin()[1], MAKE
    assert (parser_tables.load_shipped() is not None) == (made_by == lark.__version__), MAKE


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Specs as they should be, and with words lost or put elsewhere."""
    found = [library_text(name) or "" for name in library_names()] + [*map(random_spec, range(12))]
    draw = Random(0)
    for text in list(found):
        words = text.split(" ")
        for _ in range(3):
            at, to = draw.randrange(len(words)), draw.randrange(len(words))
            words[at], words[to] = words[to], words[at]
            found.append(" ".join(words))
        found.append(text[: draw.randrange(len(text))])
    return found


def read(text: str) -> tuple[str, list[str]]:
    source = Source("a.spec", text)
    return format_text(source), [str(fault) for fault in parse(source)[1]]


def test_with_the_tables_everything_is_read_alike(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if parser_tables.load_shipped() is None:
        pytest.skip("made by another version of lark")
    found = []
    for grammar in (parser_tables.load_shipped(), parser_tables.analyse_grammar()):
        for module in (tokens, parsing, parser_states):
            monkeypatch.setattr(module, "grammar", lambda one=grammar: one)
        found.append([read(text) for text in texts])
    assert found[0] == found[1]


@pytest.mark.parametrize("said", ['{"of": ["0", "0"]}', "{", "{}", None])
def test_without_tables_of_this_grammar_they_are_worked_out(
    said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "spec.json"
    if said is not None:
        path.write_text(said, encoding="utf-8")
    monkeypatch.setattr(parser_tables, "grammar_tables", lambda: path)
    assert parser_tables.load_shipped() is None
