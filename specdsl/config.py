"""Settings of a project: `specdsl.toml`, or `[tool.specdsl]` in pyproject.toml, found upward."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from specdsl.diagnostics import did_you_mean

LEVELS = ("error", "warning", "note", "never")


class BadConfig(ValueError):
    """A setting that cannot be read, in words, with the file it is in."""


@dataclass(frozen=True, slots=True)
class Config:
    """`ignore` and `select` are codes or names; an empty `select` means all."""

    fail_on: str = "error"
    output_format: str = "text"
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()


def find(start: Path) -> Config:
    """The settings for a file or folder. Raises `BadConfig`."""
    here = Path(os.path.realpath(start))
    for folder in (here, *here.parents):
        for name, key in (("specdsl.toml", None), ("pyproject.toml", "specdsl")):
            path = folder / name
            if not os.path.isfile(path):
                continue
            shown = Path(os.path.relpath(path))
            table = _table(shown, key)
            if table is not None:
                return _config(shown, table)
    return Config()


def _table(path: Path, key: str | None) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        if key is not None:
            return None  # somebody else's file: not ours to judge
        raise BadConfig(f"{path}: {problem}") from None
    if key is None:
        return found
    tools = found.get("tool")
    ours = tools.get(key) if isinstance(tools, dict) else None
    return ours if isinstance(ours, dict) else None


def _config(path: Path, table: dict[str, Any]) -> Config:
    known = [field.name.replace("_", "-") for field in fields(Config)]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise BadConfig(f"{path}: there is no setting `{key}`{did_you_mean(key, known)}")
        if key in ("ignore", "select"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise BadConfig(f"{path}: `{key}` is a list of codes")
            value = tuple(value)
        elif not isinstance(value, str):
            raise BadConfig(f"{path}: `{key}` is a text")
        values[key.replace("-", "_")] = value
    config = Config(**values)
    if config.fail_on not in LEVELS:
        raise BadConfig(f"{path}: `fail-on` is one of {', '.join(LEVELS)}")
    return config
