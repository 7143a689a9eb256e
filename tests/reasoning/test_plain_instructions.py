"""Situations say the plainest instruction that does it: `is` before `is not`, before `may be`."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.api import Policy

OUTCOMES = ("allow", "ask", "deny")
PLAIN = (
    *(f"call is {one}" for one in OUTCOMES),
    *(f"call is not {one}" for one in OUTCOMES),
    *(f"call may be {one}" for one in OUTCOMES),
)
HEAD = """\
authority shipped > admin > person
principal root at shipped
principal boss at admin implied at person
principal user at person
fact night: bool
decision call: allow > ask > deny on conflict deny
"""
CLAIMS = "".join(f'assert "never {one}": call is not {one}\n' for one in OUTCOMES)

effects = st.sampled_from((*PLAIN, "call may be ask or deny", "call may be allow or ask"))
rules = st.lists(
    st.tuples(st.sampled_from(("shipped", "admin", "person")), effects), min_size=1, max_size=4
)


def text_of(drawn: list[tuple[str, str]]) -> str:
    lines = [f"rule r{i} at {level} then {effect}" for i, (level, effect) in enumerate(drawn)]
    return "\n".join([HEAD, *lines, CLAIMS])


def refuted(text: str) -> list[tuple[str, dict[str, Any]]]:
    """What is never to be and is, with the situation."""
    report = specdsl.check(specdsl.loads(text))
    found = (one for one in report.findings if one.code.name == "refuted-assertion")
    return [(one.fields["title"].split()[1], one.fields["replay"]) for one in found]


@settings(max_examples=30, deadline=None)
@given(rules)
def test_no_plainer_instruction_does_it(drawn: list[tuple[str, str]]) -> None:
    text = text_of(drawn)
    policy = Policy(specdsl.loads(text).circuit)
    for outcome, situation in refuted(text):
        says = situation["says"]
        assert policy.decide(situation["facts"], says)["call"] == outcome
        for i, one in enumerate(says):
            assert one["effect"] in PLAIN
            for plainer in PLAIN[: PLAIN.index(one["effect"])]:
                other = [*says[:i], {**one, "effect": plainer}, *says[i + 1 :]]
                assert policy.decide(situation["facts"], other)["call"] != outcome


def test_what_is_asked_for_is_said_so() -> None:
    text = text_of([("person", "call is deny")])
    assert [(o, [said["effect"] for said in found["says"]]) for o, found in refuted(text)] == [
        ("allow", ["call is allow"]),
        ("ask", ["call is ask"]),
        ("deny", []),
    ]


def test_where_very_much_could_be_said_few_facts_are_named_all_the_same() -> None:
    tones = [f"tone_{i}" for i in range(10)]
    text = (
        "authority root > user > guideline\n"
        "principal user at user implied at guideline\n"
        "fact child: bool?\nfact other, another: bool\n"
        f"decision tone: {' > '.join(tones)}\n"
        "rule no_irony at root when possibly child then tone not in {tone_3, tone_5, tone_6}\n"
        "rule calm at guideline when other or another then tone is not tone_0\n"
    )
    report = specdsl.check(specdsl.loads(text))
    assert not report.unproved
    [finding] = [f for f in report.findings if f.code.name == "sensitive-to-unknown"]
    assert finding.fields["fact"] == "child"
    assert set(finding.fields["situation"]["facts"]) == {"child"}
    assert len(finding.fields["situation"]["says"]) == 1
