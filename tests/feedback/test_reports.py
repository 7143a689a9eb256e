"""Reports as they come in, as files, and as examples of a spec."""

from __future__ import annotations

import json
import re
import urllib.parse
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.apps.cli import group
from specdsl.apps.site.report_links import report_address
from specdsl.feedback.feedback_report import FeedbackReport, parse_report, report_text
from specdsl.feedback.incoming_reports import report_of_row
from specdsl.feedback.report_rows import TEXT_FIELDS, read_rows
from specdsl.feedback.report_verdicts import ReportVerdict, Stance, judge_reports

SPEC = """\
spec shop version "2.1"
authority owner > customer
principal user at customer
fact topic: {orders, folklore, instructions}
fact amount: number 0..
fact child: bool?
fact pin: text? secret
decision reply: full > partial > declined
decision refund: pay > ask
rule magic at owner when topic is folklore and possibly child then reply is partial
rule private at owner when topic is instructions then reply is declined
rule large at owner when amount > 500 then refund is ask
example "the tooth fairy"
  given topic is folklore, child is unknown
  expect reply is partial because magic
example "an orderly answer"
  given topic is orders
  expect reply is full
"""
LOADED = specdsl.loads(SPEC, "shop.spec")


def reports_in(name: str, text: str) -> list[FeedbackReport]:
    rows = list(read_rows(name, text))
    assert not [row.problem for row in rows if row.problem]
    return [report_of_row(LOADED, row.values, "2025-12-18") for row in rows]


def judged(**row: object) -> ReportVerdict:
    (found,) = judge_reports(LOADED, [report_of_row(LOADED, row, "2025-12-18")])
    return found


def test_a_report_agrees_where_the_spec_decides_so_whatever_is_not_told() -> None:
    found = judged(facts={"amount": 501}, wanted="ask")
    assert (found.stance, found.because) == (Stance.AGREES, ("large",))
    assert judged(facts={"topic": "orders"}, wanted="reply in {full, partial}").stance == "agrees"


def test_it_contradicts_and_the_examples_of_the_same_situation_are_named() -> None:
    found = judged(facts={"topic": "folklore", "child": None}, wanted="full", rule="magic")
    assert (found.stance, found.outcome, found.because) == ("contradicts", "partial", ("magic",))
    assert found.against == ("the tooth fairy",)
    found = judged(facts={"topic": "folklore", "child": True}, wanted="full", rule="magic")
    assert (found.stance, found.against) == ("contradicts", ())
    said = [{"by": "user", "effect": "reply is full"}]
    found = judged(facts={"topic": "instructions"}, says=said, wanted="full", rule="private")
    assert (found.stance, found.because) == ("contradicts", ("private",))


def test_it_is_undecided_by_what_it_does_not_tell_or_where_only_the_default_decides() -> None:
    found = judged(facts={"topic": "folklore"}, wanted="full")
    assert (found.stance, found.open_facts, found.outcome) == ("undecided", ("child",), None)
    found = judged(facts={"topic": "orders"}, wanted="reply is declined")
    assert (found.stance, found.outcome, found.because) == ("undecided", "full", ())
    assert found.against == ("an orderly answer",)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"facts": {"topic": "orders"}}, "does not say what is wanted"),
        ({"wanted": "happy"}, "does not say which decision"),
        ({"wanted": "pay", "decision": "reply"}, "`pay` is no outcome of `reply`"),
        ({"wanted": "pay", "decision": "money"}, "there is no decision `money`"),
        ({"facts": {"topic": "order"}, "wanted": "full"}, "no member `order`"),
        ({"facts": {"topc": "orders"}, "wanted": "full"}, "topc: there is no such fact"),
        ({"given": "topics is orders", "wanted": "full"}, "there is no fact `topics`"),
        ({"given": "topic is orders because", "wanted": "full"}, "cannot be read as an example"),
        ({"says": ["nobody says reply is full"], "wanted": "full"}, "no principal `nobody`"),
        ({"given": "child, not child", "wanted": "full"}, "`child`"),
        ({"given": "child\nrule x at owner then reply is full\nexample \"y\"", "wanted": "full"},
         "it has more than facts"),
        ({"given": "child # but", "wanted": "full"}, "what is wanted"),
    ],
)  # fmt: skip
def test_what_no_example_can_be_made_of_says_why(row: dict[str, object], problem: str) -> None:
    found = judged(**row)
    assert found.stance is Stance.UNCLEAR
    assert problem in found.problem


def test_many_reports_are_judged_as_each_alone() -> None:
    rows = [
        {"facts": {"topic": topic, "child": child}, "wanted": wanted, "decision": "reply"}
        for topic in ("orders", "folklore", "instructions", "nonsense")
        for child in (True, False, None)
        for wanted in ("full", "partial", "declined", "none")
    ]
    reports = [report_of_row(LOADED, row, "2025-12-18") for row in rows]
    for report, found in zip(reports, judge_reports(LOADED, reports), strict=True):
        (alone,) = judge_reports(LOADED, [report])
        assert (found.stance, found.outcome, found.because, found.against) == (
            alone.stance, alone.outcome, alone.because, alone.against,
        )  # fmt: skip


