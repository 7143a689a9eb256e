"""Limits and budgets stand in one place, each with its reason, and each is used."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import specdsl

FOLDER = Path(specdsl.__file__).parent
LIMITS = FOLDER / "base" / "limits.py"
APART = ("runtime", "semantics/reference", "second_opinion")
"""What shares no code with the rest."""


def modules() -> dict[str, str]:
    """The texts of all modules but that of the limits, by their paths."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*.py")
        if path != LIMITS and "_data" not in path.parts
    }


def test_every_limit_has_a_reason_and_is_used() -> None:
    body = ast.parse(LIMITS.read_text(encoding="utf-8")).body
    pairs = zip(body, [*body[1:], None], strict=True)
    limits = [(one, following) for one, following in pairs if isinstance(one, ast.Assign)]
    assert len(limits) > 50
    uses = Counter(word for text in modules().values() for word in re.findall(r"\w+", text))
    for one, following in limits:
        (name,) = (target.id for target in one.targets if isinstance(target, ast.Name))
        assert isinstance(following, ast.Expr), f"{name} has no reason"
        assert isinstance(following.value, ast.Constant), f"{name} has no reason"
        assert uses[name] >= 2, f"{name} is imported and used nowhere"


def test_no_module_has_a_limit_of_its_own() -> None:
    own = {
        f"{path}: {name}"
        for path, text in modules().items()
        if not path.startswith(tuple(f"{folder}/" for folder in APART))
        for name in re.findall(r"^(MAX_?\w*) *= *[\d(]", text, re.MULTILINE)
    }
    assert own == set()
