"""The folder of reports: whole after a kill, merged by git, and moved into the spec."""

from __future__ import annotations

import json
import os
import pty
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.report_folder import ReportFolder
from tests.feedback.test_reports import SPEC

ROOT = Path(__file__).resolve().parents[2]
RUN = [sys.executable, "-c", "from specdsl.apps.cli import main; main()"]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.spec").write_text(SPEC, encoding="utf-8")
    return tmp_path


def write_rows(count: int) -> list[str]:
    """Reports that agree, contradict and are undecided, in turn; returns their ids."""
    kinds = (
        {"facts": {"topic": "folklore", "child": True}, "wanted": "partial", "rule": "magic"},
        {"facts": {"topic": "instructions"}, "wanted": "full", "rule": "private"},
        {"facts": {"topic": "folklore"}, "wanted": "partial", "rule": "magic"},
    )
    ids = [f"r{i:03}" for i in range(count)]
    rows = ({**kinds[i % 3], "id": one, "credit": f"P{i}"} for i, one in enumerate(ids))
    Path("reports.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return ids


def run(*words: str) -> str:
    done = CliRunner().invoke(group, ["feedback", *words])
    assert done.exit_code == 0, done.output
    return done.output


def states() -> dict[str, str]:
    found = dict[str, str]()
    for _, report in ReportFolder(Path("feedback")).read_all():
        assert isinstance(report, FeedbackReport)
        found[report.id] = report.state
    return found


def test_two_hundred_reports_survive_a_kill_at_any_moment() -> None:
    ids, drawing = write_rows(200), random.Random(3)
    for _ in range(4):
        importing = subprocess.Popen(
            [*RUN, "feedback", "import", "reports.jsonl"],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
        )
        started = time.monotonic()
        while not list(Path().glob("feedback/*.toml")) and time.monotonic() - started < 30:
            time.sleep(0.005)
        time.sleep(drawing.uniform(0, 0.2))
        importing.kill()
        importing.wait()
        assert set(states()) <= set(ids)  # Each of them is whole.
    answers = [{"id": one, "answer": "accept"} for one in sorted(states())[:5]]
    Path("answers.jsonl").write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
    run("triage", "--answers", "answers.jsonl")
    run("import", "reports.jsonl")
    found = states()
    assert sorted(found) == ids
    assert sorted(one for one in found if found[one] == "accepted") == [a["id"] for a in answers]


def git(*words: str) -> None:
    command = ["git", "-c", "init.defaultBranch=main", *words]
    subprocess.run(command, check=True, env=ENVIRONMENT, capture_output=True)


def triage(ids: Sequence[str]) -> None:
    """Accept two of three reports and decline the third, and commit that."""
    lines = [
        {"id": one, "answer": "accept" if i % 3 else "decline", "reason": "no"}
        for i, one in enumerate(ids)
    ]
    Path("answers.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run("triage", "--answers", "answers.jsonl", "--date", "2025-12-18")
    Path("answers.jsonl").unlink()
    git("add", ".")
    git("commit", "-qm", "triage")


def test_what_two_people_triage_merges_and_moves_into_the_spec() -> None:
    ids = write_rows(30)
    run("import", "reports.jsonl")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "reports")
    git("checkout", "-qb", "other")
    triage(ids[::2])
    git("checkout", "-q", "main")
    triage(ids[1::2])
    git("merge", "-q", "--no-edit", "other")
    found = states()
    assert sorted(set(found.values())) == ["accepted", "declined"]
    accepted = [one for one in ids if found[one] == "accepted"]
    assert len(accepted) == 20
    assert sorted(path.stem for path in Path("feedback").glob("*.spec")) == accepted
    run("collect")
    spec = specdsl.load("shop.spec")
    assert specdsl.check(spec).ok
    moved = [one for one in ids if states()[one] == "collected"]
    titles = (one.title for one in spec.model.examples)
    assert sorted(title for title in titles if "feedback" in title) == [
        f"feedback {one}" for one in moved
    ]
    assert len(spec.model.changes) == len(moved)
    assert {change.credit for change in spec.model.changes} == {f"P{int(m[1:])}" for m in moved}
    before = Path("shop.spec").read_text(encoding="utf-8")
    assert run("collect").endswith(f"0 examples moved, {len(accepted) - len(moved)} left\n")
    assert Path("shop.spec").read_text(encoding="utf-8") == before


def test_a_collection_that_was_interrupted_goes_on() -> None:
    write_rows(1)
    run("import", "reports.jsonl")
    Path("a.jsonl").write_text('{"id": "r000", "answer": "accept"}', encoding="utf-8")
    run("triage", "--answers", "a.jsonl")
    example = Path("feedback/r000.spec").read_text(encoding="utf-8").partition("\nexample")[2]
    with Path("shop.spec").open("a", encoding="utf-8") as file:
        file.write(f"\nexample{example}")
    assert run("collect") == "1 example moved, 0 left\n"
    assert states() == {"r000": "collected"}
    assert not Path("feedback/r000.spec").exists()


def test_the_spec_of_an_accepted_report_of_a_layer_is_a_layer_on_it() -> None:
    Path("guest.spec").write_text('layer customer on "shop.spec"\n', encoding="utf-8")
    write_rows(1)
    run("import", "reports.jsonl", "--spec", "guest.spec")
    Path("a.jsonl").write_text('{"id": "r000", "answer": "accept"}', encoding="utf-8")
    run("triage", "--answers", "a.jsonl", "--spec", "guest.spec")
    assert specdsl.check(specdsl.load("feedback/r000.spec")).ok


def test_a_report_may_name_a_line_of_the_log() -> None:
    logged = specdsl.compile(specdsl.load("shop.spec")).logged("log")
    asked = [specdsl.Instruction("user", "reply is full")]
    facts = {"topic": "folklore", "amount": 3, "child": None, "pin": "4111"}
    made = logged.decide_and_record(facts, asked)
    logged.sink.close()
    rows = [
        {"id": "a", "decision_id": made.decision_id, "decision": "reply", "wanted": "full"},
        {"id": "b", "decision_id": "gone", "wanted": "ask"},
    ]
    Path("r.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    shown = run("import", "r.jsonl", "--log", "log")
    assert "a.toml: contradicts: `reply` is `partial`, because of `magic`" in shown
    assert 'no line has the decision_id "gone"' in shown
    _, report = next(ReportFolder(Path("feedback")).read_all())
    assert isinstance(report, FeedbackReport)
    assert report.given == "amount = 3, child is unknown, topic is folklore"
    assert report.says == ("user says reply is full",)
    assert (report.saw, report.rule, report.version) == ("partial", "magic", "2.1")


def test_on_a_terminal_each_report_is_asked_about() -> None:
    write_rows(3)
    run("import", "reports.jsonl")
    terminal, other = pty.openpty()
    command = [*RUN, "feedback", "triage", "--date", "2025-12-18"]
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=ENVIRONMENT):
        os.close(other)
        os.write(terminal, b"x\na\nShown to all\nd\nIt stays private.\nq\n")
        shown = b""
        while more := _read(terminal):
            shown += more
    os.close(terminal)
    assert b"[1/3] r000" in shown
    assert b"contradicts: `reply` is `declined`, because of `private`" in shown
    assert states() == {"r000": "accepted", "r001": "declined", "r002": "open"}
    accepted = Path("feedback/r000.spec").read_text(encoding="utf-8")
    assert 'change 2025-12-18 "Shown to all" credit "P0" feedback "report r000"' in accepted
    declined = Path("feedback/r001.toml").read_text(encoding="utf-8")
    assert 'reason = "It stays private."' in declined


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
