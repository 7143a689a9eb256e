"""The grammar as lark has worked it out: tables that are shipped beside it, since to work them out
takes longer than to check a small spec.

They count only if they were made of the very grammar by the version of lark that is there; else
they are worked out again. After a change of the grammar: `python -m specdsl.syntax.tables`.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from specdsl.resources import grammar_tables, grammar_text

STARTS = ["statement", "policy", "junk"]


def worked_out() -> Lark:
    """The grammar, read and analysed."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start=STARTS,
        keep_all_tokens=True,
        propagate_positions=False,
    )


def shipped() -> Lark | None:
    """The same from the tables; None where they are not of this grammar and this lark."""
    path = grammar_tables()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if found.get("of") != _origin():
        return None
    table = found["data"]["parser"]["parser"]
    table["tokens"] = _numbered(table["tokens"])
    table["states"] = {int(n): _numbered(one) for n, one in table["states"].items()}
    loaded: Lark = Lark._load_from_dict(found["data"], _numbered(found["memo"]))  # type: ignore[no-untyped-call]
    return loaded


def _numbered(table: dict[str, Any]) -> dict[int, Any]:
    """With keys that are numbers, which JSON has not."""
    return {int(key): value for key, value in table.items()}


def _origin() -> list[str]:
    """What tables are made of."""
    return [lark.__version__, sha256(grammar_text().encode()).hexdigest()]


def written() -> str:
    """The tables as they are shipped."""
    data, memo = worked_out().memo_serialize([TerminalDef, Rule])
    data.pop("grammar", None)
    return json.dumps({"of": _origin(), "data": data, "memo": memo}, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    grammar_tables().write_text(written(), encoding="utf-8")
