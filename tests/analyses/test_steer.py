"""`steer` against deciding many situations with and without what a principal says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from specdsl.analyses.steering import (
    Blocked,
    CanSteer,
    Speaker,
    SpeechManner,
    Steering,
    SteeringGoal,
    steer,
)
from specdsl.analyses.steering.steering_result import CONTRADICTION, NOT_TAKEN
from specdsl.api import Spec
from specdsl.runtime.results import DecisionTrace
from tests.analyses.diff.cases import (
    Statements,
    all_facts,
    decision_function,
    load_statements,
    pair_of_specs,
    random_instruction,
)
from tests.seeds import seeds

SITUATIONS = 3000
Key = tuple[
    str, str, SpeechManner, str, SteeringGoal
]  # decision, principal, how, outcome, what it does to it


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(0, 3))
def test_whoever_is_seen_to_steer_can_and_whoever_can_is_seen(seed: int) -> None:
    """Every steering that is observed in random situations is reported as possible, and every
    reported situation shows it."""
    spec = _spec(seed)
    found = steer(spec)
    answers = dict(_answers(found))
    for key in _observed_steering(spec, seed):
        assert isinstance(answers.get(key), CanSteer), key
    run = decision_function(spec)
    for (name, _, _, outcome, aim), answer in answers.items():
        if isinstance(answer, CanSteer):
            before, after = _outcome(run, answer.without, name), _outcome(run, answer.with_it, name)
            assert (before, after) == (answer.before, answer.after)
            assert (before == outcome, after == outcome) == (
                aim is SteeringGoal.STOP,
                aim is SteeringGoal.SET,
            )


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(20, 22))
def test_the_rules_named_stop_it_alone(seed: int) -> None:
    """If all other rules never apply, nobody can do what the named rules are said to stop."""
    old, _ = pair_of_specs(seed)
    names = [name.split()[1] for name in old if name.startswith("rule")]
    spec = _spec(seed)
    bars = {key: a for key, a in _answers(steer(spec)) if isinstance(a, Blocked)}
    for rules in {bar.rules for bar in bars.values()}:
        alone = load_statements(_disable_rules(old, [name for name in names if name not in rules]))
        assert alone is not None
        still = dict(_answers(steer(alone)))
        stopped = [key for key, bar in bars.items() if bar.rules == rules]
        assert all(not isinstance(still.get(key), CanSteer) for key in stopped)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(30, 34))
def test_who_always_has_its_way_and_what_holds_others_back(seed: int) -> None:
    """A speaker that nobody opposes always succeeds exactly if no blocking set is reported; every
    reported set blocks it alone."""
    old, spec = pair_of_specs(seed)[0], _spec(seed)
    names = [name.split()[1] for name in old if name.startswith("rule")]
    for key, answer in _answers(steer(spec)):
        name, who, manner, outcome, aim = key
        if (
            not isinstance(answer, CanSteer)
            or outcome == CONTRADICTION
            or manner is SpeechManner.LENT
        ):
            continue
        if answer.held_back is None:
            continue
        effects = ["may be", "is"] if aim is SteeringGoal.SET else ["is not"]
        says = [_instruction(who, manner, f"{name} {effect} {outcome}") for effect in effects]
        assert answer.always is _has_its_way(spec, says, name, outcome, aim)
        for rules in answer.held_back:
            alone = load_statements(_disable_rules(old, [n for n in names if n not in rules]))
            assert alone is not None
            assert not _has_its_way(alone, says, name, outcome, aim)


def _instruction(who: str, manner: SpeechManner, effect: str) -> dict[str, Any]:
    return {"by": who, "effect": effect, "implied": manner is SpeechManner.IMPLIED}


def _has_its_way(
    spec: Spec, says: list[dict[str, Any]], name: str, outcome: str, aim: SteeringGoal
) -> bool:
    run = decision_function(spec)
    found = (_outcome(run, {"facts": one, "says": says}, name) == outcome for one in all_facts())
    return all(same is (aim is SteeringGoal.SET) for same in found)


def _spec(seed: int) -> Spec:
    found = load_statements(pair_of_specs(seed)[0])
    assert found is not None
    return found


def _disable_rules(statements: Statements, rules: list[str]) -> Statements:
    """Make some rules never apply, with their ranks unchanged."""
    found = dict(statements)
    for name in rules:
        text = found[f"rule {name}"]
        found[f"rule {name}"] = text.replace(" then ", " unless p or not p then ", 1)
    return found


def _answers(found: tuple[Steering, ...]) -> Iterator[tuple[Key, object]]:
    for steering in found:
        for speaker in steering.speakers:
            for (outcome, aim), answer in speaker.answers.items():
                yield (*_who(steering, speaker), outcome, aim), answer


def _who(steering: Steering, speaker: Speaker) -> tuple[str, str, SpeechManner]:
    return steering.decision, speaker.principal, speaker.manner


def _observed_steering(spec: Spec, seed: int) -> Iterator[Key]:
    """Yield the steering of every speaker in random situations."""
    random, run = Random(seed), decision_function(spec)
    every = list(all_facts())
    powerless = {p.name for p in spec.model.principals if p.level is None}
    for _ in range(SITUATIONS):
        said = [random_instruction(random) for _ in range(random.randint(1, 4))]
        who = random.choice(said)
        rest = [s for s in said if (s["by"], s["implied"]) != (who["by"], who["implied"])]
        situation = {"facts": random.choice(every), "says": said}
        try:
            before, after = run({**situation, "says": rest}), run(situation)
        except ValueError:
            continue
        lent = SpeechManner.LENT if who["by"] in powerless else SpeechManner.STATED
        manner = SpeechManner.IMPLIED if who["implied"] and lent is SpeechManner.STATED else lent
        for name in before:
            one, two = _outcome_name(before[name]), _outcome_name(after[name])
            if one != two and NOT_TAKEN not in (one, two):
                yield name, who["by"], manner, two, SteeringGoal.SET
                yield name, who["by"], manner, one, SteeringGoal.STOP


def _outcome(run: Any, situation: Mapping[str, Any], name: str) -> str:
    return _outcome_name(run(situation)[name])


def _outcome_name(taken: DecisionTrace) -> str:
    if taken.failed:
        return CONTRADICTION
    return taken.outcome or NOT_TAKEN
