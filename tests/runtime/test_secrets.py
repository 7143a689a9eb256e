"""A secret fact's value shows nowhere: neither as it should be, nor wrong, nor misspelt."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group

SPEC = """\
authority owner
fact pin: int 0..9999 secret
fact code: {red, blue} secret
fact open: bool?
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
        {"PIN": 987_654_321, "code": "red"},
        {"P-I-N": 987_654_321, "number of the card": "987654321"},
        {"facts": {"pin": 987_654_321}},
        {"pin": [987_654_321], "code": {"red": 987_654_321}},
        {"pin": 1, "code": "red", "open": {"pin": 987_654_321}},
        {"pin": 1, "code": "red", "open": [("pin", 987_654_321)]},
        [("pin", 987_654_321)],
        "pin=987654321",
    ],
)
def test_bad_input_shows_no_secret(facts: Any) -> None:
    assert "987654321" not in refused(facts, [])


@pytest.mark.parametrize(
    "says",
    [
        {"pin": 987_654_321},
        [{"pin": 987_654_321}],
        [{"by": "owner", "effect": "door is open", "pin": 987_654_321}],
        [{"by": {"pin": 987_654_321}, "effect": ["987654321"], "at": (987_654_321,)}],
        ["pin=987654321"],
        987_654_321,
    ],
)
def test_nor_where_facts_stand_among_instructions(says: Any) -> None:
    assert "987654321" not in refused({"pin": 1, "code": "red"}, says)


def refused(facts: Any, says: Any) -> str:
    """All that is told of it, also to who prints it with what led to it."""
    with pytest.raises(specdsl.BadInput) as caught:
        POLICY.decide(facts, says)
    error = caught.value
    told = "".join(traceback.format_exception(error))
    return json.dumps(error.to_dict()) + str(error) + repr(error) + repr(error.faults) + told


def test_where_nothing_is_secret_what_is_given_is_shown() -> None:
    policy = specdsl.compile(specdsl.loads(SPEC.replace(" secret", "")), checked=False)
    with pytest.raises(specdsl.BadInput) as caught:
        policy.decide({"pinn": 987_654_321, "code": ["red"]})
    assert [f.got for f in caught.value.faults] == [987_654_321, None, "['red']"]


def test_an_explanation_shows_no_secret() -> None:
    found = POLICY.decide({"pin": 1234, "code": "red"}).explain()
    assert "1234" not in str(found) + json.dumps(found.to_dict())


def test_the_module_names_its_secret_facts() -> None:
    assert "SECRET_FACTS: frozenset[str] = frozenset(['code', 'pin'])" in POLICY.source


def test_the_command_line_shows_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "door.spec"
    path.write_text(SPEC, encoding="utf-8")
    for argument in ("pin987654321", "pin:987654321", "pinn=987654321", "pin=987654321x"):
        done = CliRunner().invoke(group, ["decide", str(path), "--fill", "--json", argument])
        assert done.exit_code in (1, 2)
        assert "987654321" not in done.output
