"""Examples that two specs decide differently.

An example is one situation here: facts that it leaves open are unknown, or have the simplest value
where they may not be. Both decision functions decide that situation, so a flip that is reported
is one; an example that flips only for other values of an open fact is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specdsl.analyses.changelog.changelog_entry import ExampleFlip
from specdsl.analyses.changelog.outcome_shifts import trace_text
from specdsl.api import Spec, replay
from specdsl.frontend.model.nodes import Example
from specdsl.reasoning.prover import Undetermined
from specdsl.runtime.results import DecisionTrace
from specdsl.situations.situation import default_of, effect_text, to_json

Replay = Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]


def flipped_examples(old: Spec, new: Spec) -> Iterator[ExampleFlip]:
    """Yield the flips of the examples of both, those of the new spec first; an example of both is
    asked as the new one has it."""
    replays = replay(old.circuit), replay(new.circuit)
    titles = {example.title for example in new.model.examples}
    rest = [example for example in old.model.examples if example.title not in titles]
    seen: set[tuple[str, str, str, str]] = set()
    for home, example in [*((new, e) for e in new.model.examples), *((old, e) for e in rest)]:
        for flip in _flips_of(example, home, (old, new), replays):
            question = _situation(example, home, home), flip.decision
            key = (str(question[0]), flip.decision, flip.old, flip.new)
            if key not in seen:
                seen.add(key)
                yield flip


def _flips_of(
    example: Example, home: Spec, specs: tuple[Spec, Spec], replays: tuple[Replay, Replay]
) -> Iterator[ExampleFlip]:
    names = dict.fromkeys(one.effect.decision.name for one in example.expectations)
    taken = [
        _decide(run, _situation(example, home, spec))
        for run, spec in zip(replays, specs, strict=True)
    ]
    for name in names:
        before, after = (one.get(name) for one in taken)
        if before is None or after is None or before.outcome == after.outcome:
            continue
        yield ExampleFlip(example.title, name, trace_text(before), trace_text(after))


def _decide(run: Replay, situation: Mapping[str, Any]) -> Mapping[str, DecisionTrace]:
    """Return the decisions, or none if the situation is bad input."""
    try:
        return run(situation)
    except Undetermined:
        return {}


def _situation(example: Example, home: Spec, spec: Spec) -> dict[str, Any]:
    """Return the situation of an example as another spec takes it."""
    given = {one.fact.name: to_json(one.fact, one.value) for one in example.given}
    facts = {
        fact.name: given.get(fact.name, to_json(fact, default_of(fact)))
        for fact in spec.model.facts
    }
    says = [_instruction_json(one, home) for one in example.says]
    return {"facts": facts, "says": says}


def _instruction_json(one: Any, home: Spec) -> dict[str, Any]:
    effect = effect_text(one.effect.decision, one.effect.outcomes, one.effect.permits)
    found: dict[str, Any] = {"by": one.principal.name, "effect": effect, "implied": one.implied}
    if one.at:
        found["at"] = one.at.name
    return found
