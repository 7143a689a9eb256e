"""`rules/model_spec/STEERING.md` has the tables that `specdsl steer` writes.

`pytest tests/library/test_model_spec_steering.py --update-golden` writes them anew.
"""

from __future__ import annotations

import re

import pytest

import specdsl
from specdsl.analyses.steering import FORMATS, steer
from specdsl.reports import Style
from tests.acceptance.model_spec import ENCODING
from tests.seeds import TIMES

DOCUMENT = ENCODING / "STEERING.md"
SPEC = ENCODING / "model_spec.spec"
TABLE = re.compile(r"<!-- specdsl steer (\w+) -->\n(.*?)<!-- end -->", re.S)
DECISIONS = [name for name, _ in TABLE.findall(DOCUMENT.read_text("utf-8"))]
LONG = () if TIMES > 1 else ("truth", "tone")
"""Decisions that take long: their tables are written with `TEST_SEEDS=2` in the environment."""


@pytest.fixture(scope="module")
def spec() -> specdsl.Spec:
    return specdsl.load(SPEC)


def written_table(spec: specdsl.Spec, decision: str) -> str:
    """The table alone, without the situations and the rules below it."""
    (found,) = steer(spec, (decision,))
    _, *lines = FORMATS["text"]((found,), Style()).partition("\n\n")[0].splitlines()
    return "\n".join(["```text", *lines, "```", ""])


@pytest.mark.slow
@pytest.mark.parametrize("decision", [name for name in DECISIONS if name not in LONG])
def test_each_table_is_what_the_command_writes(
    decision: str, spec: specdsl.Spec, request: pytest.FixtureRequest
) -> None:
    text, found = DOCUMENT.read_text("utf-8"), written_table(spec, decision)
    head = f"<!-- specdsl steer {decision} -->\n"
    before = text.split(head)[1].split("<!-- end -->")[0]
    if request.config.getoption("--update-golden") and before != found:
        DOCUMENT.write_text(text.replace(head + before, head + found), encoding="utf-8")
        before = found
    assert before == found


def test_every_decision_has_its_table(spec: specdsl.Spec) -> None:
    assert [one.name for one in spec.model.decisions] == DECISIONS
