"""A sampled case in words: the question that a person or a model is asked, and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.analyses.sampling.sampled_set import SampledCase, SampledSet
from specdsl.frontend.model.nodes import Fact, Rule
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.situation import fact_text, sorted_by_name


def question_text(case: SampledCase) -> str:
    """Return the situation and the outcomes to choose from."""
    return "\n".join(_question_lines(case))


def _question_lines(case: SampledCase) -> Iterator[str]:
    decision = case.decision
    about = f" ({decision.doc})" if decision.doc else ""
    yield f"Decide `{decision.name}`{about}: {_alternatives(decision.outcomes)}."
    facts = sorted_by_name(case.situation.relevant_facts)
    if facts:
        yield "What is known:"
    yield from (f"- {_described_fact(fact, value)}" for fact, value in facts)
    if case.situation.instructions:
        yield "What is asked, in this order:"
    yield from (f"- {one}" for one in case.situation.instructions)


def _alternatives(outcomes: tuple[str, ...]) -> str:
    *first, last = outcomes
    return f"{', '.join(first)} or {last}"


def _described_fact(fact: Fact, value: FactValue) -> str:
    about = f" ({fact.doc})" if fact.doc else ""
    return f"{fact_text(fact, value)}{about}"


def answer_text(outcome: str, because: tuple[str, ...], rules: Mapping[str, Rule]) -> str:
    """Return an outcome with the reasons of the rules that give it."""
    reasons = [rules[name].because for name in because if name in rules and rules[name].because]
    return " ".join([f"{outcome}.", *dict.fromkeys(reasons)])


def case_json(case: SampledCase, number: int, found: SampledSet) -> dict[str, Any]:
    """Return a case for JSON: a situation that `decide` takes, and what it gives."""
    situation = case.situation.to_replay()
    relevant = {fact.name for fact in case.situation.relevant_facts}
    facts = situation["facts"]
    needed = {k: v for k, v in facts.items() if k in relevant or v is not None}
    row = {
        "id": f"{case.decision.name}-{number:06}",
        "decision": case.decision.name,
        "facts": needed,
        "says": situation["says"],
        "outcome": case.outcome,
        "because": [_reason_json(name, found.rules) for name in case.because],
        "region": case.region,
        "split": found.split_of(case),
    }
    if case.shows:
        row["shows"] = case.shows
    twin = case.twin
    row["twin"] = twin and {"fact": twin.fact, "value": twin.value, "outcome": twin.outcome}
    return row


def _reason_json(name: str, rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return what is known of a winner: a rule, or a principal who gave an instruction."""
    rule = rules.get(name)
    if rule is None:
        return {"principal": name}
    value = rule.value.name if rule.value is not None else ""
    parts = {"rule": name, "reason": rule.because, "value": value, "source": rule.reference}
    return {key: text for key, text in parts.items() if text}
