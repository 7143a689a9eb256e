"""Random specs: reference interpreter, emitted module and circuit agree. A disagreement shrinks to
its smallest spec; `python -m tests.agreement --count 2000 --seed 7` runs longer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.judges import Judges
from tests.agreement.smallest import smallest
from tests.random_specs import Draft, situations, specs

SITUATIONS = 8  # of a spec


@settings(max_examples=200)
@given(st.data(), st.booleans())
def test_random_specs(data: st.DataObject, small: bool) -> None:
    text = data.draw(specs(small), label="spec")
    judges = Judges(text)
    for _ in range(SITUATIONS):
        situation = data.draw(situations(judges.spec), label="situation")
        differences = judges.differences(situation)
        assert not differences, "\n".join((*differences, text))


def test_a_disagreement_is_made_small() -> None:
    """Statements, instructions and facts that do not matter are gone; the rest still shows it."""
    rules = (f"rule r{i} at top when p then d is {o}" for i, o in enumerate("abc"))
    facts = ("fact p: bool", "fact q: bool?")
    draft = Draft(
        "authority top", (*facts, "principal boss at top", "decision d: a > b > c", *rules)
    )
    said = [{"by": "boss", "effect": f"d is {o}"} for o in "ab"]

    def wrong(judges: Judges, situation: object) -> bool:
        del situation
        return any(rule.name == "r1" for rule in judges.spec.rules)

    found, situation = smallest(draft, {"facts": {"p": True, "q": None}, "says": said}, wrong)
    kept = ("fact p: bool", "decision d: a > b > c", "rule r1 at top when p then d is b")
    assert found.statements == kept
    assert situation == {"facts": {}, "says": []}
