"""JSON schemas of facts: what they accept is what `decide` reads, in the strict form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

import specdsl
from specdsl.apps.cli import group
from specdsl.facts import of_answers, of_call, schema_of
from specdsl.frontend.model.nodes import Kind
from tests.facts.test_open_facts import policy
from tests.random_specs import random_situation, random_spec
from tests.seeds import seeds

STRICT_KEYWORDS = {
    *("type", "properties", "required", "additionalProperties", "items", "enum"),
    *("minimum", "maximum", "format", "description", "title"),
}
"""The keywords of OpenAI's structured output that are used here."""

SAID_IN_WORDS = (Kind.DATE, Kind.TIME, Kind.DURATION)
"""Of these a range is only in the description; and numbers may be texts for `decide`."""

JUDGED = """
spec posts "What becomes of a post"
authority site
fact insult: bool? judged "does it insult \\"somebody\\"?"
fact topic: {politics, sport}? judged
fact length: int 0..500
decision post: shown > held
rule insults at site when possibly insult then post is held
"""


def objects(schema: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        inner = [*schema.get("properties", {}).values(), schema.get("items")]
        for one in inner:
            yield from objects(one)


def check_strict(schema: Mapping[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    for one in objects(schema):
        assert one.keys() <= STRICT_KEYWORDS
        if "properties" in one:
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])


@pytest.mark.parametrize("seed", seeds(0, 15))
def test_what_a_policy_reads_is_what_the_schema_accepts(seed: int) -> None:
    random = Random(seed)
    made = specdsl.compile(specdsl.loads(random_spec(seed, small=False)), checked=False)
    schema = schema_of(made)
    check_strict(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    for _ in range(10):
        facts = random_situation(random, made._circuit.spec, bad=50)["facts"]
        if "NaN" in json.dumps(facts):  # That is no JSON.
            continue
        whole = {**dict.fromkeys(schema["properties"]), **facts}
        wrong = {str(one.path[0]) if one.path else "" for one in validator.iter_errors(whole)}
        faults = _faults_but_assumptions(made, facts)
        kinds = {fact.name: fact.type.kind for fact in made.facts}
        numbers = {name for name in facts if kinds.get(name) is Kind.NUMBER}
        assert faults & kinds.keys() - wrong <= {n for n in kinds if kinds[n] in SAID_IN_WORDS}
        assert wrong - {""} - faults <= {n for n in numbers if isinstance(facts[n], str)}
        assert not faults - kinds.keys() or "" in wrong


def _faults_but_assumptions(made: specdsl.Policy, facts: Mapping[str, Any]) -> set[str]:
    try:
        made.decide(facts)
    except specdsl.Contradiction:
        return set()
    except specdsl.BadInput as problem:
        assumptions = {assume.name for assume in made._circuit.spec.assumes}
        return {fault.name for fault in problem.faults} - assumptions
    return set()


def test_judged_facts_have_a_value_and_a_confidence() -> None:
    schema = schema_of(policy(JUDGED), judged=True)
    check_strict(schema)
    assert list(schema["properties"]) == ["insult", "topic"]
    answer = {"insult": answered(True, 0.9), "topic": answered(None, 0)}
    assert Draft202012Validator(schema).is_valid(answer)
    assert not Draft202012Validator(schema).is_valid({"insult": answer["insult"]})


def test_the_command_writes_the_same(tmp_path: Any) -> None:
    path = tmp_path / "posts.spec"
    path.write_text(JUDGED, encoding="utf-8")
    for more in ([], ["--judged"]):
        run = CliRunner().invoke(group, ["compile", str(path), "--to", "json-schema", *more])
        head = {"title": "posts", "description": "What becomes of a post"}
        assert json.loads(run.output) == {**head, **schema_of(policy(JUDGED), bool(more))}


def answered(value: Any, confidence: Any) -> dict[str, Any]:
    return {"value": value, "confidence": confidence}


def test_a_doubtful_answer_is_unknown() -> None:
    answers = {"insult": answered(True, 0.8), "topic": answered("sport", 0.79)}
    assert of_answers(policy(JUDGED), answers) == {"insult": True, "topic": None}
    assert of_answers(policy(JUDGED), json.dumps(answers)) == {"insult": True, "topic": None}
    assert of_answers(policy(JUDGED), answers, 0.9) == {"insult": None, "topic": None}
    assert of_answers(policy(JUDGED), {"insult": answered(None, 1)}) == {"insult": None}
    assert (
        policy(JUDGED).decide({**of_answers(policy(JUDGED), answers), "length": 3}).post == "held"
    )


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ("{", "answers: they cannot be read as JSON"),
        ('{"insult": 1, "insult": 2}', "answers: they cannot be read as JSON"),
        ('{"insult": NaN}', "answers: they cannot be read as JSON"),
        ([], "answers: they are no object"),
        ({"insult": True}, "insult: it is no answer; expected an object with `value` and"),
        ({"insult": {"value": True}}, "insult: it is no answer"),
        ({"insult": answered(True, 2)}, "insult: its confidence does not fit"),
        ({"insult": answered(True, True)}, "insult: its confidence does not fit"),
        ({"insult": answered(True, float("nan"))}, "insult: its confidence does not fit"),
        ({"length": answered(3, 1)}, "length: it is not for anybody to judge"),
        ({"lenth": answered(3, 1)}, "lenth: there is no such fact"),
    ],
)
def test_answers_that_are_none(answers: Any, text: str) -> None:
    with pytest.raises(specdsl.BadInput, match=text):
        of_answers(policy(JUDGED), answers)


def test_a_call_cannot_judge() -> None:
    facts = of_call(policy(JUDGED), "post", {"insult": False, "length": 3})
    assert facts == {"length": 3}
    with pytest.raises(ValueError, match="`at_least` is from 0 to 1"):
        of_answers(policy(JUDGED), {}, 80)
