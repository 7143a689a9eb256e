"""`prompt`: what is left out can never matter in the circumstances, and what is kept can."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.prompt import NoCircumstances, Prompt, select_contents
from specdsl.api import Spec, read_facts
from specdsl.apps.cli import group
from tests.analyses.diff.cases import (
    all_facts,
    decision_function,
    load_statements,
    pair_of_specs,
    random_instruction,
    spec_text,
)

ROOT = Path(__file__).resolve().parent.parent.parent
GIVEN: tuple[dict[str, Any], ...] = (
    {},
    {"p": True},
    {"kind": "x", "r": None},
    {"q": False, "r": True},
)
CASES = [(300 + i, GIVEN[i % len(GIVEN)]) for i in range(12)]


def prompt_of(spec: Spec, given: Mapping[str, Any]) -> Prompt:
    return select_contents(spec, read_facts(spec.circuit, given))


def situations(given: Mapping[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    """Yield all facts that agree with the given ones, without and with some instructions."""
    random = Random(seed)
    for facts in all_facts():
        if all(facts[name] == value for name, value in given.items()):
            yield {"facts": facts, "says": ()}
            for count in (1, 1, 2, 2, 3, 3):
                yield {"facts": facts, "says": [random_instruction(random) for _ in range(count)]}


def standing_effects(spec: Spec, given: Mapping[str, Any], seed: int) -> set[tuple[str, str]]:
    """Return the rules that are seen to take effect, with the decision."""
    run, found = decision_function(spec), set[tuple[str, str]]()
    for situation in situations(given, seed):
        try:
            traces = run(situation)
        except ValueError:
            continue
        for name, taken in traces.items():
            standing = (p for p in taken.parts if not p.instruction and p.status == "standing")
            found |= {(part.name, name) for part in standing}
    return found


@pytest.mark.parametrize(("seed", "given"), CASES)
def test_a_rule_is_kept_exactly_if_it_can_take_effect(seed: int, given: dict[str, Any]) -> None:
    spec = load_statements(pair_of_specs(seed)[0])
    assert spec is not None
    found = prompt_of(spec, given)
    kept = {(one.rule.name, e.decision.name) for one in found.rules for e in one.effects}
    assert kept == standing_effects(spec, given, seed)
    names = [one.rule.name for one in found.rules] + [rule.name for rule in found.left_out]
    assert sorted(names) == sorted(rule.name for rule in spec.model.rules)
    assert found.undetermined == ()


@pytest.mark.parametrize(("seed", "given"), CASES)
def test_the_conditions_that_are_left_decide_alike(seed: int, given: dict[str, Any]) -> None:
    statements = pair_of_specs(seed)[0]
    spec = load_statements(statements)
    assert spec is not None
    for one in prompt_of(spec, given).rules:
        text = statements[f"rule {one.rule.name}"]
        head, _, rest = text.partition(" when ")
        clauses = [clause.expr.span.in_a_line for clause in one.clauses if clause.keyword == "when"]
        unless = [clause.expr.span.in_a_line for clause in one.clauses if clause.keyword != "when"]
        when = f" when {' and '.join(clauses)}" if clauses else ""
        but = "".join(f" unless {expr}" for expr in unless)
        statements[f"rule {one.rule.name}"] = f"{head}{when}{but} then {rest.split(' then ')[1]}"
    runs = decision_function(spec), decision_function(specdsl.loads(spec_text(statements)))
    for situation in situations(given, seed):
        try:
            before, after = (run(situation) for run in runs)
        except ValueError:
            continue
        assert {n: t.outcome for n, t in before.items()} == {n: t.outcome for n, t in after.items()}


@pytest.mark.parametrize(("seed", "given"), CASES[:6])
def test_the_rules_come_in_rank_order(seed: int, given: dict[str, Any]) -> None:
    spec = load_statements(pair_of_specs(seed)[0])
    assert spec is not None
    place = {one.rule: i for i, one in enumerate(prompt_of(spec, given).rules)}
    assert [r.level.rank for r in place] == sorted(r.level.rank for r in place)
    for ranked in (one for levels in spec.circuit.ranks.levels.values() for one in levels):
        for i, rule in enumerate(ranked.rules):
            for j, other in enumerate(ranked.rules):
                if ranked.above[i] >> j & 1 and rule in place and other in place:
                    assert place[other] < place[rule]


def test_nothing_of_the_model_spec_for_teenagers_is_left_for_adults() -> None:
    spec = specdsl.load(ROOT / "rules" / "model_spec" / "under_18.spec")
    teen = {r.name for r in spec.model.rules if "prioritize_teen_safety" in r.reference}
    assert teen
    found = prompt_of(spec, {"under_18": False, "voice_mode": False})
    assert not teen & {one.rule.name for one in found.rules}
    assert teen <= {rule.name for rule in found.left_out}


# --- the command ---------------------------------------------------------------------------------

SPEC = """
spec shop "The shop's assistant"
authority owner > customer
principal buyer at customer
fact topic: {refunds, orders} "what it is about"
fact amount: number 0.. "in euro"
fact pin: text secret
fact checked: bool?
assume small_orders: not (topic is orders and amount > 900)
decision refund "What is paid back": pay > ask > refuse
decision tone: warm > dry
rule large at owner "Large sums are looked at"
  when topic is refunds and amount > 500 unless checked then refund is ask
  because "Money is gone fast."
