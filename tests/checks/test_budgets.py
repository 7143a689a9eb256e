"""What is beyond a budget is left open: nothing is said of it, and nothing fails."""

from __future__ import annotations

import pytest

import specdsl
from benchmarks.policies import write_policy
from specdsl.base.diagnostics import Diagnostic, Severity
from specdsl.checks import deletable_rules
from specdsl.verification.relevance import removal

CHAIN = write_policy("chain", 40, 1).text
BETWEEN = """
authority house
value safety
value comfort
value speed
priority safety > comfort > speed
fact wet, late: bool
decision pace: slow > fast
rule first at house for safety when wet then pace is slow
rule between at house for comfort when wet and not wet then pace is fast overrides last
rule last at house for speed when late then pace is fast
"""
"""Without `between`, `first` still outranks `last`."""


def errors_of(text: str) -> list[Diagnostic]:
    report = specdsl.check(specdsl.loads(text), least=Severity.ERROR)
    assert not report.unproved
    return [one for one in report.findings if one.severity is Severity.ERROR]


def help_of(one: Diagnostic) -> str:
    return next(note.text for note in one.notes if note.title == "help")


@pytest.mark.parametrize("text", [CHAIN, BETWEEN])
def test_with_no_other_ranks_tried_the_same_errors_are_found(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    before = [one.message for one in errors_of(text)]
    monkeypatch.setattr(removal, "MAX_RANKING_COST", 0)
    assert [one.message for one in errors_of(text)] == before != []


def test_help_claims_nothing_of_rules_that_were_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = ("delete it", deletable_rules.STILL_NEEDED)
    assert all(any(claim in help_of(one) for claim in claims) for one in errors_of(CHAIN))
    monkeypatch.setattr(deletable_rules, "MAX_DELETIONS", 0)
    asked = [help_of(one) for one in errors_of(CHAIN)]
    assert any(all(claim not in one for claim in claims) for one in asked)