def test_json_lines_csv_and_a_filled_in_text_make_the_same_report() -> None:
    facts = {"topic": "folklore", "child": False}
    line = json.dumps({"facts": facts, "wanted": "full", "text": "Well, no", "rule": "magic"})
    table = 'facts.topic,facts.child,wanted,text,rule\nfolklore,false,full,"Well, no",magic\n'
    text = (
        "Hello!\n\nrule: magic\ngiven: not child,\n  topic is folklore\nwanted: full\n"
        "text: Well, no\n-- \nA. Person\n"
    )
    wide = table.replace(",", ";").replace("Well;", "Well,")
    files = {"r.jsonl": line, "a.json": f"[{line}]", "r.csv": table, "w.csv": wide, "m.txt": text}
    for name, told in files.items():
        (found,) = reports_in(name, told)
        assert " ".join(found.given.split()) == "not child, topic is folklore"
        assert (found.wanted, found.text, found.rule) == ("full", "Well, no", "magic")


def test_ids_become_names_of_files_and_stay_apart() -> None:
    rows = '{"id": "../a", "wanted": "full"}\n{"id": "a", "wanted": "full"}\n{"id": "a b"}'
    rows += '\n{"id": "a/b"}\n{"id": "..", "text": "x"}'
    ids = [report.id for report in reports_in("r.jsonl", rows)]
    assert len(set(ids)) == 5
    assert ids[1] == "a"
    assert all(re.fullmatch(r"[\w-]+", one) for one in ids)


def test_the_report_link_of_a_published_page_asks_for_what_the_import_reads() -> None:
    rule = next(one for one in LOADED.model.rules if one.name == "magic")
    address = report_address("mailto:policy@shop.example", LOADED.model, rule)
    assert address is not None
    body = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["body"][0]
    filled = body.replace("given: ", "given: topic is folklore, not child")
    filled = filled.replace("wanted: ", "wanted: partial").replace("text: ", "text: Magic is good.")
    (found,) = reports_in("-", filled)
    assert (found.rule, found.spec, found.version) == ("magic", "shop", "2.1")
    assert (found.decision, found.wanted, found.credit) == ("reply", "partial", "")
    assert judge_reports(LOADED, [found])[0].stance == "undecided"


def test_the_value_of_a_secret_fact_is_not_kept() -> None:
    for facts in ({"pin": "4111"}, {"pinn": "4111"}, {"topic": {"pin": "4111"}}):
        report = report_of_row(LOADED, {"facts": facts, "wanted": "full"}, "2025-12-18")
        assert "4111" not in report_text(report)


TEXTS = {name: st.text() for name in (*TEXT_FIELDS, "what", "reason")}


@given(st.builds(FeedbackReport, says=st.lists(st.text()).map(tuple), **TEXTS))
def test_a_report_is_read_back_from_its_file(report: FeedbackReport) -> None:
    try:
        written = report_text(report).encode("utf-8")
    except UnicodeEncodeError:
        return  # A lone surrogate, which no row brings in.
    assert parse_report(written.decode("utf-8")) == report


BAD_FILES = {
    "no.jsonl": b"nothing\n[]\n{}\n{\"wanted\": [1]}\n{\"x\": 1}\n",
    "no.csv": b'wanted,text\n"full,x\n',
    "wide.csv": b"wanted\nfull,x\n",
    "no.txt": b"Hello!\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.spec").write_text(SPEC, encoding="utf-8")
    return tmp_path


def test_every_row_that_is_no_report_is_told(folder: Path) -> None:
    for name, data in BAD_FILES.items():
        (folder / name).write_bytes(data)
    done = CliRunner().invoke(group, ["feedback", "import", *BAD_FILES])
    assert done.exit_code == 1
    assert done.output.count("no.jsonl:") == 5
    assert all(f"{name}:" in done.output for name in BAD_FILES)
    assert not (folder / "feedback").exists()


def test_a_broken_report_file_is_told_and_the_others_are_shown(folder: Path) -> None:
    (folder / "r.jsonl").write_text('{"id": "a", "wanted": "full"}', encoding="utf-8")
    CliRunner().invoke(group, ["feedback", "import", "r.jsonl"])
    for name, text in {"b": "id = ", "c": 'id = "c"\nstate = "gone"', "d": 'id = "e"'}.items():
        (folder / "feedback" / f"{name}.toml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(group, ["feedback", "list"])
    assert done.exit_code == 0
    assert "1 report: 1 open" in done.output
    assert all(f"{name}.toml: " in done.output for name in "abcd")
