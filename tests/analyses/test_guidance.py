"""Hints on how a spec is written: when they are looked for, what they are about, what is hard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.guidance.vague_names import name_fault
from specdsl.apps.cli import group
from specdsl.checks.guidance_codes import CODES

ROOT = Path(__file__).resolve().parents[2]
BARE = """
authority developer > user
principal user at user
fact amount: number
decision refund "What is paid back": pay > decline
rule cap at developer when amount > 5 then refund is decline
"""
HINTS = {"unshown-boundary", "unreasoned-rule", "unexercised-hard-rule"}


def hints(text: str, library: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """By name of the hint, what it says."""
    report = specdsl.check(specdsl.loads(text, "a.spec", library), only=frozenset(CODES))
    found: dict[str, list[str]] = {}
    for one in report.findings:
        found.setdefault(one.name, []).append(one.message)
    return found


def told(*words: str) -> tuple[int, set[str]]:
    """The exit status, and the names of what `specdsl check` says of a file."""
    run = CliRunner().invoke(group, ["check", "a.spec", "--output-format", "json", *words])
    specs: list[Any] = json.loads(run.stdout)["findings"]
    return run.exit_code, {one["name"] for one in specs}


# --- when they are looked for --------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.spec"
    path.write_text(BARE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], set()),
        (["--ignore", "SD502"], set()),
        (["--select", "SD502"], set()),
        (["--only", "warnings"], set()),
        (["--select", "guidance"], HINTS),
        (["--select", "Guidance", "--ignore", "sd802"], HINTS - {"unreasoned-rule"}),
        (["--select", "unreasoned-rule"], {"unreasoned-rule"}),
        (["--select", "all,guidance"], HINTS),
        (["--select", "all"], set()),
        (["--ignore", "guidance"], set()),
        (["--warning", "SD802"], {"unreasoned-rule"}),
        (["--warning", "SD802", "--select", "SD805"], {"unexercised-hard-rule"}),
    ],
)
def test_a_hint_is_given_where_it_is_asked_for(
    words: list[str], wanted: set[str], file: Path
) -> None:
    status, found = told(*words)
    assert {name for name in found if name in HINTS} == wanted
    assert status == 0


def test_settings_ask_for_hints_too_and_make_them_graver(file: Path) -> None:
    settings = file.with_name("specdsl.toml")
    settings.write_text('select = ["guidance"]', encoding="utf-8")
    assert told() == (0, HINTS)
    settings.write_text('[severity]\nSD802 = "error"', encoding="utf-8")
    assert told()[0] == 1
    assert told("--no-allow")[0] == 1
    assert told("--fail-on", "never")[0] == 0


def test_a_hint_is_allowed_by_a_comment_which_is_not_in_vain_where_nobody_asks(file: Path) -> None:
    comment = "# specdsl: allow(unreasoned-rule) because it is plain\nrule cap"
    file.write_text(BARE.replace("rule cap", comment), encoding="utf-8")
    assert told("--select", "guidance") == (0, HINTS - {"unreasoned-rule"})
    assert "unused-suppression" not in told()[1]
    file.write_text(file.read_text().replace("is decline\n", 'is decline because "x"\n'), "utf-8")
    assert "unused-suppression" in told("--select", "all,guidance")[1]


def test_a_program_asks_for_hints_beside_the_rest() -> None:
    report = specdsl.check(specdsl.loads(BARE, "a.spec"), guidance=True)
    assert {one.name for one in report.findings} == {*HINTS, "undecided-situations"}
    assert not {one.name for one in specdsl.check(specdsl.loads(BARE, "a.spec")).findings} & HINTS


# --- what they are about -------------------------------------------------------------------------


def test_nothing_is_said_of_shipped_files_and_of_the_base_of_a_layer() -> None:
    assert hints("use answering\nuse honesty") == {}
    layer = (
        'layer developer on "base.spec"\nrule mine at developer when amount > 9 then refund is pay'
    )
    found = hints(layer, {"base.spec": BARE})
    assert found["unreasoned-rule"] == ["rule `mine` gives no reason"]
    assert all("mine" in text for texts in found.values() for text in texts), found


@pytest.mark.parametrize(
    ("condition", "value", "beyond"),
    [
        ("amount > 5", "5", "6"),
        ("amount >= 5", "5", "4"),
        ("amount < 5", "5", "4"),
        ("not amount <= 5", "5", "6"),
        ("amount = 5", "5", "4"),
        ("5 < amount", "5", "6"),
        ("-amount < 5", "-5", "-4"),
    ],
)
@pytest.mark.parametrize("kind", ["int", "number"])
def test_a_boundary_is_shown_by_an_example_at_it_and_one_beyond(
    condition: str, value: str, beyond: str, kind: str
) -> None:
    text = BARE.replace("amount > 5", condition).replace(": number", f": {kind}")
    rule = f"the boundary `amount = {value}` of `cap` has no example"
    at = f'\nexample "at" given amount = {value} expect refund in {{pay}}'
    other = f'\nexample "beyond" given amount = {beyond} expect refund in {{pay}}'
    assert hints(text)["unshown-boundary"] == [f"{rule} at it or beyond it"]
    assert hints(text + at)["unshown-boundary"] == [f"{rule} beyond it"]
    assert hints(text + other)["unshown-boundary"] == [f"{rule} at it"]
    assert "unshown-boundary" not in hints(text + at + other)


def test_a_side_of_a_boundary_that_nothing_can_be_at_needs_no_example() -> None:
    text = BARE.replace(": number", ": number ..5").replace("amount > 5", "amount >= 5")
    example = '\nexample "at" given amount = 5 expect refund is decline'
    assert "beyond" in hints(text + example)["unshown-boundary"][0]
    below = text.replace("..5", "5..5")
    assert "unshown-boundary" not in hints(below)


def test_an_example_in_which_the_number_does_not_matter_shows_no_boundary() -> None:
    text = BARE.replace("when amount", "when urgent and amount").replace(
        "fact ", "fact urgent: bool fact "
    )
    for given, shown in (("urgent, ", True), ("not urgent, ", False), ("", False)):
        both = [f'example "{n}" given {given}amount = {n} expect refund in {{pay}}' for n in (5, 6)]
        assert ("unshown-boundary" not in hints("\n".join([text, *both]))) == shown


def test_an_example_at_a_boundary_that_leaves_something_open_is_told() -> None:
    text = BARE.replace("then refund", "unless urgent then refund")
    text = text.replace("fact ", "fact urgent: bool? fact ")
    both = [f'example "{n} euro" given amount = {n} expect refund in {{pay}}' for n in (5, 6)]
    report = specdsl.check(specdsl.loads("\n".join([text, *both])), only=frozenset(CODES))
    [found] = [one for one in report.findings if one.name == "unshown-boundary"]
    assert 'example "5 euro" leaves open what else it depends on: give that, too' in str(
        found.notes
    )


HARD = """
authority root > developer > user
principal developer at developer
principal user at user
principal tool without authority
decision reply "How much is said": full > none default full {steered}
rule mute at {level} then reply is none because "Quiet."
{more}
"""


@pytest.mark.parametrize(
    ("level", "steered", "more", "hard"),
    [
        ("root", "", "", True),
        ("developer", "", "", False),
        ("developer", "steered by user", "", True),
        ("user", "steered by nobody", "", True),
        ("user", "steered by user", "", False),
        ("developer", "steered by user, tool", "delegate tool at developer on reply", False),
        ("developer", "steered by user, tool", "delegate tool at user on reply", True),
        ("root", "", "delegate tool at developer", True),
        ("root", "", "delegate tool at root", False),
    ],
)
def test_a_rule_is_hard_where_nobody_who_is_heard_has_its_level(
    level: str, steered: str, more: str, hard: bool
) -> None:
    text = HARD.format(level=level, steered=steered, more=more)
    assert ("unexercised-hard-rule" in hints(text)) == hard
    assert "unexercised-hard-rule" not in hints(text + '\nexample "quiet" expect reply is none')


def test_a_rule_that_only_stops_somebody_makes_a_difference_too() -> None:
    """Without it the developer would have been heard; another rule says what is said then."""
    text = HARD.format(level="root", steered="", more="").replace(
        "full > none", "full > none > lie"
    )
    text = text.replace("is none because", "is not lie because")
    text += 'rule brief at developer then reply is none because "Short."\nexample "a lie" '
    assert "unexercised-hard-rule" in hints(text + "expect reply is none")
    assert "unexercised-hard-rule" not in hints(
        text + "developer says reply is lie expect reply is none"
    )
    assert "unexercised-hard-rule" in hints(text + "user says reply is none expect reply is none")


def test_the_shipped_library_has_nothing_to_hint_at() -> None:
    for path in (ROOT / "rules").glob("*.spec"):
        report = specdsl.check(specdsl.load(path), only=frozenset(CODES))
        assert [one.message for one in report.findings] == []


@pytest.mark.parametrize(
    "condition",
    [
        'topic like "re*" or topic = "x"',
        'topic < "m"',
        "topic = subject",
        'topic = "x" and (topic if late else "y") = "y"',
    ],
)
def test_a_text_that_is_read_in_another_way_stays_one(condition: str) -> None:
    text = (
        "authority root\nfact topic, subject: text fact late: bool\ndecision reply: yes > no\n"
        f"rule r at root when {condition} then reply is no"
    )
    assert "text-of-few" not in hints(text)


def test_a_text_is_proposed_as_an_enumeration_wherever_it_is_compared() -> None:
    text = (
        'authority root\nfact topic: text?\ndefine money = topic = "Pay Back"\n'
        'assume told: topic != "???"\ndecision reply: yes > no\n'
        'rule r at root when money or topic in {"a", "b"} then reply is no'
    )
    assert hints(text)["text-of-few"] == [
        "fact `topic` is a text, and is only compared with 4 texts"
    ]


@pytest.mark.parametrize(
    "name", ["x", "flag", "flag_2", "rule1", "my_thing", "is_ok", "appropriate"]
)
def test_a_name_that_says_nothing_is_vague(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    "name", ["order_status", "late", "refund", "appropriate_age_band", "case_worker", "is_minor"]
)
def test_a_name_that_says_something_is_not(name: str) -> None:
    assert not name_fault(name)
