"""Contradictions where there are very many rules, or very many of them."""

from __future__ import annotations

import json
import random
import re
from itertools import combinations, product
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.api import Policy
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Report, Severity
from specdsl.reasoning.domains import representatives
from specdsl.runtime import minimal_covers
from specdsl.verification.conflicts import minimal_conflicts
from tests.random_specs import random_clash

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


def test_of_too_many_those_that_were_found_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimal_conflicts, "MAX_CONFLICTS", 30)
    report = checked(excluded_thrice())
    found = contradictions(report)
    assert len(found) == 30
    for names in found:
        assert {name.split("_")[1] for name in names} == {f"o{i}" for i in range(OUTCOMES)}
        assert len(names) == OUTCOMES
    assert [check.code.name for check in report.unproved] == ["contradiction"]


COVERS = """
authority root
decision d: a > b > c
fact p: bool
rule no_a at root when p then d is not a
rule no_b at root when p then d is not b
rule no_c at root when p then d is not c
rule only_c at root when p then d is c
"""


@pytest.mark.parametrize("text", [COVERS, random_clash(18)])
def test_a_search_for_covers_that_errs_makes_no_finding(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replay, which confirms contradictions, searches as the samples do."""
    found = contradictions(checked(text))
    monkeypatch.setattr(minimal_covers, "_is_irredundant", lambda *_: True)
    assert found
    assert contradictions(checked(text)) == found


def test_machines_get_every_finding_and_people_are_told_how(tmp_path: Path) -> None:
    """Thirty rules, half of which ask for one outcome and half for the other."""
    rules = [f"rule r{i} at root when x > {i} then d is o{i % 2}" for i in range(30)]
    spec = tmp_path / "a.spec"
    head = "authority root\nfact x: int\ndecision d: o0 > o1\n"
    spec.write_text(head + "\n".join(rules), encoding="utf-8")

    def output(form: str) -> str:
        words = ["check", "--no-cache", "--select", "SD301", "--output-format", form, str(spec)]
        return CliRunner().invoke(group, words).output

    assert len(json.loads(output("json"))["findings"]) == 225
    assert len(json.loads(output("sarif"))["runs"][0]["results"]) == 225
    assert output("junit").count("<failure") == 225
    shown = output("text")
    assert shown.count("error[SD301]") == 50
    assert "175 more of SD301: `--output-format concise` lists them all" in shown
    assert output("concise").count("error[SD301]") == 225


def test_of_many_contradictions_each_that_is_shown_has_a_short_text(tmp_path: Path) -> None:
    """Samples in which most patterns hold show most of these contradictions at once."""
    words = ["".join(letters) for letters in product("klm", "nop", "xyz", "qr")]
    rules = [
        f'rule r{i} at root when q like "*{word}*" then d is o{i % 2}'
        for i, word in enumerate(words)
    ]
    spec = tmp_path / "a.spec"
    head = "authority root\nfact q: text\ndecision d: o0 > o1\n"
    spec.write_text(head + "\n".join(rules), encoding="utf-8")
    shown = (
        CliRunner().invoke(group, ["check", "--no-cache", "--select", "SD301", str(spec)]).output
    )
    texts = re.findall(r'situation: q = "(.*)"', shown)
    assert len(texts) == 50
    assert {len(text) for text in texts} == {8}


def test_no_mend_is_judged_by_a_report_that_has_only_the_first_contradictions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contradictions that were not searched for would seem to come of every mend."""
    monkeypatch.setattr(minimal_conflicts, "MAX_FIRST_CONFLICTS", 3)
    monkeypatch.setattr(minimal_conflicts, "sample_conflicts", lambda *_, **__: {})
    spec = tmp_path / "a.spec"
    rules = [f"rule r{i} at root when x{i} then d is o{i % 2}" for i in range(4)]
    head = "authority root\nfact x0, x1, x2, x3: bool\ndecision d: o0 > o1\n"
    spec.write_text(head + "\n".join(rules), encoding="utf-8")
    words = ["check", "--no-cache", str(spec)]
    first = CliRunner().invoke(group, words).output
    assert "at least 3 contradictions" in first
    assert first.count("no mend was tried here") == 3
    tried = CliRunner().invoke(group, [*words, "--mends", "all"]).output
    assert "overrides" in tried


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


MANY_MEMBERS = """
authority root
fact tags: set of {t0, t1, t2, t3, t4, t5, t6, t7}
decision d: a > b
rule one at root when tags has t4 and tags has t5 then d is a
rule two at root when not tags has t6 then d is b
rule low at root when tags has all of {t0, t1, t2, t3, t7} then d is a
"""


def test_sets_of_which_not_all_are_tried_do_not_keep_rules_apart() -> None:
    """No set that is tried at points has two of the later members and lacks a third: what is told
    apart by what is tried may meet all the same."""
    found = contradictions(checked(MANY_MEMBERS))
    assert sorted(map(sorted, found)) == [["low", "two"], ["one", "two"]]


TWO_TEXTS = """
authority root
fact name: text
decision d: a > b
rule one at root when name like "a*" then d is a
rule two at root when name like "*b" then d is b
"""
# No text is as both rules ask; to see that takes some two million states of the two patterns.
HARD_TEXTS = f"""
authority root
fact name: text
decision d: a > b
rule one at root when name like "*a{"?" * 20}" and not name like "a{"?" * 20}" then d is a
rule two at root when not name like "?*a{"?" * 20}" then d is b
"""


def test_texts_that_are_given_up_do_not_keep_rules_apart() -> None:
    assert contradictions(checked(TWO_TEXTS)) == [{"one", "two"}]
    report = checked(HARD_TEXTS)
    assert contradictions(report) == []
    assert "contradiction" in [check.code.name for check in report.unproved]


MEMBERS = [f"t{i}" for i in range(6)]


def about_a_set(seed: int) -> str:
    """Peers that ask for members of a set that are there or not, and for a little more."""
    rng = random.Random(seed)
    head = [f"authority root\nfact tags: set of {{{', '.join(MEMBERS)}}}", "fact n: int 0..2"]
    rules = []
    for i in range(7):
        chosen = rng.sample(MEMBERS, 3)
        asked = [f"{rng.choice(('', 'not '))}tags has {member}" for member in chosen]
        asked += [f"n {rng.choice(('<', '=', '>'))} 1"] if rng.random() < 0.4 else []
        effect = f"{rng.choice(('is', 'is not'))} {rng.choice('abc')}"
        rules.append(f"rule r{i} at root when {' and '.join(asked)} then d {effect}")
    return "\n".join([*head, "decision d: a > b > c", *rules])


@pytest.mark.parametrize("seed", range(12))
def test_clashes_over_a_set_are_those_of_all_its_subsets(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(representatives, "MAX_SET_VALUES", 1)
    text = about_a_set(seed)
    policy = Policy(specdsl.loads(text).circuit)
    subsets = [s for size in range(7) for s in combinations(MEMBERS, size)]
    seen = {
        clash
        for tags, n in product(subsets, range(3))
        for taken in policy.trace({"tags": list(tags), "n": n})
        for clash in taken.clashes
    }
    assert {frozenset(names) for names in contradictions(checked(text))} == seen


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
