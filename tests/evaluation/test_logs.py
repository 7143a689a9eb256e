"""Logs against the decision function, row by row: agreement, drift, and what a change would do."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.sampling.sample_cases import SamplingOptions, sample_cases
from specdsl.api import Policy, Spec
from specdsl.apps.cli import group as program
from specdsl.evaluation.agreement import LogAgreement, measure_agreement
from specdsl.evaluation.decided_log import DecidedLog
from specdsl.evaluation.drift import measure_drift, windows_of_column
from specdsl.evaluation.log_source import (
    BY_WEEK,
    LogColumns,
    UnreadableLog,
    open_log,
    open_session,
)
from specdsl.evaluation.what_if import WhatIf, what_if
from tests.evaluation import planted_log
from tests.random_specs import random_spec

Row = dict[str, Any]
SMALL = """\
spec till
authority owner > clerk > buyer
principal buyer at buyer
fact topic: {orders, refunds}
fact amount: int 0..1000
fact days: number 0..
fact member: bool?
fact tags: set of {vip, staff}
fact note: text?
assume sane: amount < 1000
decision refund: pay > ask > refuse
decision tone: warm > plain
rule large at owner when topic is refunds and amount > 500 then refund is ask
rule late at owner when days > 30.5 and not tags has vip then refund is not pay
rule stranger at clerk when possibly not member and amount > 100 then refund is refuse
rule rude at clerk when note like "*!!*" then tone is plain
"""


def random_rows(count: int, seed: int) -> list[Row]:
    """Rows of which some are no situations; in others somebody gives an instruction."""
    chosen, rows = Random(seed), []
    for _ in range(count):
        row = {
            "topic": chosen.choice(["orders", "refunds"]),
            "amount": chosen.choice([0, 99, 100, 101, 500, 501, 998, 998, 1000, 2000]),
            "days": chosen.choice([0, 30.5, 30.25, 31, 400]),
            "member": chosen.choice([True, False, None]),
            "tags": chosen.choice([[], ["vip"], ["staff", "vip"]]),
            "note": chosen.choice(["hi", "no!!", None]),
            "refund": chosen.choice(["pay", "ask", "refuse"]),
            "tone": chosen.choice(["warm", "plain", None]),
            "model": chosen.choice(["m1", "m2"]),
        }
        if chosen.random() < 0.1:
            row["says"] = [{"by": "buyer", "effect": f"refund is {chosen.choice(['ask', 'pay'])}"}]
        rows.append(row)
    return rows


def decided(policy: Policy, row: Row) -> Mapping[str, str] | None:
    """What the decision function gives; None for what is no situation."""
    facts = {name: row[name] for name in ("topic", "amount", "days", "member", "tags", "note")}
    try:
        return dict(policy.decide(facts, row.get("says", ())))
    except specdsl.BadInput:
        return None


def write_log(rows: list[Row], form: str, folder: Path) -> Path:
    path = folder / f"log.{form}"
    if form == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    elif form == "csv":
        names = list(rows[0])
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([*names, "says"])
            for row in rows:
                writer.writerow([csv_text(row.get(name)) for name in (*names, "says")])
    else:
        given = path.with_suffix(".jsonl")
        write_log(rows, "jsonl", folder)
        session: Any = duckdb.connect()
        session.execute(f"COPY (FROM read_json('{given}')) TO '{path}'")
    return path


def csv_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() if value and isinstance(value[0], dict):
            return json.dumps(value)
        case list():
            return ",".join(value) or "{}"
        case _:
            return str(value)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Any]:
    found = open_session(tmp_path)
    yield found
    found.close()


def agreement(session: Any, spec: Spec, path: Path, *by: str) -> LogAgreement:
    """Of the rows one by one, and of groups of them, which has to be the same."""
    policy = Policy(spec.circuit)
    source = open_log(session, [str(path)], policy.model, LogColumns({}, None, by))
    one, other = (
        measure_agreement(DecidedLog(session, policy, source, by, times=times))
        for times in (None, BY_WEEK)
    )
    assert one == other
    return other


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_every_row_counts_as_the_decision_function_decides_it(
    form: str, session: Any, tmp_path: Path
) -> None:
    spec = specdsl.loads(SMALL)
    rows = random_rows(400, seed=1)
    found = agreement(session, spec, write_log(rows, form, tmp_path), "model")
    policy = Policy(spec.circuit)
    given = [decided(policy, row) for row in rows]
    assert found.rows == len(rows)
    assert found.bad_rows == sum(one is None for one in given) > 10
    for one in found.decisions:
        seen = [
            (row["model"], row[one.name] == outcomes[one.name])
            for row, outcomes in zip(rows, given, strict=True)
            if outcomes is not None and row[one.name] is not None
        ]
        assert (one.overall.agreeing, one.overall.rows) == (sum(a for _, a in seen), len(seen))
        for share in one.by_column["model"]:
            here = [agrees for model, agrees in seen if model == share.name]
            assert (share.agreeing, share.rows) == (sum(here), len(here))
        wrong = sum(region.rows for region in one.regions) + one.scattered
        assert wrong == sum(not agrees for _, agrees in seen)


def test_planted_disagreements_and_no_others_are_regions(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    planted = planted_log.write_planted(path, 40_000)
    spec = planted_log.spec()
    found = agreement(session, spec, path)
    regions = {
        (one.name, region.observed, region.rows)
        for one in found.decisions
        for region in one.regions
    }
    assert regions == planted
    assert len(regions) == 7
    assert not any(one.scattered for one in found.decisions)
    policy = Policy(spec.circuit)
    for one in found.decisions:
        for region in one.regions:
            outcome = policy.decide(region.facts)[one.name]
            assert outcome in region.expected
            assert outcome != region.observed


def test_rows_that_disagree_by_chance_are_in_no_region(session: Any, tmp_path: Path) -> None:
    spec, chosen = planted_log.spec(), Random(4)
    policy, rows = Policy(spec.circuit), []
    for row in random_rows(600, seed=3):
        facts = {
            "topic": row["topic"],
            "amount": row["amount"] % 1000,
            "days": int(row["days"]),
            "member": row["member"],
            "vip": chosen.random() < 0.5,
            "country": chosen.choice(["de", "fr"]),
            "paid": "card",
        }
        outcome = policy.decide(facts).refund
        rows.append({**facts, "refund": outcome if chosen.random() > 0.01 else "pay"})
    (one,) = agreement(session, spec, write_log(rows, "jsonl", tmp_path)).decisions
    assert one.regions == ()
    assert 0 < one.scattered == one.overall.rows - one.overall.agreeing


def test_planted_drift_and_no_other_is_found(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    planted_log.write_drifting(path, 60_000)
    policy = Policy(planted_log.spec().circuit)
    source = open_log(session, [str(path)], policy.model, LogColumns({}, None, ("model",)))
    rows, log = (
        DecidedLog(session, policy, source, ("model",), prefix, times)
        for prefix, times in (("rows_", None), ("", BY_WEEK))
    )
    found = measure_drift(log, *windows_of_column(log))
    assert measure_drift(rows, *windows_of_column(rows)) == found
    assert {one.rule for one in found.moved} == {*planted_log.DRIFTING}
    for one in found.moved:
        assert one.low <= one.change <= one.high < 0


def test_drift_between_rows_in_which_somebody_speaks_and_in_which_nobody_does(
    tmp_path: Path,
) -> None:
    spec, rows = tmp_path / "till.spec", random_rows(300, seed=8)
    spec.write_text(SMALL, encoding="utf-8")
    log, policy = write_log(rows, "jsonl", tmp_path), Policy(specdsl.loads(SMALL).circuit)
    words = ["drift", str(log), "--spec", str(spec), "--by", "says.by", "--output-format", "json"]
    found = json.loads(CliRunner().invoke(program, words).stdout)
    assert found["windows"] == ["buyer", "nobody"]
    (rude,) = (one for one in found["rules"] if one["rule"] == "rude")
    for window, spoken in (("before", True), ("after", False)):
        tones = [
            row["tone"]
            for row in rows
            if ("says" in row) is spoken
            and row["note"] == "no!!"
            and row["tone"] is not None
            and decided(policy, row) is not None
        ]
        assert rude[window] == {"kept": tones.count("plain"), "rows": len(tones)}
        assert len(tones) > 3


def test_what_a_change_does_is_what_both_functions_say(session: Any, tmp_path: Path) -> None:
    old = specdsl.loads(SMALL, "old.spec")
    changed = SMALL.replace("amount > 500", "amount > 900").replace("days > 30.5", "days > 60")
    new = specdsl.loads(changed, "new.spec")
    rows = random_rows(400, seed=5)
    path = write_log(rows, "jsonl", tmp_path)
    found: WhatIf = what_if(session, old, new, [str(path)], LogColumns({}))
    before, after = Policy(old.circuit), Policy(new.circuit)
    pairs = [(decided(before, row), decided(after, row)) for row in rows]
    changes = Counter(
        (one["refund"], two["refund"]) for one, two in pairs if one and two and one != two
    )
    assert found.changed == {"refund": sum(changes.values()), "tone": 0}
    assert found.unexplained == 0
    for one in found.regions:
        ends = one.region.old.outcome, one.region.new.outcome
        assert 0 < one.rows <= changes[ends]
        for number, _ in one.examples:
            first, second = pairs[number]
            assert first is not None
            assert second is not None
            assert (first["refund"], second["refund"]) == ends


def test_a_changed_row_is_in_one_region_for_each_edit_that_explains_it(
    session: Any, tmp_path: Path
) -> None:
    """Rows that are decided by default before and by a rule afterwards stand apart; each spec may
    have facts of its own."""
    head = "authority a > b\nfact x: int 0..9\nfact y: bool\ndecision d: one > two > three\n"
    same = "rule low at a when x < 3 then d is two\n"
    old = specdsl.loads(head + "fact gone: bool\n" + same + "rule g at b when gone then d is one")
    added = "fact come: bool\nrule new at b when come and x > 5 then d is three"
    new = specdsl.loads(head + same + added)
    rows = [
        {"x": x, "y": y, "gone": gone, "come": come}
        for x in range(10)
        for y in (True, False)
        for gone in (True, False)
        for come in (True, False)
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = what_if(session, old, new, [str(path)], LogColumns({}))
    changed = [row for row in rows if row["come"] and row["x"] > 5]
    assert found.changed == {"d": len(changed)}
    assert found.unexplained == 0
    assert sum(one.rows for one in found.regions) == len(changed)
    for one in found.regions:
        for number, _ in one.examples:
            assert rows[number]["gone"] == one.region.old.decided


def test_random_specs_and_their_logs_agree_with_themselves(session: Any, tmp_path: Path) -> None:
    """What a spec decides, as its own log: all rows agree, and each is read as it was written."""
    for seed in range(12):
        spec = specdsl.loads(random_spec(seed))
        policy = Policy(spec.circuit)
        lines = []
        for case in sample_cases(spec, SamplingOptions(30)).cases:
            situation = case.situation.to_replay()
            try:
                outcomes = dict(policy.decide(**situation))
            except specdsl.Contradiction:
                continue
            lines.append(json.dumps({**situation["facts"], **outcomes, "says": situation["says"]}))
        path = tmp_path / f"{seed}.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        if lines:
            found = agreement(session, spec, path)
            assert found.bad_rows == 0
            assert found.overall.share == 1.0, seed


def test_facts_and_decisions_may_be_called_like_words_of_sql(session: Any, tmp_path: Path) -> None:
    spec = specdsl.loads(
        "authority owner\nfact order, end: bool?\nfact group: {asc, desc, table}\n"
        "fact row, count: int 0..9\nfact classes, single, expected, observed: bool\n"
        "decision from_: join > where\n"
        "rule select at owner when order and group is desc and row > count then from_ is where\n"
        "rule having at owner when possibly end and (expected or single) then from_ is where"
    )
    policy, chosen, rows = Policy(spec.circuit), Random(1), []
    for _ in range(200):
        facts = {
            "order": chosen.choice([True, False, None]),
            "end": chosen.choice([True, False, None]),
            "group": chosen.choice(["asc", "desc", "table"]),
            "row": chosen.randrange(10),
            "count": chosen.randrange(10),
            **{n: chosen.random() < 0.3 for n in ("classes", "single", "expected", "observed")},
        }
        rows.append({**facts, **policy.decide(facts)})
    path = write_log([{**row, "model": "m"} for row in rows], "jsonl", tmp_path)
    found = agreement(session, spec, path, "expected")
    assert (found.bad_rows, found.overall.share, found.overall.rows) == (0, 1.0, 200)


LOOKS = """\
spec looks
authority a
fact note: text
fact day: date
fact at: time?
fact kind: {one, two}
fact n: int 0..9
decision d: no > yes
rule dated at a when note like "2025*" and day > 2025-01-02 then d is yes
rule named at a when kind is one and n > 3 then d is yes
"""


def test_a_text_that_looks_like_a_date_or_an_identifier_is_a_text(
    session: Any, tmp_path: Path
) -> None:
    """And of a column with values of several types each value is what it is."""
    spec = specdsl.loads(LOOKS)
    notes = ("2025-01-01", "10:00:00", "123e4567-e89b-12d3-a456-426614174000")
    for note in notes:
        rows = [
            {"note": note, "day": day, "at": at, "kind": kind, "n": n}
            for day in ("2025-01-01", "2025-03-01")
            for at in ("2025-01-01T10:00:00Z", None)
            for kind, n in (("one", 5), ("two", 5), ("one", 2), (1, 5), ("one", "5"))
        ]
        policy, given = Policy(spec.circuit), []
        for row in rows:
            try:
                given.append({**row, "d": policy.decide(row).d})
            except specdsl.BadInput:
                given.append({**row, "d": "yes"})
        path = tmp_path / "log.jsonl"
        path.write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
        found = agreement(session, spec, path)
        assert (found.bad_rows, found.overall.rows, found.overall.share) == (8, 12, 1.0)


FAULTS = {
    "log.csv": (
        (b'amount,refund\n7,pay\n"8,pay\n9,ask\n', "3: a quote is not closed"),
        (b"amount,refund\n7,pay\n8,pay,3\n", "3: 3 values, of 2 columns"),
        (b"amount,refund\n7\n", "2: 1 value, of 2 columns"),
        (b"amount,refund\n7,p\xff\n", "2: it is not UTF-8"),
        (b"amount,amount\n7,8\n", "1: the header names `amount` twice"),
        (b"", "1: it has no header"),
    ),
    "log.jsonl": (
        (b'{"amount": 7, "refund": "pay"}\n{"amount": 8, "ref\n', "2: it is no JSON;"),
        (b'{"amount": 7, "refund": "pay"}\n{"amount": 8', "2: it is no JSON, or its end is"),
    ),
    "log.parquet": ((b"PAR1 and no more PAR1", " it is no file of Parquet"),),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_cannot_be_read_is_named_with_the_place_and_what_to_do(
    name: str, tmp_path: Path
) -> None:
    spec, log = tmp_path / "till.spec", tmp_path / name
    spec.write_text(TILL, encoding="utf-8")
    for data, problem in FAULTS[name]:
        log.write_bytes(data)
        found = CliRunner().invoke(program, ["eval", str(log), "--spec", str(spec)])
        assert found.exit_code == 2
        assert f"{name}:{problem}" in found.output


def test_a_csv_file_has_the_delimiter_of_its_header(session: Any, tmp_path: Path) -> None:
    spec, path = specdsl.loads(TILL), tmp_path / "log.csv"
    for text in (
        "amount,refund\r\n7,pay\r\n60,ask\r\n",
        '\ufeffamount;refund;note\n7;pay;"one; two\n""three"""\n60;ask;\n',
        "amount\trefund\n7\tpay\n60\task\n",
    ):
        path.write_text(text, encoding="utf-8", newline="")
        found = agreement(session, spec, path)
        assert (found.rows, found.overall.rows, found.overall.share) == (2, 2, 1.0)


