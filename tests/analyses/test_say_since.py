"""`steer --since` against deciding all facts with and without what a single speaker says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.steering import (
    CanSteer,
    SayDifference,
    SayTrend,
    SpeechManner,
    SteeringGoal,
    compare_say,
    steer,
)
from specdsl.analyses.steering.say_wording import say_sentences
from specdsl.api import Spec
from specdsl.apps.cli import group
from tests.analyses.diff.cases import (
    Statements,
    all_facts,
    decision_function,
    load_statements,
    pair_of_specs,
    spec_text,
)

SEEDS = range(100, 104)
Key = tuple[str, str, SpeechManner, str, SteeringGoal, SayTrend]
FACTS = list(all_facts())


def _pair(seed: int) -> tuple[Spec, Spec]:
    old, new = map(load_statements, pair_of_specs(seed))
    assert old is not None
    assert new is not None
    return old, new


@pytest.mark.parametrize("seed", SEEDS)
def test_say_is_lost_and_gained_exactly_where_all_facts_show_it(seed: int) -> None:
    old, new = _pair(seed)
    found = _regions(compare_say(old, new))
    expected = {key: facts for key in _keys(old, new) if (facts := _facts_of(old, new, key))}
    assert found.keys() == expected.keys()
    for key, region in found.items():
        inside = _facts_with(pair_of_specs(seed)[1], region.extent.condition)
        assert set(expected[key]) <= inside, region.extent
        assert set(expected[key]) == inside or not region.extent.exact


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_the_tables_are_those_of_steer(seed: int) -> None:
    old, new = _pair(seed)
    tables = [_table(spec) for spec in (old, new)]
    common = {d.name for d in old.model.decisions} & {d.name for d in new.model.decisions}
    outcomes = set.intersection(
        *({(d.name, o) for d in spec.model.decisions for o in d.outcomes} for spec in (old, new))
    )
    differ = {
        key
        for key in tables[0].keys() | tables[1].keys()
        if tables[0].get(key, False) is not tables[1].get(key, False)
        and key[0] in common
        and (key[0], key[3]) in outcomes
    }
    found = compare_say(old, new).changes
    said = {
        (c.decision, c.principal, c.manner, c.outcome, c.goal)
        for c in found
        if c.could is not c.can
    }
    assert said == differ


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_nothing_is_said_of_a_spec_and_itself(seed: int) -> None:
    old, _ = _pair(seed)
    found = compare_say(old, old)
    assert found.changes == ()
    assert found.is_settled
    assert [say_sentences(found, name) for name in found.decisions] == [[], []]


def _table(spec: Spec) -> dict[tuple[str, str, SpeechManner, str, SteeringGoal], bool]:
    return {
        (one.decision, speaker.principal, speaker.manner, outcome, goal): isinstance(
            answer, CanSteer
        )
        for one in steer(spec)
        for speaker in one.speakers
        for (outcome, goal), answer in speaker.answers.items()
        if " " not in outcome
    }


def _regions(found: SayDifference) -> dict[Key, Any]:
    return {
        (c.decision, c.principal, c.manner, c.outcome, c.goal, trend): region
        for c in found.changes
        for trend in SayTrend
        if (region := c.region(trend)) is not None
    }


def _keys(old: Spec, new: Spec) -> Iterator[Key]:
    for one in old.model.decisions:
        other = next((d for d in new.model.decisions if d.name == one.name), None)
        for outcome in one.outcomes if other else ():
            assert other is not None
            for who in {p.name for spec in (old, new) for p in spec.model.principals}:
                for manner in SpeechManner:
                    for goal in SteeringGoal:
                        for trend in SayTrend if outcome in other.outcomes else ():
                            yield one.name, who, manner, outcome, goal, trend


def _facts_of(old: Spec, new: Spec, key: Key) -> list[str]:
    """Return the facts with which the speaker alone reaches the goal in one spec only."""
    here, there = (old, new) if key[-1] is SayTrend.LOST else (new, old)
    return [
        json.dumps(facts)
        for facts in FACTS
        if _reaches(here, key, facts) and not _succeeds(there, key, facts)
    ]


def _reaches(spec: Spec, key: Key, facts: Mapping[str, Any]) -> bool:
    stops = key[4] is SteeringGoal.STOP
    before = _outcome(spec, key, facts, ()) == key[3]
    return before is stops and _succeeds(spec, key, facts)


def _succeeds(spec: Spec, key: Key, facts: Mapping[str, Any]) -> bool:
    stops = key[4] is SteeringGoal.STOP
    return (_outcome(spec, key, facts, _says(spec, key)) == key[3]) is not stops


def _says(spec: Spec, key: Key) -> tuple[dict[str, Any], ...]:
    name, who, manner, outcome, goal, _ = key
    found = next((p for p in spec.model.principals if p.name == who), None)
    if found is None or (found.level is None) is not (manner is SpeechManner.LENT):
        return ()
    implied = manner is SpeechManner.IMPLIED
    effects = ("is not",) if goal is SteeringGoal.STOP else ("is", "may be")
    return tuple(
        {"by": who, "effect": f"{name} {effect} {outcome}", "implied": implied}
        for effect in effects
    )


def _outcome(spec: Spec, key: Key, facts: Mapping[str, Any], says: Any) -> str:
    return _outcomes(spec, json.dumps(facts), json.dumps(says))[key[0]]


@cache
def _outcomes(spec: Spec, facts: str, says: str) -> dict[str, str]:
    found = _run(spec)({"facts": json.loads(facts), "says": json.loads(says)})
    return {name: taken.outcome or "" for name, taken in found.items()}


@cache
def _run(spec: Spec) -> Any:
    return decision_function(spec)


def _facts_with(statements: Statements, condition: str) -> set[str]:
    """Return the facts with a condition, which is read as it was written."""
    when = f"when {condition}" if condition else ""
    probe = f"decision probe: no > yes\nrule probe_it at root {when} then probe is yes\n"
    run = decision_function(specdsl.loads(spec_text(statements) + probe))
    return {
        json.dumps(facts)
        for facts in FACTS
        if run({"facts": facts, "says": ()})["probe"].outcome == "yes"
    }


# --- the command ---------------------------------------------------------------------------------

OLD = """
authority owner > customer
principal buyer at customer
fact amount: number 0.. "in euro"
decision refund: pay > ask > refuse
rule large at owner when amount > 500 then refund is not pay
"""


def _command(tmp_path: Path, new: str, *more: str) -> tuple[int, str]:
    (tmp_path / "old.spec").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.spec").write_text(new, encoding="utf-8")
    said = ["steer", str(tmp_path / "new.spec"), "--since", str(tmp_path / "old.spec"), *more]
    result = CliRunner().invoke(group, said)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_who_lost_which_say_is_said_in_a_sentence(tmp_path: Path) -> None:
    new = OLD.replace("amount > 500 then refund is not pay", "amount > 300 then refund is refuse")
    status, out = _command(tmp_path, new)
    assert status == 0
    assert "`buyer` can no longer make `refund` `ask` where amount > 300" in " ".join(out.split())


def test_whoever_no_longer_steers_has_lost_it_all(tmp_path: Path) -> None:
    new = OLD.replace("> refuse", "> refuse steered by nobody")
    _, out = _command(tmp_path, new, "--output-format", "markdown")
    assert "`buyer` can no longer make `refund` `pay`" not in out
    assert "- `buyer` can no longer make `refund` `ask` or `refuse` at all" in out


def test_json_has_situations_that_decide_as_it_says(tmp_path: Path) -> None:
    new = OLD.replace("500", "300")
    _, out = _command(tmp_path, new, "--output-format", "json")
    for change in json.loads(out)["changes"]:
        for region in filter(None, (change["lost"], change["gained"])):
            for which, text in (("old", OLD), ("new", new)):
                policy = specdsl.compile(specdsl.loads(text), checked=False)
                situation = region["replay"][which]
                said = [specdsl.Instruction(**one) for one in situation["says"]]
                assert policy.decide(situation["facts"], said).refund == region["with"][which]


def test_markdown_is_a_format_of_since_only(tmp_path: Path) -> None:
    (tmp_path / "old.spec").write_text(OLD, encoding="utf-8")
    said = ["steer", str(tmp_path / "old.spec"), "--output-format", "markdown"]
    assert CliRunner().invoke(group, said).exit_code == 2
