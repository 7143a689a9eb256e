"""`rules/model_spec/STEERING.md` has the tables that `specdsl steer` writes.

`TEST_SEEDS=2 pytest tests/library/test_model_spec_steering.py --update-golden` writes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import specdsl
from specdsl.analyses.steering import FORMATS, Blocked, CanSteer, steer
from specdsl.analyses.steering.speaker_worlds import HeardPrincipal, SpeakerWorlds
from specdsl.analyses.steering.steer import speakers_of
from specdsl.analyses.steering.steering_powers import SpeakerPowers, steering_powers
from specdsl.analyses.steering.steering_result import (
    CONTRADICTION,
    BlockReason,
    Speaker,
    Steering,
    SteeringAnswer,
    SteeringGoal,
)
from specdsl.analyses.steering.unopposed_speaker import UnopposedSpeaker
from specdsl.reasoning.sat.engine import Limits
from specdsl.reports import Style
from tests.acceptance.model_spec import ENCODING
from tests.seeds import TIMES

DOCUMENT = ENCODING / "STEERING.md"
SPEC = ENCODING / "model_spec.spec"
TABLE = re.compile(r"<!-- specdsl steer (\w+) -->\n(.*?)<!-- end -->", re.S)
DECISIONS = [name for name, _ in TABLE.findall(DOCUMENT.read_text("utf-8"))]
WRITTEN = DECISIONS if TIMES > 1 else ("act", "hazard_detail", "judgement", "referral")
"""The command writes these anew, and all of them with `TEST_SEEDS=2` in the environment: its
situations and reasons, which are not in the document, take most of the time."""

LONG = () if TIMES > 1 else ("truth",)


@pytest.fixture(scope="module")
def spec() -> specdsl.Spec:
    return specdsl.load(SPEC)


def table_in_document(decision: str) -> str:
    head = f"<!-- specdsl steer {decision} -->\n"
    return DOCUMENT.read_text("utf-8").split(head)[1].split("<!-- end -->")[0]


def table_text(found: Steering) -> str:
    """The table alone, without the situations and the rules below it."""
    _, *lines = FORMATS["text"]((found,), Style()).partition("\n\n")[0].splitlines()
    return "\n".join(["```text", *lines, "```", ""])


@pytest.mark.slow
@pytest.mark.parametrize("decision", WRITTEN)
def test_each_table_is_what_the_command_writes(
    decision: str, spec: specdsl.Spec, request: pytest.FixtureRequest
) -> None:
    before, found = table_in_document(decision), table_text(*steer(spec, (decision,)))
    if request.config.getoption("--update-golden") and before != found:
        text, head = DOCUMENT.read_text("utf-8"), f"<!-- specdsl steer {decision} -->\n"
        DOCUMENT.write_text(text.replace(head + before, head + found), encoding="utf-8")
        before = found
    assert before == found


@pytest.mark.slow
@pytest.mark.parametrize("decision", [name for name in DECISIONS if name not in LONG])
def test_each_table_has_all_powers_and_marks_those_that_nothing_holds_back(
    decision: str, spec: specdsl.Spec
) -> None:
    assert table_in_document(decision) == table_text(steering_without_witnesses(spec, decision))


def steering_without_witnesses(spec: specdsl.Spec, decision: str) -> Steering:
    """What `steer` proves of a decision, for which no situation and no reason is looked for."""
    heard = list(speakers_of(spec.model))
    powers = steering_powers(spec.circuit, decision)
    speakers = tuple(
        Speaker(one.principal, one.manner, dict(answers_of(spec, decision, who, one)), one.unheard)
        for who, one in zip(heard, powers, strict=True)
    )
    (declared,) = (one for one in spec.model.decisions if one.name == decision)
    fails = declared.on_conflict is None and any(
        can
        for one in powers
        for (outcome, _), can in one.powers.items()
        if outcome == CONTRADICTION
    )
    outcomes = (*declared.outcomes, *([CONTRADICTION] if fails else []))
    return Steering(decision, outcomes, speakers)


def answers_of(
    spec: specdsl.Spec, decision: str, who: HeardPrincipal, found: SpeakerPowers
) -> Iterator[tuple[tuple[str, SteeringGoal], SteeringAnswer]]:
    if not any(found.powers.values()):
        yield from ((key, Blocked((), BlockReason.ABOVE)) for key in found.powers)
        return
    worlds = SpeakerWorlds(spec.circuit, decision, who)
    alone = UnopposedSpeaker(worlds, worlds.queries(Limits()))
    for key, can in found.powers.items():
        assert can is not None
        if can:
            yield key, CanSteer("", (), "", "", {}, {}, {}, alone.blocking_sets(*key))
        else:
            yield key, Blocked((), BlockReason.ABOVE)


def test_every_decision_has_its_table(spec: specdsl.Spec) -> None:
    assert [one.name for one in spec.model.decisions] == DECISIONS
