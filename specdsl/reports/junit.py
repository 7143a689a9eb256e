"""JUnit renderer: XML for CI servers that count and list tests.

A suite is a spec. Its cases are the findings and each check without any; of `specdsl test`, the
examples and assertions. A case fails exactly if it keeps the run from passing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from specdsl.base.diagnostics import CheckResult, Diagnostic
from specdsl.base.quick_dataclass import dataclass
from specdsl.reports.checked_spec import CaseResult, CheckedSpec
from specdsl.reports.full import render_in_full
from specdsl.reports.style import Style

# Characters outside ASCII, and what some CI servers take for a command.
ESCAPED = re.compile(r"[^\n -~]|#(?=#\w*\[)")
# XML 1.0 forbids these.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNPROVED = "not settled within the limits, so neither found nor excluded"
COUNTS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


@dataclass(frozen=True, slots=True)
class _TestCase:
    """A test case of JUnit. `outcome` is passed, failure, error or skipped; `text` is the
    full report.
    """

    name: str
    outcome: str = "passed"
    kind: str = ""
    message: str = ""
    text: str = ""


def render_junit(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render as ASCII, whatever the encoding of the output is: other characters are references."""
    suites = [(run.path, tuple(_test_cases(run))) for run in runs]
    every = [test for _, tests in suites for test in tests]
    root = ET.Element("testsuites", {"name": "specdsl", **_outcome_counts(every)})
    for path, tests in suites:
        suite = ET.SubElement(
            root, "testsuite", {"name": _replace_forbidden(path), **_outcome_counts(tests)}
        )
        for test in tests:
            _write_case(suite, path, test)
    ET.indent(root)
    text = ET.tostring(root, "us-ascii", xml_declaration=False).decode("ascii")
    text = ESCAPED.sub(lambda found: f"&#{ord(found.group())};", text)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _outcome_counts(tests: Sequence[_TestCase]) -> dict[str, str]:
    outcomes = [test.outcome for test in tests]
    return {"tests": str(len(tests)), **{name: str(outcomes.count(one)) for name, one in COUNTS}}


def _write_case(suite: ET.Element, path: str, test: _TestCase) -> None:
    about = {"classname": _replace_forbidden(path), "name": _replace_forbidden(test.name)}
    element = ET.SubElement(suite, "testcase", about)
    if test.outcome != "passed":
        why = {"type": test.kind, "message": _replace_forbidden(test.message)}
        element = ET.SubElement(element, test.outcome, why)
    elif test.text:
        element = ET.SubElement(element, "system-out")
    element.text = _replace_forbidden(test.text) or None


def _replace_forbidden(text: str) -> str:
    """Replace each character that XML cannot represent."""
    return FORBIDDEN.sub("�", text)


def _test_cases(run: CheckedSpec) -> Iterator[_TestCase]:
    if run.cases:
        yield from (_case_of_example(case, run) for case in run.cases)
        return
    left = list(run.report.diagnostics)
    for check in run.report.checks:
        found = [d for d in left if d.code == check.code]
        left = [d for d in left if d.code != check.code]
        yield from (_case_of_finding(d, run) for d in found)
        if not found:
            yield _case_of_check(check, run)
    yield from (_case_of_finding(d, run) for d in left)


def _case_of_example(case: CaseResult, run: CheckedSpec) -> _TestCase:
    if case.found is not None:
        return _case_of_finding(case.found, run, case.name)
    kind = f"{case.code.id} {case.code.name}"
    return _TestCase(case.name) if case.settled else _TestCase(case.name, "error", kind, UNPROVED)


def _case_of_finding(diagnostic: Diagnostic, run: CheckedSpec, name: str = "") -> _TestCase:
    code = diagnostic.code
    outcome = "passed" if not run.is_failing(diagnostic) else "failure" if run.loads else "error"
    name = name or f"{code.name}: {diagnostic.message}"
    kind = f"{code.id} {code.name}"
    return _TestCase(
        name, outcome, kind, diagnostic.message, f"\n{render_in_full(diagnostic, Style())}\n"
    )


def _case_of_check(check: CheckResult, run: CheckedSpec) -> _TestCase:
    """Return the case of a check without findings; its findings may have been suppressed."""
    name, kind = check.code.name, f"{check.code.id} {check.code.name}"
    match check.result:
        case "unproved":
            return _TestCase(
                name, "error" if run.is_required(check) else "skipped", kind, UNPROVED, check.detail
            )
        case "not_run":
            return _TestCase(name, "skipped", kind, "not run")
        case "found":
            return _TestCase(name, text="what it found is allowed")
        case _:
            return _TestCase(name)
