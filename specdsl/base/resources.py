"""Resources shipped with the code: the grammar, the library of rules, the templates of specs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _resource_folder(name: str) -> Path:
    """Return a folder of resources: inside the package in a wheel, next to it in a checkout."""
    shipped = PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else PACKAGE.parent / name


@cache
def grammar_text() -> str:
    """Return the grammar of the language, for lark."""
    return (_resource_folder("grammar") / "spec.lark").read_text(encoding="utf-8")


def grammar_tables() -> Path:
    """Return the path of the tables that lark makes of the grammar."""
    return _resource_folder("grammar") / "spec.json"


def library_names() -> tuple[str, ...]:
    """Return the libraries that `use NAME` finds, sorted."""
    return tuple(sorted(path.stem for path in _resource_folder("rules").glob("*.spec")))


def library_path(name: str) -> Path:
    """Return the path of a library."""
    return _resource_folder("rules") / f"{name}.spec"


def library_text(name: str) -> str | None:
    """Return the text of a shipped library, or None if there is none of that name."""
    return library_path(name).read_text(encoding="utf-8") if name in library_names() else None


def template_names() -> tuple[str, ...]:
    """Return the kinds of specs that `specdsl new` writes, a plain one last."""
    names = sorted(path.stem for path in (PACKAGE / "templates").glob("*.spec"))
    return (*(name for name in names if name != "blank"), "blank")


def template_text(file: str) -> str:
    """Return a file of a template, whose name is not the final one."""
    return (PACKAGE / "templates" / file).read_text(encoding="utf-8")
