"""The condensed layout of the shared part: the same statements as in the runtime's files."""

from __future__ import annotations

import ast

import pytest

from specdsl.backends.python.condensed_layout import WIDTH, condensed_lines
from specdsl.backends.python.shared_part import runtime_text
from specdsl.runtime.namespace import RUNTIME


@pytest.mark.parametrize("name", RUNTIME)
def test_statements_stay_as_they_are(name: str) -> None:
    text = runtime_text(name)
    condensed = condensed_lines(text)
    assert ast.dump(ast.parse("\n".join(condensed))) == ast.dump(ast.parse(text))
    assert len(condensed) < len(text.splitlines())


def test_what_stands_on_one_line() -> None:
    text = """
class Row:
    name: str
    outcomes: tuple[str, ...] = ()

    def first(
        self,
    ) -> str:
        return self.outcomes[0]  # There is one.


def found(some, other):
    if not some:
        return None
    elif other:
        return (
            other,
        )
    for one in some:
        print(f"{one}, ( {other}", one)  # type: ignore
"""
    assert condensed_lines(text) == [
        "class Row:",
        "    name: str; outcomes: tuple[str, ...] = ()",
        "    def first(self) -> str: return self.outcomes[0]",
        "def found(some, other):",
        "    if not some:",
        "        return None",
        "    elif other:",
        "        return (other,)",
        "    for one in some:",
        '        print(f"{one}, ( {other}", one)  # type: ignore',
    ]


def test_long_statements_are_broken_where_few_brackets_are_open() -> None:
    words = ", ".join(f"word_{i}(first, second)" for i in range(12))
    lines = condensed_lines(f"def many():\n    return [{words}]\n")
    assert all(len(line) <= WIDTH for line in lines)
    assert {line[-1] for line in lines[1:-1]} == {","}
