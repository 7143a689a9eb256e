"""The runtime's files are put into one module: no two of them give one name to two things."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

from specdsl.runtime.namespace import RUNTIME


def given(name: str) -> Iterator[str]:
    text = (files("specdsl.runtime") / f"{name}.py").read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign():
                yield from (one.id for one in node.targets if isinstance(one, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=found)):
                yield found


def test_no_name_is_given_twice() -> None:
    count = Counter(one for name in RUNTIME for one in set(given(name)))
    del count["TYPE_CHECKING"]
    assert [name for name, many in count.items() if many > 1] == []
