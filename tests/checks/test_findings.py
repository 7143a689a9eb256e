"""Findings as Python objects, and that every format for machines lists each of them."""

from __future__ import annotations

import copy
import json
import pickle
import re
from xml.etree import ElementTree as ET

import pytest

import specdsl
from specdsl.base.diagnostics import Severity
from specdsl.reports import FORMATS, CheckedSpec
from specdsl.reports.checked_spec import summary_line
from tests.checked_texts import PLAIN, found_in, golden_runs

CLASH = """\
authority owner
fact late: bool
decision answer: yes > no
rule refuse at owner when late then answer is no
rule allow at owner then answer is yes
"""
ALREADY = {"code", "severity", "labels", "fixes"}  # which are objects in Python


@pytest.fixture(scope="module")
def runs() -> list[CheckedSpec]:
    return list(golden_runs())


def test_a_finding_has_its_fields_as_attributes() -> None:
    [found] = specdsl.check(specdsl.loads(CLASH), least=Severity.ERROR).findings
    assert (found.name, found.code.id, str(found.severity)) == ("contradiction", "SD301", "error")
    assert (found.decision, found.rules) == ("answer", ["allow", "refuse"])
    assert found.situation == {"facts": {"late": True}, "says": []}
    assert found.needs_instructions is False
    assert {"rules", "needs_instructions", "message"} <= {*dir(found)}


def test_what_json_has_of_a_finding_python_has(runs: list[CheckedSpec]) -> None:
    listed = json.loads(FORMATS["json"](runs, PLAIN))["findings"]
    for shown, finding in zip(listed, found_in(*runs), strict=True):
        for key in shown.keys() - ALREADY:
            assert json.loads(json.dumps(getattr(finding, key))) == shown[key], key


def test_of_what_a_finding_is_not_about_it_has_nothing() -> None:
    text = CLASH.replace("rule refuse", "rule allow").replace("rule allow", "rule refuse", 1)
    with pytest.raises(specdsl.SpecError) as failed:
        specdsl.loads(text + text)
    for fault in failed.value.report.findings:
        assert (fault.rules, fault.decision, fault.situation) == ((), None, None)
        with pytest.raises(AttributeError, match=rf"`{fault.name}` has no `outcome`"):
            fault.outcome  # noqa: B018


def test_a_misspelt_attribute_is_said_with_those_that_there_are() -> None:
    [found] = specdsl.check(specdsl.loads(CLASH), least=Severity.ERROR).findings
    with pytest.raises(AttributeError) as failed:
        found.rule  # noqa: B018
    assert str(failed.value).startswith(
        "a finding `contradiction` has no `rule`, but `decision`, `needs_instructions`, `places`"
    )


def test_findings_can_be_copied_and_pickled(runs: list[CheckedSpec]) -> None:
    for finding in found_in(*runs)[:20]:
        assert copy.copy(finding) == finding
        again = pickle.loads(pickle.dumps(finding))
        assert (again.message, again.fields) == (finding.message, finding.fields)
        assert copy.deepcopy(finding).rules == finding.rules


# --- every one of them is listed -----------------------------------------------------------------


def many_clashes() -> str:
    """Two decisions: of 30 rules on each, half ask for one outcome and half for the other."""
    lines = ["authority root", "fact x: int 0..100"]
    for name in ("first", "second"):
        lines.append(f"decision {name}: yes > no")
        for i in range(30):
            effect = "yes" if i % 2 else "no"
            lines.append(f"rule {name}_{i} at root when x > {i} then {name} is {effect}")
    return "\n".join(lines)


def counted(line: str) -> int:
    """How many findings a summary speaks of."""
    said = line.partition(": ")[2].partition(" (")[0]
    parts = [part for part in said.split(", ") if not part.endswith((" unproved", " allowed"))]
    numbers = [re.match(r"[\d,]+(?= )", part) for part in parts]
    return sum(int(number.group().replace(",", "")) for number in numbers if number)


def listed(form: str, run: CheckedSpec) -> int:
    text = FORMATS[form]([run], PLAIN)
    match form:
        case "json":
            return len(json.loads(text)["findings"])
        case "sarif":
            results = json.loads(text)["runs"][0]["results"]
            return sum(result.get("kind") != "open" for result in results)
        case "junit":
            kinds = {f"{d.code.name}: {d.message}" for d in run.report.diagnostics}
            return sum(case.get("name") in kinds for case in ET.fromstring(text).iter("testcase"))
        case _:
            marks = {"github": r"^::(error|warning|notice) (?!.*: unproved::)"}
            return len(re.findall(marks.get(form, r"^[^ ]+: \w+\[SD\d+\]"), text, re.MULTILINE))


MACHINES = ("json", "sarif", "junit", "github", "concise")


@pytest.mark.parametrize("form", MACHINES)
def test_machines_get_every_finding(form: str, runs: list[CheckedSpec]) -> None:
    report = specdsl.check(specdsl.loads(many_clashes()), brief=True)
    large = CheckedSpec("many.spec", report, loads=True, notes_in_full=True)
    assert listed(form, large) == len(report.findings) >= 450
    for run in (large, *(run for run in runs if run.loads)):
        assert listed(form, run) == len(run.report.findings) == counted(summary_line([run]))
