"""Two encodings that share no code, two solvers: they give the same answers, and a wrong one is
noticed."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import z3
from click.testing import CliRunner, Result

from specdsl.api import Spec, check, loads
from specdsl.apps.cli import group
from specdsl.base.diagnostics import CheckResult, Diagnostic, Report, SpecError
from specdsl.checks import dead_rule
from specdsl.second_opinion.all_questions import report_questions
from specdsl.second_opinion.cvc5 import Opinion, ask_cvc5, cvc5_version, second_opinion
from specdsl.second_opinion.opinion import check_result, disagreement_findings, opinion_lines
from specdsl.second_opinion.question import SmtQuestion
from specdsl.second_opinion.script_files import question_files
from tests.acceptance import suites
from tests.random_specs import random_spec
from tests.seeds import TIMES, seeds

pytest.importorskip("cvc5", reason="cvc5 is not installed: THE SECOND OPINION WAS NOT TESTED")

MOST = 16 * TIMES  # policies of the suite
SUITE = suites.folder() / "random.dev.jsonl"

PRESS = """
authority developer > user
principal user at user
principal page without authority
value privacy
value transparency
fact names_a_person: bool
fact days: int 0..30?
fact kind: {report, letter}
fact title: text
delegate page at user on tone when kind is letter
assume short: title < "b"
decision reply: told > hinted > refused
decision tone: warm > cold on conflict cold
policy desk at developer {
  rule protect_person for privacy when names_a_person then reply is not told
  rule answer_press for transparency when days > 7 then reply is told
}
rule long_ago at user when names_a_person and days > 7 and reply is refused then tone is warm
rule never at user when days > 20 and days < 10 then tone is cold
rule titled at user when title like "c*" then tone is cold
example "a letter"
  given kind is letter, names_a_person, days = 3
  page says tone is cold
  expect reply is hinted
  expect tone is cold
assert user cannot change tone
assert names_a_person cannot change reply when days <= 7
assert kind cannot change reply
assert reply can be refused
"""

TRICKY = """
authority top > low
principal owner at low
value care
value thrift
priority care > thrift
fact sure: bool
fact asked: bool?
fact count: int 0..3
fact title: text
decision path: yes > no steered by nobody
decision settled: yes > maybe > no steered by nobody on conflict maybe
decision doubt: yes > no steered by nobody
decision order: yes > no steered by nobody
decision clash: yes > no steered by nobody
decision after: yes > no steered by nobody
decision whole: yes > no steered by nobody
decision said: yes > maybe > no
decision closed: yes > maybe > no default no steered by nobody
decision split: yes > maybe > no default no steered by nobody on conflict no
rule not_open at low when sure then closed is not yes
rule high at top when sure then split is not no
rule low_a at low when sure then split is yes
rule low_b at low when sure then split is maybe
rule in_doubt at top unless asked then doubt is no
rule general at top for care then order is yes
rule pierces at top for thrift when sure then order is no overrides general
rule clash_a at top when sure then clash is yes
rule clash_b at top when sure then clash is no
rule neither at low when not (clash is yes or clash is no) then after is no
rule between at top when count > 1 and count < 2 then whole is no
rule outside at top when count > 3 then whole is no
rule one_character at top when title = "ab" and title like "?" then whole is no
rule first at top then path is no overrides second
rule second at top when count = 3 and sure then path is no overrides third
rule third at top then path is yes
rule settled_a at top when sure then settled is yes
rule settled_b at top when sure then settled is no
rule limit at low then said is not yes
assert "an exception must be known to hold": doubt is no when asked is unknown
assert "an override takes the place of the priority": order is no when sure
assert "a decision that reads a failed one is not taken": after is yes
assert "a path counts where the rules on it do not apply": path is no
assert "a clash is settled where that is left": settled is maybe when sure
assert "the default is chosen before what is preferred": closed is no
assert "in a clash the default does not matter": split is yes when sure
assert "what is asked at a level comes before its rules": said can be yes
example "the later counts, the earlier where it can be kept"
  owner says said is no
  owner says said is maybe
  owner says said is not no
  expect said is maybe
