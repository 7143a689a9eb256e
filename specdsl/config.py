"""Settings of a project: `specdsl.toml`, or `[tool.specdsl]` in pyproject.toml, found upward."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from specdsl.diagnostics import Severity, did_you_mean

LEVELS = ("error", "warning", "note", "never")
SEVERITIES = LEVELS[:3]
OURS = ("allowing", "least", "strict")  # fields that no file sets


class BadConfig(ValueError):
    """A setting that cannot be read, in words, with the file it is in."""


@dataclass(frozen=True, slots=True)
class Config:
    """`ignore` and `select` are codes or names; an empty `select` means all. `severity`: by code or
    name another one than its own. `least`: the mildest severity that is looked for. `allowing`:
    comments that allow findings count. `strict`: what of all this counts for the findings that the
    author of a layer cannot allow; None for all."""

    fail_on: str = "error"
    output_format: str = "text"
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    least: Severity = Severity.NOTE
    allowing: bool = True
    strict: Config | None = None

    @property
    def binding(self) -> Config:
        """For the findings that the author of a layer cannot allow."""
        return self.strict or self

    def under(self, said: Config) -> Config:
        """These settings with those of the command line over them, which alone count for what the
        author of a layer cannot allow."""
        return replace(
            said,
            ignore=(*self.ignore, *said.ignore),
            select=said.select or self.select,
            severity={**self.severity, **said.severity},
            strict=said,
        )


def find(start: Path) -> Config:
    """The settings for a file or folder. Raises `BadConfig`."""
    try:
        os.getcwd()
    except OSError as problem:
        raise BadConfig(f"the working folder: {problem.strerror}") from None
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
    known = [one.name.replace("_", "-") for one in fields(Config) if one.name not in OURS]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise BadConfig(f"{path}: there is no setting `{key}`{did_you_mean(key, known)}")
        if key in ("ignore", "select"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise BadConfig(f"{path}: `{key}` is a list of codes")
            value = tuple(value)
        elif key == "severity":
            value = _severities(value)
            if value is None:
                listed = ", ".join(SEVERITIES)
                raise BadConfig(f"{path}: `[severity]` gives codes one of {listed}")
        elif not isinstance(value, str):
            raise BadConfig(f"{path}: `{key}` is a text")
        values[key.replace("-", "_")] = value
    config = Config(**values)
    if config.fail_on not in LEVELS:
        raise BadConfig(f"{path}: `fail-on` is one of {', '.join(LEVELS)}")
    return config


def _severities(table: Any) -> dict[str, str] | None:
    """By code or name its severity, from lines for each code, or for each severity with a list of
    codes; None for anything else."""
    found: dict[str, str] = {}
    for key, value in table.items() if isinstance(table, dict) else [("", None)]:
        several = value if key in SEVERITIES and isinstance(value, list) else [key]
        severity = value if several == [key] else key
        for code in several:
            if severity not in SEVERITIES or not isinstance(code, str):
                return None
            if found.setdefault(code, severity) != severity:
                return None
    return found
