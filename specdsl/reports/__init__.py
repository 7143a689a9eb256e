"""Renderers: diagnostics → text that people and programs read."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.reports.checked_spec import CaseResult, CheckedSpec
from specdsl.reports.concise import render_concise
from specdsl.reports.findings_json import render_json
from specdsl.reports.findings_text import render_text
from specdsl.reports.formats import Formats, Renderer
from specdsl.reports.github import render_github
from specdsl.reports.sarif import render_sarif
from specdsl.reports.style import Style


def _render_junit(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render as JUnit does, whose libraries are imported only then."""
    from specdsl.reports.junit import render_junit

    return render_junit(runs, style)


FORMATS: Formats[Sequence[CheckedSpec]] = {
    "text": render_text,
    "concise": render_concise,
    "json": render_json,
    "sarif": render_sarif,
    "github": render_github,
    "junit": _render_junit,
}

__all__ = ["FORMATS", "CaseResult", "CheckedSpec", "Formats", "Renderer", "Style"]