# --- commands ------------------------------------------------------------------------------------


def test_a_log_without_its_columns_names_all_that_is_missing(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"topc": "orders", "refund": "pay"}\n', encoding="utf-8")
    columns = LogColumns({"refnd": "refund"}, "when", ("modl",))
    with pytest.raises(UnreadableLog) as failed:
        open_log(session, [str(path)], specdsl.loads(SMALL).model, columns)
    said = "\n".join(failed.value.problems)
    for word in ("decision `refnd` (did you mean `refund`?)", "`when`", "`modl`", "fact `amount`"):
        assert word in said


def test_the_reports_say_the_same_and_the_status_tells(tmp_path: Path) -> None:
    spec, log = tmp_path / "shop.spec", tmp_path / "log.parquet"
    spec.write_text(planted_log.SPEC, encoding="utf-8")
    planted_log.write_planted(log, 5_000)

    def run(*words: str) -> tuple[str, int]:
        command = ["eval", str(log), "--spec", str(spec), *words]
        found = CliRunner().invoke(program, command)
        return found.output, found.exit_code

    as_json = json.loads(run("--output-format", "json")[0])
    assert run("--at-least", "0.5")[1] == 0
    text, status = run("--at-least", "0.99")
    assert status == 1
    assert f"{as_json['agreement']:.2%} of 10,000 outcomes" in text
    regions = [region for one in as_json["decisions"] for region in one["regions"]]
    page, junit = run("--output-format", "html")[0], run("--output-format", "junit")[0]
    for region in regions:
        assert f"when {region['when']}" in text
    assert page.count("<svg") >= 4
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert junit.count("<failure") == len(regions)


