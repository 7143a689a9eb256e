"""Decision logs as `policy.logged` writes them: by who gave instructions, and trial rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.evaluation.agreement import LogAgreement, measure_agreement
from specdsl.evaluation.agreement_page import agreement_page
from specdsl.evaluation.agreement_reports import agreement_text
from specdsl.evaluation.decided_log import DecidedLog
from specdsl.evaluation.log_source import BY_WEEK, LogColumns, open_log, open_session
from specdsl.evaluation.what_if import what_if
from specdsl.records import read

DOOR = """\
spec door
authority owner > clerk > guest
principal visitor at guest
principal porter at clerk
fact late, vip: bool
fact staff: bool?
decision door: open > shut
decision light: on > off
rule night at owner when late then door is shut
rule saving at owner when not late then light is off
trial rule guests at owner when vip then door is open overrides night
trial rule staff at owner when possibly staff then door is open
"""
BY_SPEAKER = LogColumns({}, None, ("says.by",))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decisions in which nobody, one or two principals speak, and calls that fail."""
    folder, chosen = tmp_path_factory.mktemp("decisions"), Random(7)
    policy = specdsl.compile(specdsl.loads(DOOR, "door.spec"), checked=False)
    logged = policy.logged(folder)
    for _ in range(120):
        facts = {"late": chosen.random() < 0.5, "vip": chosen.random() < 0.3}
        speakers = chosen.choice([[], [], ["visitor"], ["porter", "visitor"], ["visitor"] * 2])
        says = [specdsl.Instruction(one, "door is shut") for one in speakers]
        logged.decide(facts | {"staff": chosen.choice([True, False, None])}, says)
    with pytest.raises(specdsl.BadInput):
        logged.decide({"late": "much"})
    logged.sink.close()
    return folder


def agreement(log: Path, folder: Path) -> LogAgreement:
    policy = specdsl.Policy(specdsl.loads(DOOR, "door.spec").circuit)
    session = open_session(folder)
    source = open_log(session, [str(log)], policy.model, BY_SPEAKER)
    found = measure_agreement(DecidedLog(session, policy, source, BY_SPEAKER.by, times=BY_WEEK))
    session.close()
    return found


def speakers_of(record: dict[str, Any]) -> str:
    return ", ".join(sorted({one["by"] for one in record["input"]["says"]}))


def test_rows_are_divided_by_those_who_gave_instructions(log: Path, tmp_path: Path) -> None:
    found = agreement(log, tmp_path)
    expected = Counter(speakers_of(one) for one in read(log) if not one["error"])
    assert set(expected) == {"", "visitor", "porter, visitor"}
    for one in found.decisions:
        assert {share.name: share.rows for share in one.by_column["says.by"]} == expected
        assert one.overall.share == 1


def test_a_change_is_divided_by_them_too(log: Path, tmp_path: Path) -> None:
    changed = DOOR.replace("when late then", "when late and vip then")
    old, new = specdsl.loads(DOOR, "old.spec"), specdsl.loads(changed, "new.spec")
    session = open_session(tmp_path)
    found = what_if(session, old, new, [str(log)], BY_SPEAKER)
    session.close()
    records = [one for one in read(log) if not one["error"]]
    policy = specdsl.Policy(new.circuit)
    expected = Counter(
        speakers_of(one)
        for one in records
        if policy.decide(**one["input"]).door != one["result"]["door"]
    )
    assert sum(expected.values()) == found.changed["door"] > 0
    divided = {row for one in found.regions for row in one.by_column["says.by"]}
    assert divided == set(expected.items())


def test_what_trial_rules_would_have_changed_is_counted(log: Path, tmp_path: Path) -> None:
    found = agreement(log, tmp_path)
    applied: Counter[str] = Counter()
    expected: Counter[tuple[str, str, str | None]] = Counter()
    for record in read(log):
        for entry in record["trial"] if not record["error"] else ():
            applied[entry["rule"]] += entry["applies"]
            instead, logged = entry["result"]["door"], record["result"]["door"]
            if instead != logged:
                expected[entry["rule"], logged, instead] += 1
    assert {one.name: (one.rows, one.applied) for one in found.trials} == {
        name: (120, applied[name]) for name in ("guests", "staff")
    }
    changes = {(t.name, c.logged, c.instead): c.rows for t in found.trials for c in t.changes}
    assert changes == expected
    assert ("staff", "shut", None) in changes  # It would contradict `night`.
    text = agreement_text(found)
    rows = changes["staff", "shut", None]
    assert f"    door: {rows} rows would be a contradiction, not shut\n" in text
    assert f"{rows} rows would be a contradiction" in agreement_page(found)
