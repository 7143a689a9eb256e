"""Diagnostics → what people and programs read. A format is a function from runs to text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specdsl.report.concise import concise
from specdsl.report.github import github
from specdsl.report.json import as_json
from specdsl.report.junit import junit
from specdsl.report.runs import Case, Run
from specdsl.report.sarif import sarif
from specdsl.report.style import Style
from specdsl.report.text import text

Format = Callable[[Sequence[Run], Style], str]

FORMATS: dict[str, Format] = {
    "text": text,
    "concise": concise,
    "json": as_json,
    "sarif": sarif,
    "github": github,
    "junit": junit,
}

__all__ = ["FORMATS", "Case", "Format", "Run", "Style"]