TILL = """\
spec till
authority owner > buyer
fact amount: int 0..100
decision refund: pay > ask
rule large at owner when amount > 50 then refund is ask
"""


def test_nothing_that_could_be_judged_is_no_pass(tmp_path: Path) -> None:
    spec, log, none = (str(tmp_path / name) for name in ("till.spec", "log.csv", "none.csv"))
    Path(spec).write_text(TILL, encoding="utf-8")
    Path(log).write_text("amount,refund,day\n700,pay,2025-01-06\n", encoding="utf-8")

    def run(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(program, list(words))
        return found.exit_code, found.output

    status, said = run("eval", log, "--spec", spec, "--at-least", "0.5")
    assert (status, said.splitlines()[0]) == (1, "no outcome could be judged by till")
    status, said = run("eval", log, none, "--spec", spec)
    assert (status, "none.csv: No such file or directory" in said) == (2, True)
    status, said = run("eval", log, "--spec", spec, "-o", log)
    assert (status, "the command reads this file" in said) == (2, True)
    assert Path(log).read_text(encoding="utf-8").startswith("amount,")
    Path(log).write_text("amount,refund,day\n7,pay,2025-01-06\n7,pay,\n", encoding="utf-8")
    status, said = run("drift", log, "--spec", spec, "--since", "2025-03-01", "--time", "day")
    assert (status, "no row that could be judged is of the window `from" in said) == (2, True)
