"""Answers of a person or a model, each with a confidence → facts; doubtful ones are unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from specdsl.backends.json_schema.facts_schema import CONFIDENCE, VALUE, facts_schema
from specdsl.facts.tool_call_facts import FactDeclarations, read_object
from specdsl.runtime.plain_values import UnfitValue, plain_value
from specdsl.runtime.quantities import exact_quantity
from specdsl.runtime.results import BadInput, Fault

EXPECTED = f"an object with `{VALUE}` and `{CONFIDENCE}`"


def of_answers(
    policy: FactDeclarations, answers: Mapping[str, Any] | str, at_least: float = 0.8
) -> dict[str, Any]:
    """Return the facts that somebody judged, from `{"fact": {"value": …, "confidence": …}}` or the
    text of it, such as a language model gives by `specdsl compile --to json-schema --judged`.

    A fact is None, unknown, if nobody is sure `at_least` that much (from 0 to 1) of it. If the spec
    has `judged` facts, only these are taken. Raises `BadInput` with every fault of the answers.
    """
    least = _exact_confidence(at_least)
    if least is None:
        raise ValueError(f"`at_least` is from 0 to 1, not {at_least}")
    given = read_object(answers, "answers")
    faults = tuple(_faults_of(policy, given))
    if faults:
        raise BadInput(faults)
    return {
        name: answer[VALUE] if (_exact_confidence(answer[CONFIDENCE]) or 0) >= least else None
        for name, answer in given.items()
    }


def schema_of(policy: FactDeclarations, judged: bool = False) -> dict[str, Any]:
    """Return the JSON schema of the facts, in the strict form that language models are made to
    answer in; or, if `judged`, that of the answers that `of_answers` takes.
    """
    return facts_schema(policy.facts, judged)


def _faults_of(policy: FactDeclarations, answers: Mapping[str, Any]) -> Iterator[Fault]:
    declared = {fact.name: fact for fact in policy.facts}
    some_judged = any(fact.judged for fact in policy.facts)
    for name, answer in answers.items():
        if name not in declared:
            yield Fault(str(name), "there is no such fact", "a declared fact")
        elif some_judged and not declared[name].judged:
            yield Fault(name, "it is not for anybody to judge", "a fact declared as `judged`")
        elif not isinstance(answer, Mapping) or answer.keys() != {VALUE, CONFIDENCE}:
            yield Fault(name, "it is no answer", EXPECTED)
        elif _exact_confidence(answer[CONFIDENCE]) is None:
            yield Fault(name, "its confidence does not fit", "a number from 0 to 1")


def _exact_confidence(value: Any) -> Fraction | None:
    """Return a confidence as the decimal that it is written as; None if it is none."""
    try:
        found = exact_quantity("number", plain_value(value))
    except UnfitValue:
        return None
    return found if 0 <= found <= 1 else None
