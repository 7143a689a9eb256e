"""Runs for tests of reports: made by hand, and those of every golden document of a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from specdsl.apps.cli.common import load_all
from specdsl.apps.cli.run_check import CheckOptions, check_spec
from specdsl.base.diagnostics import Code, Diagnostic, Report, Severity
from specdsl.base.source import Source, Span
from specdsl.checks.guidance_codes import CODES as GUIDANCE
from specdsl.reports import CheckedSpec, Style
from tests.golden.documents import blocks

ROOT = Path(__file__).resolve().parent.parent
CHECK = r"^\$ specdsl check ([\w./]+)( --select guidance)?$"
PLAIN = Style()
CODE = Code("SD301", "contradiction", Severity.ERROR, "Rules that clash.\n\nMend `{a, b}`.")


@cache
def golden_runs() -> tuple[CheckedSpec, ...]:
    """What each `specdsl check` in the golden documents of the codes reports."""
    found: list[CheckedSpec] = []
    for document in sorted((ROOT / "tests" / "golden" / "codes").glob("*.md")):
        with TemporaryDirectory() as folder, chdir(folder):
            found += _runs_of(document.read_text(encoding="utf-8"))
    return tuple(found)


def _runs_of(text: str) -> Iterator[CheckedSpec]:
    for block in blocks(text):
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.body, encoding="utf-8")
        for path, hints in re.findall(CHECK, block.body, re.MULTILINE):
            asked = CheckOptions(only=frozenset(GUIDANCE) if hints else None)
            yield from (check_spec(loaded, asked) for loaded in load_all([path]))


def found_in(*runs: CheckedSpec) -> list[Diagnostic]:
    return [d for run in runs for d in run.report.diagnostics]


def reported(*diagnostics: Diagnostic, path: str = "a.spec") -> CheckedSpec:
    return CheckedSpec(path, Report(diagnostics, (), 1, 2), loads=True)


def at(text: str, word: str) -> Span:
    """The first place of a word in a text."""
    start = text.index(word)
    return Span(Source("a.spec", text), start, start + len(word))
