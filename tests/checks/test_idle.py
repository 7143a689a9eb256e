"""What changes nothing: cases in which that is easily misjudged."""

from __future__ import annotations

from collections import Counter

import pytest

import specdsl
from specdsl.api import check
from specdsl.base.diagnostics import Severity
from specdsl.base.limits import MAX_EXPLAINED
from specdsl.checks import CHECKS
from specdsl.verification.relevance import fact_changes, removal_sampling
from tests.random_specs import random_spec


def found(text: str, library: dict[str, str] | None = None) -> list[tuple[str, ...]]:
    """The codes of all that is found, with the rules, fact or level; contradictions aside."""
    report = specdsl.check(specdsl.loads(text, "main.spec", library))
    assert not report.unproved
    told = []
    for one in report.findings:
        if one.code.id[:3] == "SD4" and one.code.id < "SD411":
            fields = one.fields
            names = fields.get("rules") or fields.get("priority") or ()
            alone = [fields[key] for key in ("fact", "level") if key in fields]
            told.append((one.code.name, *names, *alone))
    return told


def dead_clauses(text: str) -> list[str]:
    report = specdsl.check(specdsl.loads(text))
    return [one.fields["clause"] for one in report.findings if one.code.name == "dead-conjunct"]


FAILS = """
authority owner
fact a, b: bool
decision first: yes > no
decision second: yes > no
rule one at owner when a then first is yes
rule two at owner when b then first is no
rule always at owner then second is yes
"""


def test_a_rule_that_makes_a_decision_wait_for_one_that_fails_is_not_redundant() -> None:
    reads = "rule more at owner when first is no then second is yes"
    assert ("redundant-rule", "more", "always") not in found(FAILS + reads)
    assert found(FAILS + "rule more at owner when a then second is yes") == [
        ("redundant-rule", "more", "always")
    ]


def test_a_clause_that_makes_a_decision_wait_for_one_that_fails_is_not_dead() -> None:
    clause = "rule more at owner when a and (first is no or first is yes) then second is no"
    text = FAILS.replace("rule always at owner then second is yes", clause)
    assert dead_clauses(text) == ["or first is no"]  # of which the other reads `first` too
    settled = text.replace("decision first: yes > no", "decision first: yes > no on conflict no")
    assert dead_clauses(settled) == ["when first is no or first is yes"]


CARVE_OUT = """
authority owner
value care value service
priority care > service
fact late, loyal: bool
decision refund: pay > ask > decline
rule refuse at owner for care when late then refund is decline
rule welcome at owner for service when loyal then refund is pay overrides refuse
"""


def test_without_an_override_the_general_order_is_back() -> None:
    assert found(CARVE_OUT) == [("idle-priority", "care", "service")]
    apart = CARVE_OUT.replace("when loyal", "when loyal and not late")
    assert ("idle-override", "welcome", "refuse") in found(apart)


def test_an_override_without_which_rules_would_outrank_each_other_in_a_circle_stays() -> None:
    text = CARVE_OUT + (
        "fact x: bool value between priority care > between > service\n"
        "rule middle at owner for between when x then refund is ask overrides refuse\n"
        "rule last at owner for service when x and late and loyal then refund is pay\n"
        "  overrides middle, refuse\n"
    )
    assert not any(one[0] == "idle-override" for one in found(text))


def test_a_rule_in_the_middle_of_a_path_of_ranks_goes_with_its_path() -> None:
    text = """
    authority owner
    fact a, b, c: bool
    decision answer: yes > maybe > no
    rule high at owner when a then answer is no overrides middle
    rule middle at owner when a and b and c then answer is not maybe overrides low
    rule low at owner when b then answer is yes
    """
    told = found(text)  # without `middle`, `high` and `low` contradict each other
    assert not {"redundant-rule", "idle-override"} & {one[0] for one in told}


def test_a_level_counts_where_somebody_speaks_or_a_rule_matters() -> None:
    text = (
        "authority top > mid > low fact a: bool decision d: x > y rule r at low when a then d is y"
    )
    assert found(text) == [("idle-level", "top"), ("idle-level", "mid")]
    assert found(f"{text} principal p at top implied at mid") == []


def test_only_the_main_file_answers_for_facts_and_levels() -> None:
    base = "authority top > low fact a, spare: bool decision d: x > y"
    rule = 'use "base.spec" fact mine: bool rule r at top when a then d is y'
    assert found(rule, {"base.spec": base}) == [("idle-fact", "mine")]


def test_nobody_is_told_to_mend_what_is_shipped() -> None:
    report = specdsl.check(specdsl.loads("use uncertain_audience", "main.spec"))
    assert report.findings
    assert all(one.severity is Severity.NOTE for one in report.findings)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_seen_or_asked_together_is_answered_as_what_is_asked_alone(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = random_spec(seed)
    together = Counter(map(about, found(text)))
    monkeypatch.setattr(removal_sampling, "REMOVAL_ROUNDS", 0)
    monkeypatch.setattr(fact_changes, "QUICK_WORK", 1)
    assert Counter(map(about, found(text))) == together


def about(one: tuple[str, ...]) -> tuple[str, ...]:
    """Of a redundant rule itself: there may be several minimal sets of rules that make it so."""
    return one[:2] if one[0] == "redundant-rule" else one


def test_checks_that_are_not_wanted_do_not_run() -> None:
    spec = specdsl.loads(CARVE_OUT)
    wanted = frozenset(one.code for one in CHECKS if one.code.id == "SD407")
    results = {one.code.id: one.result for one in check(spec, only=wanted).checks}
    assert {code for code, result in results.items() if result != "not_run"} == {"SD501", "SD407"}


def test_why_is_worked_out_for_the_first_of_very_many_redundant_rules() -> None:
    copies = [f"rule r{i} at root when late then answer is no" for i in range(MAX_EXPLAINED + 3)]
    text = "\n".join(["authority root", "fact late: bool", "decision answer: yes > no", *copies])
    report = specdsl.check(specdsl.loads(text), least=Severity.WARNING)
    redundant = [d for d in report.findings if d.code.name == "redundant-rule"]
    assert len(redundant) == len(copies)
    told = [len(d.fields["rules"]) == 2 for d in redundant]  # another one, which does the same
    assert told.count(True) == MAX_EXPLAINED
    for finding, is_told in zip(redundant, told, strict=True):
        why = next(note.text for note in finding.notes if note.title == "note")
        assert ("leaves it nothing to change" in why) is is_told
        assert ("was not computed" in why) is not is_told
