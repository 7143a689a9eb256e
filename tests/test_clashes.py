"""Contradictions where there are very many rules, or very many of them."""

from __future__ import annotations

from itertools import product

import pytest

import specdsl
from specdsl.checks import clashes
from specdsl.diagnostics import Report, Severity
from specdsl.policy import Policy

OUTCOMES = 12


def excluded_thrice() -> str:
    """Each outcome is excluded by three rules, so 3 to the 12 sets of rules leave nothing."""
    names = [f"o{i}" for i in range(OUTCOMES)]
    rules = [
        f"rule no_{name}_{which} at root then answer is not {name}"
        for name, which in product(names, "abc")
    ]
    head = ['spec thrice "Everything is excluded"', "authority root"]
    return "\n".join([*head, f"decision answer: {' > '.join(names)}", *rules])


def checked(text: str) -> Report:
    return specdsl.check(specdsl.loads(text), least=Severity.ERROR)


def contradictions(report: Report) -> list[set[str]]:
    found = (f for f in report.findings if f.code.name == "contradiction")
    return [set(f.fields["rules"]) for f in found if "rules" in f.fields]


def test_of_too_many_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clashes, "MOST", 300)
    report = checked(excluded_thrice())
    shown = contradictions(report)
    assert shown
    for names in shown:
        assert {name.split("_")[1] for name in names} == {f"o{i}" for i in range(OUTCOMES)}
        assert len(names) == OUTCOMES
    found = [f for f in report.findings if f.code.name == "contradiction"]
    assert sum(finding.stands_for for finding in found) == 300
    (counted,) = (f for f in found if "rules" not in f.fields)
    assert counted.message.startswith("at least ")
    assert [check.code.name for check in report.unproved] == ["contradiction"]


def test_a_decision_that_fails_names_rules_however_many_clash() -> None:
    policy = Policy(specdsl.loads(excluded_thrice()).circuit)
    with pytest.raises(specdsl.Contradiction) as failed:
        policy.decide({})
    names = failed.value.decisions["answer"]
    assert {name.split("_")[1] for name in names} == {f"o{i}" for i in range(OUTCOMES)}


NEVER_EXCLUDES = """
authority root
value safety
value honesty
priority safety > honesty
fact late: bool
fact share: number 0..1
decision access: yes > no on conflict no
rule shut at root for safety then access is no
rule closed at root for honesty then access is no
rule open at root for safety unless late then access is yes
rule wide at root for honesty when share > 0.5 then access is not no
"""


def test_a_peer_to_which_nothing_is_left_is_known_to_the_solver() -> None:
    """Its facts were not (enumerator, seed 710150)."""
    report = specdsl.check(specdsl.loads(NEVER_EXCLUDES))
    assert contradictions(report) == [{"open", "shut"}]


def test_one_slip_in_a_large_table_is_all_that_is_found() -> None:
    """A row for each of 30 times 30 cases, and one case that is there twice."""
    cases = list(product(range(30), range(30)))
    rows = [
        f"rule row_{i} at root when country is c{c} and goods is g{g}\n"
        f"  then duty is {('free', 'low', 'high')[(c + g) % 3]}"
        for i, (c, g) in enumerate(cases)
    ]
    head = [
        'spec table "Duties"',
        "authority root",
        f"fact country: {{{', '.join(f'c{i}' for i in range(30))}}}",
        f"fact goods: {{{', '.join(f'g{i}' for i in range(30))}}}",
        "decision duty: free > low > high",
    ]
    slip = "rule again at root when goods is g4 and country is c3 then duty is free"
    assert contradictions(checked("\n".join([*head, *rows]))) == []
    assert contradictions(checked("\n".join([*head, *rows, slip]))) == [{"row_94", "again"}]
