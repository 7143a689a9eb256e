"""A spec without a statement does not pass in silence."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.base.diagnostics import Severity


@pytest.mark.parametrize(("text", "line"), [("", 1), ("\n\n", 3), ("# no rules yet", 1)])
def test_an_empty_spec_is_a_warning(text: str, line: int) -> None:
    report = specdsl.check(specdsl.loads(text))
    [found] = report.findings
    assert (found.code.name, found.severity) == ("empty-spec", Severity.WARNING)
    assert found.primary is not None
    assert found.primary.span.line == line
    assert report.ok, "a warning: `--fail-on warning` refuses it"


@pytest.mark.parametrize("text", ["spec later", "fact late: bool", 'use "other.spec"'])
def test_one_statement_is_enough(text: str) -> None:
    spec = specdsl.loads(text, library={"other.spec": "# nothing yet"})
    found = {diagnostic.code.name for diagnostic in specdsl.check(spec).findings}
    assert "empty-spec" not in found


def test_a_report_of_errors_only_has_no_warning() -> None:
    assert specdsl.check(specdsl.loads(""), least=Severity.ERROR).findings == ()


def test_a_comment_may_allow_it() -> None:
    text = "# specdsl: allow(empty-spec) because the rules come next month\n"
    report = specdsl.check(specdsl.loads(text))
    assert report.findings == ()
    assert report.allowed == 1