"""


def everything(spec: Spec) -> Report:
    """The report before comments in the spec take findings out of it."""
    return check(Spec(replace(spec.loaded, files=()), None))


def opinion(spec: Spec, report: Report | None = None, seconds: float = 10.0) -> Opinion:
    asked = report_questions(spec.model, report or everything(spec)).asked
    return second_opinion(asked, ask_cvc5, cvc5_version(), seconds)


def assert_agree(spec: Spec) -> int:
    """That no answer differs; how many there are."""
    found = opinion(spec)
    differing = [
        f"{spec.name}: {q.wording.code}: {q.wording.about}: {q.expected} / {answer}"
        for q, answer in found.differing
    ]
    assert not differing, "\n".join(differing)
    return len(found.agreed)


# --- they agree ----------------------------------------------------------------------------------


def test_agree_on_a_spec_with_something_of_everything() -> None:
    found = opinion(loads(PRESS))
    assert not found.differing
    assert not found.unanswered
    codes = {question.wording.code for question in found.agreed}
    assert {"contradiction", "dead-rule", "unreachable-rule"} <= codes
    assert {"refuted-assertion", "failing-example"} <= codes


def test_agree_where_a_reader_may_err() -> None:
    spec = loads(TRICKY)
    report = everything(spec)
    found = {d.code.name for d in report.diagnostics if d.code.name.startswith(("ref", "fail"))}
    assert not found, "each claim is one of semantics.md"
    rules = {tuple(d.fields["rules"]) for d in report.diagnostics if d.code is dead_rule.CODE}
    assert rules == {("between",), ("neither",), ("outside",), ("one_character",)}
    answers = opinion(spec, report)
    assert not answers.differing
    assert not answers.unanswered


@pytest.mark.parametrize("seed", range(8))
def test_agree_on_random_specs(seed: int) -> None:
    assert assert_agree(loads(random_spec(seed))) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(100, 112))
def test_agree_on_more_random_specs(seed: int) -> None:
    assert assert_agree(loads(random_spec(seed))) > 0


@pytest.mark.slow
def test_agree_on_the_suite() -> None:
    if not SUITE.is_file():
        pytest.skip(f"no {SUITE.resolve()}: THE SECOND OPINION ON THE SUITE WAS NOT ASKED")
    agreed = 0
    for policy in suites.read(SUITE)[:MOST]:
        try:
            spec = loads(policy.spec, f"{policy.id}.spec", policy.library)
        except SpecError:
            continue
        agreed += assert_agree(spec)
    assert agreed > 20 * MOST


# --- a wrong answer is noticed -------------------------------------------------------------------


def without(report: Report, code: str) -> Report:
    """The report as if nothing of the code had been found."""
    kept = tuple(d for d in report.diagnostics if d.code.name != code)
    checks = tuple(replace(c, result="proved") if c.code.name == code else c for c in report.checks)
    return replace(report, diagnostics=kept, checks=checks)


@pytest.mark.parametrize(
    "code",
    [
        "contradiction",
        "dead-rule",
        "refuted-assertion",
        "undecided-situations",
        "open-to-unknown",
    ],
)
def test_a_finding_that_is_kept_back_is_noticed(code: str) -> None:
    spec = loads(PRESS)
    report = everything(spec)
    assert any(d.code.name == code for d in report.diagnostics)
    found = opinion(spec, without(report, code))
    assert code in {question.wording.code for question, _ in found.differing}


def test_a_finding_that_is_made_up_is_noticed() -> None:
    spec = loads(PRESS)
    report = everything(spec)
    made_up = Diagnostic(dead_rule.CODE, "made up", fields={"rules": ["answer_press"]})
    found = opinion(spec, replace(report, diagnostics=(*report.diagnostics, made_up)))
    assert [q.wording.about for q, _ in found.differing] == ["rule `answer_press`"]
    (error,) = disagreement_findings(spec.model, found)
    assert error.code.id == "SD901"
    assert error.primary is not None
    assert error.primary.span.text == "answer_press"
    assert [(note.title, note.text) for note in error.notes[1:3]] == [
        ("check", "it never applies"),
        (cvc5_version(), "it applies somewhere"),
    ]
    assert check_result(found, ()).result == "found"


def test_a_principal_may_speak_in_both_situations() -> None:
    """Only what it says brings `when` about; then it can still say this or that of the reply."""
    spec = loads(
        "authority top\nprincipal user at top\ndecision tone: warm > cold\n"
        "decision reply: told > refused\nassert user cannot change reply when tone is cold\n"
        "assert user cannot change reply when tone is warm and tone is cold\n"
    )
    asked = report_questions(spec.model, everything(spec)).asked
    claims = [q for q in asked if q.wording.code == "refuted-assertion"]
    assert [ask_cvc5(question, 10) for question in claims] == ["sat", "unsat"]


# --- no answer, and no question ------------------------------------------------------------------


def test_no_answer_is_said_and_is_no_agreement() -> None:
    spec = loads("decision a: b > c")
    asked = report_questions(spec.model, everything(spec))
    found = second_opinion(asked.asked, lambda question, seconds: None, "nobody")
    first, second = opinion_lines(found, asked.uncovered)[:2]
    assert first == f"second opinion (nobody): 0 of {len(asked.asked)} agree"
    assert second.startswith("no second opinion on the assumptions, ")
    assert check_result(found, ()).result == "proved"  # which does not fail the run


def test_what_the_check_left_unproved_is_not_asked() -> None:
    spec = loads(PRESS)
    report = everything(spec)
    unproved = tuple(
        CheckResult(c.code, "unproved", "all") if c.code is dead_rule.CODE else c
        for c in report.checks
    )
    kept = tuple(d for d in report.diagnostics if d.code is not dead_rule.CODE)
    found = opinion(spec, replace(report, diagnostics=kept, checks=unproved))
    assert "rule `never`" in {question.wording.about for question in found.left_open}
    assert not found.differing


# --- for any solver ------------------------------------------------------------------------------


def by_z3(question: SmtQuestion) -> str:
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    solver.from_string(question.file_text("press"))
    return str(solver.check())


def test_other_solvers_read_the_files() -> None:
    spec = loads(PRESS)
    asked = report_questions(spec.model, everything(spec)).asked
    answers = [by_z3(question) for question in asked]
    assert answers == [question.expected for question in asked]


def test_each_question_has_a_file_of_its_own() -> None:
    spec = loads(PRESS)
    asked = report_questions(spec.model, everything(spec)).asked
    written = question_files(asked)
    assert list(written.values()) == list(asked)
    assert all(f"(set-info :status {q.expected})" in q.file_text("press") for q in asked)


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def press(tmp_path: Path) -> str:
    path = tmp_path / "press.spec"
    path.write_text(PRESS, encoding="utf-8")
    return str(path)


def specdsl(*words: str) -> Result:
    return CliRunner().invoke(group, words, prog_name="specdsl")


def test_the_command_says_how_many_agree(press: str) -> None:
    asked = len(report_questions(loads(PRESS).model, everything(loads(PRESS))).asked)
    run = specdsl("check", press, "--second-opinion")
    assert f"second opinion ({cvc5_version()}): {asked} of {asked} agree\n" in run.output
    assert "not asked" not in run.output


def test_json_stays_json(press: str) -> None:
    run = specdsl("check", press, "--second-opinion", "--output-format", "json")
    checks = json.loads(run.stdout)["checks"]
    (one,) = [c for c in checks if c["name"] == "second-opinion-differs"]
    assert one["result"] == "proved"
    assert "agree" in one["detail"]
    assert "agree" in run.stderr


def test_what_comments_allow_is_asked_too(tmp_path: Path) -> None:
    path = tmp_path / "a.spec"
    path.write_text(
        "authority top\nfact f: bool\ndecision a: b > c\n"
        "rule r at top when f and not f then a is c  # specdsl: allow(dead-rule) because it is\n",
        encoding="utf-8",
    )
    run = specdsl("check", str(path), "--second-opinion")
    assert "1 allowed" in run.output
    assert run.exit_code == 0, run.output


def test_without_the_extra_the_command_says_what_to_install(
    press: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    run = specdsl("check", press, "--second-opinion")
    assert run.exit_code == 2
    assert "pip install 'specdsl[second-opinion]'" in run.output
    assert specdsl("check", press).exit_code == 1


def test_names_that_look_like_its_own() -> None:
    """A member `fact.x` and the fact `x` were one constant, on which it broke."""
    spec = loads("""
authority owner > level
principal boss at owner implied at level
principal lent without authority
fact fact: {x, own}
fact clash: {kept, instruction, x}
fact member: {fact, kept}
fact x: bool?
fact by: set of {fact, member, second}
decision below: x > y
decision above: own > second
delegate lent at owner on above when below is y
rule fact at owner when fact is x and clash is kept then below is y
rule rule_1 at level when member is kept then below is x and above is second
rule clash at owner when by has second then above is own
rule own at owner when x then below is x
""")
    assert_agree(spec)
