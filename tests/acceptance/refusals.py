"""Whether a spec that must not load was refused for the right reason, at the right place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.base.diagnostics import Diagnostic, Severity


def misses(
    expected: Mapping[str, Any], diagnostics: tuple[Diagnostic, ...], main: str
) -> Iterator[str]:
    """What is wrong with the refusal; `main` is the name of the spec's own source."""
    errors = tuple(d for d in diagnostics if d.severity is Severity.ERROR)
    if not errors:
        yield f"loads, but must be refused ({expected})"
    elif not any(_fits(expected, error, main) for error in errors):
        got = "; ".join(_shown(error, main) for error in errors[:3])
        yield f"refused, but not for {dict(expected)}: {got}"


def _fits(expected: Mapping[str, Any], error: Diagnostic, main: str) -> bool:
    return _kind(expected, error) and _about(expected, error) and _place(expected, error, main)


def _kind(expected: Mapping[str, Any], error: Diagnostic) -> bool:
    kinds = {expected.get("kind"), *expected.get("also_kinds", ())} - {None}
    return not kinds or error.code.kind in kinds


def _about(expected: Mapping[str, Any], error: Diagnostic) -> bool:
    word = expected.get("about")
    if not word:
        return True
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", error.message) is not None


def _place(expected: Mapping[str, Any], error: Diagnostic, main: str) -> bool:
    lines = {expected.get("line"), *expected.get("also_lines", ())} - {None}
    name = expected.get("file", main)
    return not lines or any(
        _same_file(label.span.source.name, name) and label.span.line in lines
        for label in error.labels
    )


def _same_file(name: str, expected: str) -> bool:
    return name == expected or name.endswith("/" + expected)


def _shown(error: Diagnostic, main: str) -> str:
    places = ", ".join(
        ("" if label.span.source.name == main else label.span.source.name + ":")
        + str(label.span.line)
        for label in error.labels
    )
    return f"[{error.code.kind}] {error.message} (lines {places})"
