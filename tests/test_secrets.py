"""A secret fact's value shows nowhere: neither as it should be, nor wrong, nor misspelt."""

from __future__ import annotations

import json

import pytest

import specdsl

SPEC = """\
authority owner
fact pin: int 0..9999 secret
fact code: {red, blue} secret
decision door: shut > open
rule knows at owner when pin = 1234 and code is red then door is open
"""
POLICY = specdsl.compile(specdsl.loads(SPEC), checked=False)


@pytest.mark.parametrize(
    "facts",
    [
        {"pin": 987_654_321, "code": "red"},
        {"pin": "987654321", "code": "red"},
        {"pin": 1, "code": "987654321"},
        {"pin": 1, "code": "red", "pinn": 987_654_321},
    ],
)
def test_bad_input_shows_no_secret(facts: dict[str, object]) -> None:
    with pytest.raises(specdsl.BadInput) as caught:
        POLICY.decide(facts)
    assert "987654321" not in json.dumps(caught.value.to_dict()) + str(caught.value)


def test_an_explanation_shows_no_secret() -> None:
    found = POLICY.decide({"pin": 1234, "code": "red"}).explain()
    assert "1234" not in str(found) + json.dumps(found.to_dict())


def test_the_module_names_its_secret_facts() -> None:
    assert "SECRET_FACTS: frozenset[str] = frozenset(['code', 'pin'])" in POLICY.source
