"""What is unproved says why, in the words of the spec, and what would help."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

import specdsl
from specdsl.api import replay
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Report
from specdsl.base.limits import MIN_QUERY_SHARE
from specdsl.checks import Limits
from specdsl.checks import check as run
from specdsl.reasoning import effort

PATTERNS = """
authority root
fact name: text
decision d: yes > no
define ends = name like "*a????????????????????"
define sooner = name like "a????????????????????" or name like "?*a????????????????????"
rule one at root when ends and not sooner then d is no
"""
PIGEONS = "\n".join(
    [
        "authority root",
        f"fact {', '.join(f'p{i}_{j}' for i in range(6) for j in range(5))}: bool",
        "decision d: yes > no",
        "rule one at root when "
        + " and ".join(f"({' or '.join(f'p{i}_{j}' for j in range(5))})" for i in range(6))
        + " and "
        + " and ".join(
            f"not (p{i}_{j} and p{k}_{j})" for j in range(5) for i in range(6) for k in range(i)
        )
        + " then d is no",
    ]
)


def checked(text: str, limits: Limits) -> Report:
    spec = specdsl.loads(text)
    return run(spec.circuit, replay(spec.circuit), limits=limits)


def test_patterns_are_named_by_their_facts(tmp_path: Path) -> None:
    spec = tmp_path / "a.spec"
    spec.write_text(PATTERNS, encoding="utf-8")

    def output(form: str) -> str:
        words = ["check", "--no-cache", "--output-format", form, str(spec)]
        return CliRunner().invoke(group, words).output

    reason, help_ = effort.texts_reason(["name"])
    assert "`name`" in reason
    text = output("text")
    assert text.count(f"why: {reason}") == 1
    assert f"help: {help_}" in text
    found = json.loads(output("json"))["checks"]
    whys = [check["why"] for check in found if check["result"] == "unproved"]
    assert whys
    assert all(why == [{"reason": reason, "help": help_}] for why in whys)
    assert reason[1:] in output("sarif")


def test_time_and_work_are_told_apart() -> None:
    over = checked(PIGEONS, Limits(total_seconds=0.0)).unproved
    assert over
    assert {why for check in over for why in check.why} == {effort.TIME}
    hard = [c for c in checked(PIGEONS, Limits(work=200)).unproved if c.why]
    assert {why for check in hard for why in check.why} == {effort.WORK}


def test_what_is_given_up_again_and_again_costs_less_and_less() -> None:
    effort.resume_component(effort.QueryEffort())
    shares = []
    for _ in range(12):
        shares.append(effort.budget_share())
        effort.record_exhausted(effort.WORK)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == MIN_QUERY_SHARE
    effort.resume_component(effort.QueryEffort())
    assert effort.budget_share() == 1
    assert effort.take_reasons() == ()
