"""What is shipped beside the code: the grammar, the library of rules, the templates of specs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """In a wheel below the package, in a checkout beside it."""
    shipped = HERE / "_data" / name
    return shipped if shipped.is_dir() else HERE.parent / name


@cache
def grammar_text() -> str:
    """The grammar of the language, for lark."""
    return (_folder("grammar") / "spec.lark").read_text(encoding="utf-8")


def grammar_tables() -> Path:
    """Where what lark makes of the grammar is."""
    return _folder("grammar") / "spec.json"


def library_names() -> tuple[str, ...]:
    """The libraries that `use NAME` finds, sorted."""
    return tuple(sorted(path.stem for path in _folder("rules").glob("*.spec")))


def library_path(name: str) -> Path:
    """Where the text of a library is."""
    return _folder("rules") / f"{name}.spec"


def library_text(name: str) -> str | None:
    """The text of a shipped library, or None if there is none of that name."""
    return library_path(name).read_text(encoding="utf-8") if name in library_names() else None


def template_names() -> tuple[str, ...]:
    """The kinds of specs that `specdsl new` writes, a plain one last."""
    names = sorted(path.stem for path in (HERE / "templates").glob("*.spec"))
    return (*(name for name in names if name != "blank"), "blank")


def template_text(file: str) -> str:
    """One of the files of a template, under a name of its own."""
    return (HERE / "templates" / file).read_text(encoding="utf-8")
