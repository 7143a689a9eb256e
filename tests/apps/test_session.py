"""A session's findings are those of a check that knows nothing, after whatever edits."""

from __future__ import annotations

from pathlib import Path

import pytest

import specdsl
from specdsl.base.diagnostics import Severity
from tests.cache.edits import history
from tests.cache.warm import told

DOOR = """
authority owner
fact a, b: bool
decision door: open > shut
rule r1 at owner when a then door is shut
"""
CLASH = DOOR + "rule r2 at owner when b then door is open\n"


@pytest.mark.parametrize("seed", range(6))
def test_after_random_edits_all_is_found_as_if_nothing_were_known(seed: int) -> None:
    first, *others = history(seed, 10)
    session = specdsl.open(first)
    for text in (first, *others):
        errors, cold = session.update(text), specdsl.check(specdsl.loads(text))
        assert told(session.report) == told(cold)
        graver = [one for one in cold.diagnostics if one.severity is Severity.ERROR]
        assert [one.message for one in errors.diagnostics] == [one.message for one in graver]
        assert session.report.checks == cold.checks


def test_a_text_that_does_not_load_has_its_faults_and_can_be_mended() -> None:
    session = specdsl.open(CLASH)
    assert [one.name for one in session.errors.findings] == ["contradiction"]
    faults = session.update(CLASH.replace("when b", "when c"))
    assert [one.name for one in faults.diagnostics] == ["unknown-name"]
    assert session.report == faults
    with pytest.raises(specdsl.SpecError):
        _ = session.spec
    assert session.update(DOOR).ok
    assert session.spec.model.rules[0].name == "r1"


def test_a_file_with_what_it_uses(tmp_path: Path) -> None:
    main, other = tmp_path / "main.spec", tmp_path / "other.spec"
    other.write_text(DOOR, encoding="utf-8")
    main.write_text('use "other.spec"\n', encoding="utf-8")
    session = specdsl.open(main)
    assert session.errors.ok
    clash = 'use "other.spec"\nrule r2 at owner when b then door is open\n'
    assert [one.rules for one in session.update(clash).findings] == [["r1", "r2"]]
    other.write_text(DOOR.replace("when a", "when a and not b"), encoding="utf-8")
    assert session.update(clash).ok, "what it uses is read anew"
    assert main.read_text(encoding="utf-8") == 'use "other.spec"\n', "nothing is written"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    session = specdsl.open(tmp_path / "none.spec")
    assert not session.report.ok
    assert session.update(DOOR).ok


LIST = """
authority owner > guest
value care
value cost
priority care > cost
fact a, b, c: bool
fact days: int 0..60
decision door: open > shut
decision light: bright > dim on conflict dim
rule r1 at owner for care when a then door is shut
rule r2 at owner for cost when b and days > 30 then door is open overrides r1
rule r3 at guest when c then light is dim
rule r4 at guest when days > 3 then light is bright
example "shut" given a expect door is shut
"""
EDITS = [
    ("expect door is shut", "expect door is open"),
    ("days > 30", "days > 20"),
    ("priority care > cost", "priority cost > care"),
    ("fact a, b, c: bool", "fact a, b: bool fact c: bool?"),
    ("when c then", "when c and not c then"),
    (" overrides r1", ""),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_edits_there_and_back(old: str, new: str) -> None:
    """After each edit all is found as by a first check, and nothing that an earlier text had."""
    session = specdsl.open(LIST)
    changed = LIST.replace(old, new)
    assert changed != LIST
    for text in (changed, LIST, changed):
        session.update(text)
        assert told(session.report) == told(specdsl.check(specdsl.loads(text)))


def test_a_pause_between_errors_and_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specdsl.verification.runner.MAX_PAUSE", 0.0)
    session = specdsl.open(CLASH)
    assert not session.errors.ok
    assert told(session.report) == told(specdsl.check(specdsl.loads(CLASH)))
