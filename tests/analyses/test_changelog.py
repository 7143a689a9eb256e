"""`changelog`: what it says is so, and what is so it says."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.changelog import FORMATS, ChangelogEntry, write_changelog
from specdsl.analyses.changelog.outcome_shifts import trace_text
from specdsl.apps.cli import group
from specdsl.reasoning.sat.engine import Limits
from specdsl.reports import Style
from tests.analyses.diff.cases import all_facts, decision_function, load_statements, pair_of_specs

SPEC = """
spec shop "The shop" version "{version}"
authority owner > customer
principal buyer at customer
fact amount: number 0.. "in euro"
fact member: bool?
decision refund "What is paid back": pay > ask > refuse
rule large at owner "Large sums are looked at"
  when amount > {limit}
  then refund is {outcome}

example "four hundred"
  given amount = 400, member is unknown
  expect refund is {expected}
{more}
"""


def spec_text(
    version: str, limit: int = 500, outcome: str = "ask", expected: str = "pay", more: str = ""
) -> str:
    return SPEC.format(version=version, limit=limit, outcome=outcome, expected=expected, more=more)


OLD = spec_text("1.0")
NEW = spec_text(
    "2.0",
    limit=300,
    expected="ask",
    more='change 2025-03-01 "Sums above 300 are looked at." credit "Ada" feedback "a letter"\n',
)


def entry_of(old: str, new: str, limits: Limits | None = None) -> ChangelogEntry:
    return write_changelog(specdsl.loads(old), specdsl.loads(new), limits)


def written(tmp_path: Path, old: str, new: str, *more: str) -> tuple[int, str]:
    for name, text in (("old.spec", old), ("new.spec", new)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("old.spec", "new.spec")]
    result = CliRunner().invoke(group, ["changelog", *paths, *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("seed", range(200, 206))
def test_the_shifts_are_those_that_all_facts_show(seed: int) -> None:
    old, new = map(load_statements, pair_of_specs(seed))
    assert old is not None
    assert new is not None
    runs = decision_function(old), decision_function(new)
    expected: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for facts in all_facts():
        before, after = (run({"facts": facts, "says": ()}) for run in runs)
        for name in before.keys() & after.keys():
            pair = trace_text(before[name]), trace_text(after[name])
            expected[name] |= {pair} if pair[0] != pair[1] else set()
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for shift in write_changelog(old, new).shifts:
        found[shift.decision].add((shift.old, shift.new))
    assert {k: v for k, v in expected.items() if v} == found


def test_the_entry_says_what_where_who_and_thanks(tmp_path: Path) -> None:
    status, out = written(tmp_path, OLD, NEW)
    assert status == 0
    assert out.startswith("## 2.0\n\n- Sums above 300 are looked at (a letter). Thanks to Ada.\n")
    assert (
        "- It is `ask`, no longer `pay`, where amount > 300 and amount <= 500 "
        "(`large` instead of the default)." in out
    )
    assert "“four hundred”: `refund` was `pay` and is `ask`." in out


def test_two_specs_that_decide_alike_have_an_entry_that_says_so(tmp_path: Path) -> None:
    again = OLD.replace("amount > 500", "not amount <= 500").replace("1.0", "1.1")
    status, out = written(tmp_path, OLD, again)
    assert (status, out) == (
        0,
        "## 1.1\n\nNothing is decided differently than in 1.0, whoever speaks.\n",
    )


def test_another_list_of_outcomes_is_said(tmp_path: Path) -> None:
    new = OLD.replace("ask > refuse", "ask > wait").replace("1.0", "2.0")
    _, out = written(tmp_path, OLD, new)
    assert "`refund` can no longer be `refuse` and may now be `wait`" in out
    assert "`buyer`" not in out


def test_only_what_is_new_is_announced() -> None:
    change = 'change 2025-01-01 "Long ago."\n'
    found = entry_of(spec_text("1.0", more=change), spec_text("2.0", more=change))
    assert found.announced == ()


def test_a_difference_of_several_speakers_is_not_passed_over() -> None:
    """The buyer can be overruled by a clerk in one of the two: nobody alone sees it."""
    text = """
authority owner > clerk > customer
principal boss at owner
principal buyer at customer
decision refund: pay > ask > refuse{steered}
rule asked at clerk then refund may be pay
"""
    old, new = text.format(steered=""), text.format(steered="").replace("at clerk", "at owner")
    found = entry_of(old, new)
    assert found.shifts == ()
    assert not found.is_empty


def test_what_cannot_be_settled_is_said_not_to_be_computed() -> None:
    found = entry_of(OLD, NEW, Limits(deadline=0.0))
    assert not found.is_settled
    assert not found.is_empty
    text = FORMATS["markdown"](found, Style())
    assert "What `refund` is while nobody speaks is not computed: it takes too long." in text
    assert "Nothing is decided differently" not in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "assume large: amount > 900"),
        ("assume small: amount < 100", "assume large: amount > 900"),
        ("fact day: date ..2024-01-01", "fact day: date 2025-01-01.."),
        ("fact kind: {a, b}", "fact kind: {c, d}"),
    ],
)
def test_nothing_is_said_to_be_alike_that_was_not_compared(
    tmp_path: Path, before: str, after: str
) -> None:
    plain = OLD.split("example")[0]
    status, out = written(tmp_path, plain + before, plain.replace("1.0", "2.0") + after)
    apart = "No situation is possible in both specs: nothing was compared." in out
    assert apart is bool(before)
    assert status == int(apart)
    assert ("Nothing is decided differently" in out) is not apart


def test_json_has_all_that_the_sentences_say(tmp_path: Path) -> None:
    _, out = written(tmp_path, OLD, NEW, "--output-format", "json")
    found = json.loads(out)
    assert [(one["old"], one["new"], one["where"]) for one in found["shifts"]] == [
        ("pay", "ask", "amount > 300 and amount <= 500")
    ]
    assert found["announced"][0]["credit"] == "Ada"
    assert found["not_computed"] == []


def test_text_of_others_is_shown_and_acts_on_nothing(tmp_path: Path) -> None:
    evil = OLD.replace("1.0", "2.0") + 'change 2025-03-01 "\u202eevil\u001b[2J"\n'
    status, out = written(tmp_path, OLD, evil)
    assert "\u202e" not in out
    assert "\u001b" not in out
    assert status in (0, 1)


def test_an_example_that_the_other_spec_excludes_is_no_flip() -> None:
    text = spec_text("1", more="assume small: amount < 300").replace(
        '"four hundred"', '"two hundred"'
    )
    old = specdsl.loads(spec_text("1"))
    new = specdsl.loads(text.replace("amount = 400", "amount = 200"))
    assert write_changelog(old, new).flips == ()
