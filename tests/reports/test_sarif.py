"""SARIF: its schema, which stands beside the checkout like the suites, and what that does not say.

The findings are those of every golden document of a code.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdsl.apps.cli.run_check import check_spec
from specdsl.base.diagnostics import (
    CheckResult,
    Diagnostic,
    Edit,
    Fix,
    Label,
    Note,
    Report,
    Severity,
)
from specdsl.base.source import Source, Span
from specdsl.checks.catalogue import codes
from specdsl.pipeline import load_path, load_text
from specdsl.reports import FORMATS, CheckedSpec
from tests.checked_texts import CODE, PLAIN, ROOT, at, found_in, golden_runs, reported
from tests.test_golden import UNPROVOKED

SCHEMA = ROOT.parent / "shared" / "data" / "sarif" / "sarif-schema-2.1.0.json"
URI = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]+")  # what RFC 3986 lets a path have
CLASH = """\
authority owner
fact late, vip: bool
decision answer: yes > no
rule refuse at owner when late then answer is no
rule accept at owner when not late then answer is yes
rule allow at owner when vip then answer is yes
example "a" expect answer is no
example "b" expect answer is no
"""


@pytest.fixture(scope="module")
def runs() -> list[CheckedSpec]:
    return list(golden_runs())


def sarif(*runs: CheckedSpec) -> dict[str, Any]:
    """The only run of the log."""
    [run] = json.loads(FORMATS["sarif"](runs, PLAIN))["runs"]
    return run  # type: ignore[no-any-return]


def test_every_code_is_among_the_findings(runs: list[CheckedSpec]) -> None:
    every = {code.id for code in codes()} - set(UNPROVOKED)
    assert {d.code.id for d in found_in(*runs)} == every


@pytest.fixture(scope="module")
def valid() -> Any:
    """Raises where a log does not follow the schema."""
    from jsonschema import Draft4Validator

    if not SCHEMA.is_file():
        pytest.skip(f"no schema at {SCHEMA}: SARIF WAS NOT VALIDATED")
    validator = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert list(validator.iter_errors({"version": "2.1.0", "runs": [{}]})), "a schema that refuses"
    return validator.validate


def test_sarif_follows_its_schema(runs: list[CheckedSpec], valid: Any) -> None:
    for some in ([], *([run] for run in runs), runs):
        valid(json.loads(FORMATS["sarif"](some, PLAIN)))


def test_sarif_of_fixes_and_of_what_is_unproved_follows_its_schema(valid: Any) -> None:
    source = Source("a.spec", "wrod")
    fix = Fix("write `word`", (Edit(Span(source, 0, 4), "word"),))
    fault = Diagnostic(CODE, "message", (Label(Span(source, 0, 4), "", True),), fixes=(fix,))
    nowhere = Diagnostic(CODE, "message", severity=Severity.NOTE)
    report = Report((fault, nowhere), (CheckResult(CODE, "unproved", "reply"),))
    valid(json.loads(FORMATS["sarif"]([CheckedSpec("a.spec", report, True)], PLAIN)))


def test_sarif_has_each_finding_with_its_rule(runs: list[CheckedSpec]) -> None:
    run = sarif(*runs)
    rules = run["tool"]["driver"]["rules"]
    found = found_in(*runs)
    assert len(run["results"]) == len(found)
    for result, diagnostic in zip(run["results"], found, strict=True):
        rule = rules[result["ruleIndex"]]
        assert result["ruleId"] == rule["id"] == diagnostic.code.id
        assert result["level"] == str(diagnostic.severity)
        assert rule["name"] == diagnostic.code.name
        assert rule["defaultConfiguration"]["level"] == str(diagnostic.code.severity)
        assert read(rule["help"]["text"]) == diagnostic.code.page.strip()
        assert read(result["message"]["text"]).startswith(f"{diagnostic.message}.")
        for note in diagnostic.notes:
            assert note.title in result["message"]["text"]
        assert json.loads(json.dumps(dict(diagnostic.fields))) == result.get("properties", {})


def test_sarif_regions_are_the_places_of_the_labels(runs: list[CheckedSpec]) -> None:
    run = sarif(*runs)
    assert run["columnKind"] == "utf16CodeUnits"
    labels = 0
    for result, diagnostic in zip(run["results"], found_in(*runs), strict=True):
        [primary] = [label for label in diagnostic.labels if label.primary]
        others = [label for label in diagnostic.labels if not label.primary]
        places = [*result["locations"], *result.get("relatedLocations", [])]
        for place, label in zip(places, [primary, *others], strict=True):
            physical = place["physicalLocation"]
            source = label.span.source
            assert physical["artifactLocation"]["uri"] == source.name.removeprefix(
                "rules/" if source.shipped else ""
            )
            assert cut(label.span.source.text, physical["region"]) == label.span.text
            assert read(place.get("message", {"text": ""})["text"]) == label.text
            labels += 1
    assert labels > len(run["results"])


def read(message: str) -> str:
    """A message as a viewer shows it (§3.11.5: doubled braces are literal ones)."""
    assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)|(?<!\})(\}\})*\}(?!\})", message), "a placeholder"
    return message.replace("{{", "{").replace("}}", "}")


def cut(text: str, region: dict[str, int]) -> str:
    """What a region holds, by counting as a viewer does: lines, then UTF-16 code units."""
    lines = [line.encode("utf-16-le") for line in re.findall(r"[^\n]*\n|[^\n]+$", text)] or [b""]
    first, last = region["startLine"] - 1, region["endLine"] - 1
    start, end = 2 * (region["startColumn"] - 1), 2 * (region["endColumn"] - 1)
    assert 0 <= start <= len(lines[first])
    assert 0 <= end <= len(lines[last])
    whole = b"".join(lines[first : last + 1])
    return whole[start : len(whole) - len(lines[last]) + end].decode("utf-16-le")


@given(st.text(st.sampled_from("a {é\u0301日😀\r\n\t"), max_size=12), st.data())
def test_sarif_regions_hold_what_the_label_marks(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    label = Label(Span(Source("a.spec", text), start, end), "", True)
    [result] = sarif(reported(Diagnostic(CODE, "message", (label,))))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert cut(text, region) == text[start:end]


@pytest.mark.parametrize(
    ("text", "word", "region"),
    [
        ("word", "word", (1, 1, 1, 5)),
        ("é日 word", "word", (1, 4, 1, 8)),
        ("😀 word", "word", (1, 4, 1, 8)),  # two code units, one code point
        ("x\r\nword\r\n", "word", (2, 1, 2, 5)),
        ("one\ntwo", "one\ntwo", (1, 1, 2, 4)),
        ("one\ntwo", "one\n", (1, 1, 1, 5)),  # the line's end belongs to its line
        ("one", "", (1, 1, 1, 1)),
    ],
)
def test_sarif_columns(text: str, word: str, region: tuple[int, ...]) -> None:
    label = Label(at(text, word), "", True)
    [result] = sarif(reported(Diagnostic(CODE, "message", (label,))))["results"]
    assert tuple(result["locations"][0]["physicalLocation"]["region"].values()) == region


def test_sarif_places_the_end_of_a_text_on_its_last_line() -> None:
    end = Span(Source("a.spec", "one\n"), 4, 4)
    [result] = sarif(reported(Diagnostic(CODE, "message", (Label(end, "", True),))))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 5}


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a/b.spec", "a/b.spec"),
        ("./b.spec", "b.spec"),
        ("../b.spec", "../b.spec"),
        ("a b/é{}.spec", "a%20b/%C3%A9%7B%7D.spec"),
        ("a:b#?.spec", "a%3Ab%23%3F.spec"),
        ("<stdin>", "%3Cstdin%3E"),
        ("/a b.spec", "file:///a%20b.spec"),
        ("bytes\udcff.spec", "bytes%FF.spec"),
    ],
)
def test_sarif_names_files_by_uris(name: str, uri: str) -> None:
    label = Label(Span(Source(name, "word"), 0, 4), "", True)
    run = sarif(reported(Diagnostic(CODE, "message", (label,))))
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == uri
    assert URI.fullmatch(uri)
    base = location.get("uriBaseId")
    assert (base is None) == uri.startswith("file:")
    assert base is None or base in run["originalUriBaseIds"]


def test_sarif_places_a_shipped_library_outside_the_project(valid: Any) -> None:
    """A file of the project's that is called alike is the project's."""
    text = 'use chain_of_command\nuse "rules/own.spec"\ndecision d: yes > no\n'
    own = "value thrift\n"
    loaded = load_text(text, "a.spec", {"rules/own.spec": own})
    sources = {file.source.name: file.source for file in loaded.files}
    labels = [
        Label(Span(sources[f"rules/{name}.spec"], 0, 1), "", not i)
        for i, name in enumerate(("chain_of_command", "own"))
    ]
    run = sarif(reported(Diagnostic(CODE, "message", tuple(labels))))
    [result] = run["results"]
    places = [*result["locations"], *result["relatedLocations"]]
    library, project = (place["physicalLocation"]["artifactLocation"] for place in places)
    assert library == {"uri": "chain_of_command.spec", "uriBaseId": "SPECDSL_LIBRARY"}
    assert project == {"uri": "rules/own.spec", "uriBaseId": "%SRCROOT%"}
    assert {library["uriBaseId"], project["uriBaseId"]} <= run["originalUriBaseIds"].keys()
    valid({"version": "2.1.0", "runs": [run]})


def test_sarif_names_no_file_that_is_not_there(
    valid: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    own = "fact late: bool\ndecision d: yes > no\nrule r at root when late then d is no\n"
    Path("a.spec").write_text(f"use uncertain_audience\n{own}", encoding="utf-8")
    log = json.loads(FORMATS["sarif"]([check_spec(load_path("a.spec"))], PLAIN))
    valid(log)
    named: dict[str, set[str]] = {}
    for result in log["runs"][0]["results"]:
        for place in [*result["locations"], *result.get("relatedLocations", [])]:
            location = place["physicalLocation"]["artifactLocation"]
            named.setdefault(location["uriBaseId"], set()).add(location["uri"])
    assert named == {"%SRCROOT%": {"a.spec"}, "SPECDSL_LIBRARY": {"uncertain_audience.spec"}}


def test_sarif_has_fixes_file_by_file() -> None:
    one, two = Source("a.spec", "😀 wrod"), Source("b.spec", "wrod wrod")
    edits = (
        Edit(Span(one, 2, 6), "word {"),
        Edit(Span(two, 0, 4), "word"),
        Edit(Span(two, 9, 9), "."),
    )
    fix = Fix("write `word`", edits, verified=True)
    label = Label(Span(one, 2, 6), "", True)
    [result] = sarif(reported(Diagnostic(CODE, "message", (label,), fixes=(fix,))))["results"]
    [found] = result["fixes"]
    assert found["description"]["text"] == "write `word`."
    assert found["properties"] == {"verified": True}
    changes = {c["artifactLocation"]["uri"]: c["replacements"] for c in found["artifactChanges"]}
    first = {"startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 8}
    assert changes["a.spec"] == [{"deletedRegion": first, "insertedContent": {"text": "word {"}}]
    assert [c["deletedRegion"]["startColumn"] for c in changes["b.spec"]] == [1, 10]


def test_sarif_says_that_the_unproved_is_open() -> None:
    report = Report((), (CheckResult(CODE, "unproved", "reply"), CheckResult(CODE, "proved")))
    [result] = sarif(CheckedSpec("a.spec", report, True))["results"]
    assert (result["kind"], result["level"], result["ruleId"]) == ("open", "none", "SD301")
    assert "reply" in result["message"]["text"]


def test_sarif_notes_keep_their_lines_and_lose_their_columns() -> None:
    notes = (Note("help", "order them      priority a > b\nname it         overrides r"),)
    [result] = sarif(reported(Diagnostic(CODE, "clash in `{a}`", (), notes)))["results"]
    assert result["message"]["text"] == (
        "clash in `{{a}}`.\n\nhelp: order them · priority a > b\nname it · overrides r"
    )
    assert not re.search(r" {2,}", result["message"]["text"])


def fingerprints(text: str) -> list[str]:
    run = check_spec(load_text(text, "a.spec"))
    results = sarif(run)["results"]
    assert results
    return [result["partialFingerprints"]["findingHash/v1"] for result in results]


def test_sarif_fingerprints_survive_moving_lines() -> None:
    before = fingerprints(CLASH)
    assert len(set(before)) == len(before) == 3
    moved = "\n# A word.\n" + CLASH.replace("rule", "\n\n  rule").replace("example", "\nexample")
    assert fingerprints(moved) == before
    assert fingerprints(CLASH + "value thrift\n") == before
    assert fingerprints(CLASH.replace("allow", "permit")) != before


def test_sarif_fingerprints_tell_equal_findings_apart() -> None:
    text = "word word"
    spans = [Span(Source("a.spec", text), start, start + 4) for start in (0, 5)]
    found = [Diagnostic(CODE, "message", (Label(span, "", True),)) for span in spans]
    one, two = (
        r["partialFingerprints"]["findingHash/v1"] for r in sarif(reported(*found))["results"]
    )
    assert one.split(":")[0] == two.split(":")[0]
    assert (one.split(":")[1], two.split(":")[1]) == ("1", "2")
