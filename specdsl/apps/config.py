"""Settings of a project: `specdsl.toml`, or `[tool.specdsl]` in pyproject.toml, of the
closest folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Any

from specdsl.base.diagnostics import Severity, did_you_mean
from specdsl.base.quick_dataclass import dataclass

LEVELS = ("error", "warning", "note", "never")
SEVERITIES = LEVELS[:3]
INTERNAL_FIELDS = ("allowing", "least", "strict")  # Fields that no file sets.


@dataclass(frozen=True, slots=True)
class GuardConfig:
    """The settings of `[guard]`: the policy in front of an agent's tool calls. `outcomes` maps
    outcomes of its decision to allow, ask or deny, `tools` names of tools to those of the policy.
    """

    spec: str | None = None
    decision: str = "call"
    outcomes: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    observe: bool = False
    defer: bool = False


GUARD_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("spec", "decision"), str),
    **dict.fromkeys(("outcomes", "tools"), dict),
    **dict.fromkeys(("observe", "defer"), bool),
}
KIND_NAMES = {str: "a text", dict: "a table", bool: "true or false"}


class BadConfig(ValueError):
    """A setting is invalid; the message names the file."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings. `ignore` and `select` are codes or names; an empty `select` means all.
    `severity` overrides severities by code or name. `least` is the mildest severity to check for.
    `allowing`: suppressing comments count. `strict`: the settings for binding findings, which the
    author of a layer cannot suppress; None for these.
    """

    fail_on: str = "error"
    output_format: str = "text"
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    least: Severity = Severity.NOTE
    allowing: bool = True
    strict: Config | None = None
    guard: GuardConfig = field(default_factory=GuardConfig)

    @property
    def for_binding(self) -> Config:
        """Return the settings for findings that the author of a layer cannot suppress."""
        return self.strict or self

    def overridden_by(self, said: Config) -> Config:
        """Override these settings by those of the command line, which alone count for binding
        findings.
        """
        return replace(
            said,
            ignore=(*self.ignore, *said.ignore),
            select=said.select or self.select,
            severity={**self.severity, **said.severity},
            strict=said,
        )


def find_config(start: Path) -> Config:
    """Return the settings for a file or folder. Raises `BadConfig`."""
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
            table = _read_table(shown, key)
            if table is not None:
                return _parse_config(shown, table)
    return Config()


def _read_table(path: Path, key: str | None) -> dict[str, Any] | None:
    import tomllib

    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        if key is not None:
            return None  # It is the file of another tool.
        raise BadConfig(f"{path}: {problem}") from None
    if key is None:
        return found
    tools = found.get("tool")
    ours = tools.get(key) if isinstance(tools, dict) else None
    return ours if isinstance(ours, dict) else None


def _parse_config(path: Path, table: dict[str, Any]) -> Config:
    known = [
        one.name.replace("_", "-") for one in fields(Config) if one.name not in INTERNAL_FIELDS
    ]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise BadConfig(f"{path}: there is no setting `{key}`{did_you_mean(key, known)}")
        if key in ("ignore", "select"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise BadConfig(f"{path}: `{key}` is a list of codes")
            value = tuple(value)
        elif key == "severity":
            value = _parse_severities(value)
            if value is None:
                listed = ", ".join(SEVERITIES)
                raise BadConfig(f"{path}: `[severity]` gives codes one of {listed}")
        elif key == "guard":
            value = _parse_guard(path, value)
        elif not isinstance(value, str):
            raise BadConfig(f"{path}: `{key}` is a text")
        values[key.replace("-", "_")] = value
    config = Config(**values)
    if config.fail_on not in LEVELS:
        raise BadConfig(f"{path}: `fail-on` is one of {', '.join(LEVELS)}")
    return config


def _parse_guard(path: Path, table: Any) -> GuardConfig:
    """Return the settings of a guard; its spec is named from the folder of the settings."""
    if not isinstance(table, dict):
        raise BadConfig(f"{path}: `guard` is a table")
    for key, value in table.items():
        if key not in GUARD_KINDS:
            hint = did_you_mean(key, GUARD_KINDS)
            raise BadConfig(f"{path}: [guard] has no setting `{key}`{hint}")
        if not isinstance(value, GUARD_KINDS[key]):
            raise BadConfig(f"{path}: `{key}` of [guard] is {KIND_NAMES[GUARD_KINDS[key]]}")
    found = GuardConfig(**table)
    spec = None if found.spec is None else os.path.abspath(path.parent / found.spec)
    return replace(found, spec=spec)


def _parse_severities(table: Any) -> dict[str, str] | None:
    """Return the severity of each code or name, from a line for each code, or for each severity
    with a list of codes; None for anything else.
    """
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