rule orders_are_dry at owner when topic is orders then tone is dry
"""


def written(tmp_path: Path, *more: str) -> tuple[int, str]:
    (tmp_path / "shop.spec").write_text(SPEC, encoding="utf-8")
    result = CliRunner().invoke(group, ["prompt", str(tmp_path / "shop.spec"), *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_what_is_settled_is_left_out(tmp_path: Path) -> None:
    status, out = written(tmp_path, "topic=refunds")
    assert status == 0
    rule = "**Large sums are looked at**: when amount > 500, unless checked, refund is ask."
    assert f"- {rule} Why: Money is gone fast." in out
    assert "dry" not in out
    assert "- topic is refunds" in out


def test_a_settled_condition_leaves_the_rule_alone(tmp_path: Path) -> None:
    _, out = written(tmp_path, "topic=refunds", "amount=600", "checked=false")
    assert "**Large sums are looked at**: always, refund is ask." in out


def test_a_secret_is_not_in_it(tmp_path: Path) -> None:
    _, out = written(tmp_path, "topic=refunds", "pin=1234")
    assert "1234" not in out
    assert "`pin` is given" in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["topic=nonsense"], 1, "topic"),
        (["topic=orders", "amount=1000"], 1, "no situation has these facts"),
        (["no_such=1"], 2, "there is no fact `no_such`"),
    ],
)
def test_what_is_no_circumstance_is_said(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    found, out = written(tmp_path, *arguments)
    assert found == status
    assert said in out


def test_rules_that_contradict_each_other_in_all_situations_are_said_to(tmp_path: Path) -> None:
    clash = "decision d: a > b rule r at owner then d is a rule s at owner then d is b"
    (tmp_path / "clash.spec").write_text(f"authority owner {clash}", encoding="utf-8")
    result = CliRunner().invoke(group, ["prompt", str(tmp_path / "clash.spec")])
    assert result.exit_code == 0
    assert "- `d`: its rules contradict each other here, whatever else is so." in result.output


def test_an_excluded_circumstance_is_an_error_in_python() -> None:
    with pytest.raises(NoCircumstances):
        prompt_of(specdsl.loads(SPEC), {"topic": "orders", "amount": 1000})


def test_json_has_the_rules_and_what_is_left_out(tmp_path: Path) -> None:
    _, out = written(tmp_path, "topic=orders", "--output-format", "json")
    found = json.loads(out)
    assert [one["rule"] for one in found["rules"]] == ["orders_are_dry"]
    assert found["left_out"] == ["large"]
    assert found["decisions"] == {"tone": ["dry"]}
