"""The quick table of powers has the answers of `steer`."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.analyses.steering import Blocked, CanSteer, steer
from specdsl.analyses.steering.steering_powers import count_questions, steering_powers
from tests.random_specs import random_spec, random_talk

TEXTS = [*(random_spec(seed) for seed in range(31, 37)), *(random_talk(s) for s in range(3))]


@pytest.mark.parametrize("text", TEXTS)
def test_powers_are_what_steer_proves(text: str) -> None:
    spec = specdsl.loads(text)
    for steering in steer(spec):
        powers = steering_powers(spec.circuit, steering.decision)
        assert len(powers) == len(steering.speakers)
        asked = 0
        for speaker, mine in zip(steering.speakers, powers, strict=True):
            assert (mine.principal, mine.manner) == (speaker.principal, speaker.manner)
            assert mine.unheard == speaker.unheard
            expected = {
                key: {CanSteer: True, Blocked: False}.get(type(answer))
                for key, answer in speaker.answers.items()
            }
            assert mine.powers == expected
            asked += len(mine.powers)
        assert asked <= count_questions(spec.model, steering.decision)
