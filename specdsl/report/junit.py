"""JUnit's XML, for CI servers that count and list tests.

A suite is a spec. Its cases are the findings, and each check that has none; of `specdsl test`, the
examples and assertions. A case fails exactly where it keeps the run from passing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from specdsl.diagnostics import CheckResult, Diagnostic
from specdsl.report.full import render
from specdsl.report.runs import Case, Run
from specdsl.report.style import Style

ACTING = re.compile(r"[^\n -~]|#(?=#\w*\[)")  # in ASCII; or what is a command to some CI
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0
UNSETTLED = "not settled within the limits, so neither found nor excluded"
COUNTS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


@dataclass(frozen=True, slots=True)
class _Test:
    """`outcome`: passed, failure, error or skipped. `text` is the whole of what is to be said."""

    name: str
    outcome: str = "passed"
    kind: str = ""
    message: str = ""
    text: str = ""


def junit(runs: Sequence[Run], style: Style) -> str:
    """ASCII, whatever the encoding of the output is: other characters are references."""
    suites = [(run.path, tuple(_tests(run))) for run in runs]
    every = [test for _, tests in suites for test in tests]
    root = ET.Element("testsuites", {"name": "specdsl", **_counts(every)})
    for path, tests in suites:
        suite = ET.SubElement(root, "testsuite", {"name": _allowed(path), **_counts(tests)})
        for test in tests:
            _write(suite, path, test)
    ET.indent(root)
    text = ET.tostring(root, "us-ascii", xml_declaration=False).decode("ascii")
    text = ACTING.sub(lambda found: f"&#{ord(found.group())};", text)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _counts(tests: Sequence[_Test]) -> dict[str, str]:
    outcomes = [test.outcome for test in tests]
    return {"tests": str(len(tests)), **{name: str(outcomes.count(one)) for name, one in COUNTS}}


def _write(suite: ET.Element, path: str, test: _Test) -> None:
    about = {"classname": _allowed(path), "name": _allowed(test.name)}
    element = ET.SubElement(suite, "testcase", about)
    if test.outcome != "passed":
        why = {"type": test.kind, "message": _allowed(test.message)}
        element = ET.SubElement(element, test.outcome, why)
    elif test.text:
        element = ET.SubElement(element, "system-out")
    element.text = _allowed(test.text) or None


def _allowed(text: str) -> str:
    """The text with a mark for each character that XML cannot have."""
    return FORBIDDEN.sub("�", text)


def _tests(run: Run) -> Iterator[_Test]:
    if run.cases:
        yield from (_case(case, run) for case in run.cases)
        return
    left = list(run.report.diagnostics)
    for check in run.report.checks:
        found = [d for d in left if d.code == check.code]
        left = [d for d in left if d.code != check.code]
        yield from (_finding(d, run) for d in found)
        if not found:
            yield _check(check, run)
    yield from (_finding(d, run) for d in left)


def _case(case: Case, run: Run) -> _Test:
    if case.found is not None:
        return _finding(case.found, run, case.name)
    kind = f"{case.code.id} {case.code.name}"
    return _Test(case.name) if case.settled else _Test(case.name, "error", kind, UNSETTLED)


def _finding(diagnostic: Diagnostic, run: Run, name: str = "") -> _Test:
    code = diagnostic.code
    outcome = "passed" if not run.fails(diagnostic) else "failure" if run.loads else "error"
    name = name or f"{code.name}: {diagnostic.message}"
    kind = f"{code.id} {code.name}"
    return _Test(name, outcome, kind, diagnostic.message, f"\n{render(diagnostic, Style())}\n")


def _check(check: CheckResult, run: Run) -> _Test:
    """A check without a finding; what it found may have been allowed."""
    name, kind = check.code.name, f"{check.code.id} {check.code.name}"
    match check.result:
        case "unproved":
            return _Test(
                name, "error" if run.needs(check) else "skipped", kind, UNSETTLED, check.detail
            )
        case "not_run":
            return _Test(name, "skipped", kind, "not run")
        case "found":
            return _Test(name, text="what it found is allowed")
        case _:
            return _Test(name)
