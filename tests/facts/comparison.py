"""`open_facts` and `decide_with` on random specs against enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial as partial_call
from random import Random
from typing import Any

import specdsl
from specdsl.api import Policy
from specdsl.frontend.model.nodes import Fact
from specdsl.situations.situation import default_of, to_json
from tests.bruteforce.compare import Case
from tests.facts.enumeration import Enumeration, Partial, Unenumerable, model, partials, raw

PARTIALS = 3  # of a spec


def disagreements(seed: int, seen: Counter[str]) -> Iterator[str]:
    """A sentence for each, on the spec of a seed; `seen` counts what was compared."""
    case = Case.of_seed(seed)
    if case.base:  # a layer: its circuit is one like any other's
        return
    policy = specdsl.compile(specdsl.loads(case.text), checked=False)
    try:
        for partial in partials(case.text, Random(seed), PARTIALS):
            yield from _open_facts(policy, Enumeration(case.text, partial), seen)
            yield from _decide_with(policy, case.text, partial, seen)
    except Unenumerable:
        seen["too large"] += 1


def _open_facts(policy: Policy, every: Enumeration, seen: Counter[str]) -> Iterator[str]:
    given, looked_up = every.partial.arguments(model(every.text))
    found = policy.open_facts(given, every.partial.says, looked_up)
    wanted, settled = every.open_facts(), len(every.all_outcomes()) == 1
    seen["partial situations"] += 1
    seen["open"] += bool(found)
    seen["unproved"] += len(found.unproved)
    if found and settled:
        yield f"{given}: {found} are open, and all outcomes are settled"
    if not wanted and not settled:
        seen["tied"] += 1
        if not found:
            yield f"{given}: nothing is open, and the outcomes are not settled"
    elif set(found) - found.unproved - wanted or wanted - set(found):
        yield f"{given}, {every.partial.says}: {found} are open, and should be {wanted}"


def _decide_with(policy: Policy, text: str, partial: Partial, seen: Counter[str]) -> Iterator[str]:
    """Each fact that is asked is open at that time, and the outcomes are those of all facts."""
    spec = model(text)
    values = {fact.name: _value(fact, partial) for fact in spec.facts}
    given = {name: values[name] for name in partial.known}
    asked = dict(partial.known)
    wrong: list[str] = []

    def look_up(name: str) -> Any:
        seen["look-ups"] += 1
        able = Enumeration(text, replace(partial, known=dict(asked))).open_facts()
        if able and name not in able:
            wrong.append(f"{asked}: {name} is asked, and cannot matter")
        asked[name] = partial.whole[name]
        return values[name]

    lookups = {name: partial_call(look_up, name) for name in values if name not in given}
    found = _outcomes(lambda: policy.decide_with(lookups, given, partial.says))
    whole = _outcomes(lambda: policy.decide(values, partial.says))
    yield from wrong
    if whole != found:
        yield f"{given}: {found} with look-ups, and {whole} with all of {values}"


def _value(fact: Fact, partial: Partial) -> Any:
    """The value of a fact; of one that nothing reads, any."""
    if fact.name in partial.whole:
        return raw(fact, partial.whole[fact.name])
    return to_json(fact, default_of(fact))


def _outcomes(decide: Callable[[], Mapping[str, str]]) -> object:
    try:
        return dict(decide())
    except specdsl.Contradiction as problem:
        return {name: taken.outcome for name, taken in problem.taken.items()}, problem.not_taken
