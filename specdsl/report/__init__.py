"""Renderers: diagnostics → text that people and programs read. A format is a function from runs to
text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specdsl.report.concise import render_concise
from specdsl.report.github import render_github
from specdsl.report.json import render_json
from specdsl.report.junit import render_junit
from specdsl.report.runs import CaseResult, CheckedSpec
from specdsl.report.sarif import render_sarif
from specdsl.report.style import Style
from specdsl.report.text import render_text

Format = Callable[[Sequence[CheckedSpec], Style], str]

FORMATS: dict[str, Format] = {
    "text": render_text,
    "concise": render_concise,
    "json": render_json,
    "sarif": render_sarif,
    "github": render_github,
    "junit": render_junit,
}

__all__ = ["FORMATS", "CaseResult", "CheckedSpec", "Format", "Style"]
