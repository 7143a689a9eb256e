"""Open facts by enumeration: every pair of situations that differ in one fact, decided by the
reference interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.semantics.fact_values import to_fact_value
from specdsl.semantics.reference.decide import CallInterpreter
from specdsl.semantics.reference.read_facts import Value
from specdsl.semantics.reference.read_instructions import read_instructions
from specdsl.situations.situation import literal_text, to_json
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.study import Study
from tests.bruteforce.valuations import Values
from tests.random_specs import random_situation

MOST = 1_500  # valuations
NOT_GIVEN = object()
Outcomes = tuple[tuple[str | None, bool], ...]
"""Of every decision its outcome, and whether it failed."""


@dataclass(frozen=True, slots=True)
class Partial:
    """`known` are values by name, None where a fact stays unknown for good; `whole` is a legal
    situation with these values."""

    known: Mapping[str, Value]
    whole: Values
    says: Sequence[Mapping[str, Any]]

    def arguments(self, spec: m.SpecModel) -> tuple[dict[str, Any], set[str]]:
        """Facts as they are given, and the names of those that are looked up."""
        known = {fact.name: fact for fact in spec.facts if fact.name in self.known}
        given = {name: raw(fact, self.known[name]) for name, fact in known.items()}
        return given, {name for name, value in given.items() if value is None}


def raw(fact: m.Fact, value: Value) -> Any:
    return to_json(fact, to_fact_value(fact, value))


@dataclass(eq=False)
class Enumeration:
    """All situations of a spec that have the known facts. Raises `Unenumerable`."""

    text: str
    partial: Partial
    decided: dict[tuple[object, ...], Outcomes] = field(default_factory=dict)

    @cached_property
    def study(self) -> Study:
        """Of the spec with an assumption for each known fact."""
        spec = model(self.text)
        lines = [f"assume known_{i}: {line}" for i, line in enumerate(self._assumed(spec))]
        return Study(model("\n".join((self.text, *lines))), MOST)

    def _assumed(self, spec: m.SpecModel) -> Iterator[str]:
        for fact in spec.facts:
            if fact.name in self.partial.known:
                yield equation(fact, self.partial.known[fact.name])

    def open_facts(self) -> set[str]:
        """Those of which two values lead to other outcomes, all else being the same."""
        unknown = [fact for fact in self.study.spec.facts if fact.name not in self.partial.known]
        return {fact.name for fact in unknown if self._changes(fact)}

    def _changes(self, fact: m.Fact) -> bool:
        return any(
            self.outcomes(one.values) != self.outcomes(two.values)
            for one, two in self.study._alike(fact)
        )

    def all_outcomes(self) -> set[Outcomes]:
        return {self.outcomes(values) for values in self.study.valuations}

    def outcomes(self, values: Values) -> Outcomes:
        key = tuple(sorted(values.items(), key=lambda pair: pair[0]))
        if key not in self.decided:
            self.decided[key] = outcomes_of(self.study.written, values, self.partial.says)
        return self.decided[key]


def model(text: str) -> m.SpecModel:
    loaded = load_text(text, "random.spec")
    assert loaded.spec is not None, [str(d.message) for d in loaded.diagnostics] + [text]
    assert loaded.circuit is not None, loaded.diagnostics
    return loaded.spec


def outcomes_of(spec: m.SpecModel, values: Values, says: Iterable[Any]) -> Outcomes:
    instructions, faults = read_instructions(spec, says)
    assert not faults
    facts = {fact: values.get(fact.name) for fact in spec.facts}
    answer = CallInterpreter(spec, facts, instructions).decide_all()
    return tuple((verdict.outcome, verdict.failed) for verdict in answer.verdicts)


def equation(fact: m.Fact, value: Value) -> str:
    """A condition that holds where the fact has the value, and is false elsewhere."""
    if value is None:
        return f"{fact.name} is unknown"
    known = to_fact_value(fact, value)
    match known:
        case bool():
            text = fact.name if known else f"not {fact.name}"
        case int():
            text = f"{fact.name} is {fact.type.members[known]}"
        case _:
            text = f"{fact.name} = {literal_text(fact, known)}"
    return f"{fact.name} is known and {text}" if fact.optional else text


def can_be_written(value: Value) -> bool:
    """Whether the value has a literal: no text does that has a character which acts."""
    return not isinstance(value, str) or value.isprintable()


def partials(text: str, random: Random, count: int) -> Iterator[Partial]:
    """Random partial situations of a spec. Raises `Unenumerable`."""
    spec = model(text)
    every = Study(spec, MOST).valuations
    legal = [values for values in every if all(map(can_be_written, values.values()))]
    for _ in range(count if legal else 0):
        whole = random.choice(legal)
        share = random.random()
        known = {name: value for name, value in whole.items() if random.random() < share}
        says = random_situation(random, spec, bad=0)["says"]
        yield Partial(known, whole, says)


__all__ = ["Enumeration", "Partial", "Unenumerable", "model", "outcomes_of", "partials", "raw"]
