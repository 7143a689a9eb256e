"""LALR tables of the grammar, shipped because computing them takes longer than checking a small
spec.

They are used only if they were made of this grammar by this version of lark; if not, they are
computed again. After a change of the grammar: `python -m specdsl.frontend.syntax.parser_tables`.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from specdsl.base.resources import grammar_tables, grammar_text

START_RULES = ["statement", "policy", "junk"]


def analyse_grammar() -> Lark:
    """Return the grammar, parsed and analysed."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start=START_RULES,
        keep_all_tokens=True,
        propagate_positions=False,
    )


def load_shipped() -> Lark | None:
    """Return the grammar from the tables; None if they are of another grammar or version
    of lark.
    """
    path = grammar_tables()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if found.get("of") != _origin():
        return None
    table = found["data"]["parser"]["parser"]
    table["tokens"] = _with_int_keys(table["tokens"])
    table["states"] = {int(n): _with_int_keys(one) for n, one in table["states"].items()}
    loaded: Lark = Lark._load_from_dict(found["data"], _with_int_keys(found["memo"]))  # type: ignore[no-untyped-call]
    return loaded


def _with_int_keys(table: dict[str, Any]) -> dict[int, Any]:
    """Return the table with int keys, which JSON lacks."""
    return {int(key): value for key, value in table.items()}


def _origin() -> list[str]:
    """Return the version of lark and the digest of the grammar."""
    return [lark.__version__, sha256(grammar_text().encode()).hexdigest()]


def dump_tables() -> str:
    """Return the tables in their shipped form."""
    data, memo = analyse_grammar().memo_serialize([TerminalDef, Rule])
    data.pop("grammar", None)
    return json.dumps({"of": _origin(), "data": data, "memo": memo}, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    grammar_tables().write_text(dump_tables(), encoding="utf-8")
