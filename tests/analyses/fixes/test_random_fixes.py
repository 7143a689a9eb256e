"""Random contradictory specs: every mend that is offered does what it says."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import specdsl
from specdsl.analyses.fixes import FixEffort, add_fixes
from specdsl.analyses.fixes.fix_budget import FixBudget, RemainingBudget
from specdsl.analyses.fixes.proposals import FixProposer, fixable_findings
from specdsl.analyses.fixes.propose_fixes import try_proposals
from specdsl.analyses.fixes.trial import compare_reports
from specdsl.api import Policy, Spec
from specdsl.base.diagnostics import Diagnostic, Fix, Report, Severity
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from tests.seeds import seeds

FACTS = ("late", "vip", "asked")  # `asked` may be unknown
OUTCOMES = {"answer": ("told", "hinted", "declined"), "tone": ("warm", "cold")}
VALUES = ("care", "honesty", "thrift")
Situation = dict[str, bool | None]
Key = tuple[str, ...]


def random_spec(seed: int) -> str:
    """A few rules on one or two decisions, hardly ordered, in canonical layout."""
    rng = random.Random(seed)
    head = ["authority top > low", "principal owner at low"]
    head += [f"value {value}" for value in VALUES]
    if rng.random() < 0.4:
        head.append("priority " + " > ".join(rng.sample(VALUES, 2)))
    head += ["fact late: bool", "fact vip: bool", "fact asked: bool?"]
    settled = " on conflict hinted" if rng.random() < 0.2 else ""
    default = random.Random(f"default {seed}").choice(("", " default declined"))
    head.append(f"decision answer: told > hinted > declined{default}{settled}")
    head.append("decision tone: warm > cold")
    rules = [_rule(rng, i) for i in range(rng.randint(4, 7))]
    inside = rng.randint(0, 2)
    policy = f"policy room when {_condition(rng)} {{\n{''.join(rules[:inside])}}}\n"
    body = [policy, *rules[inside:]] if inside else rules
    return format_text(Source("random.spec", "\n".join([*head, *body, *_example(rng)])))


def _rule(rng: random.Random, i: int) -> str:
    decision = rng.choice(("answer", "answer", "answer", "tone"))
    outcome = rng.choice(OUTCOMES[decision])
    parts = [f"rule r{i} at {rng.choice(('top', 'low', 'low', 'low'))}"]
    parts += [f"for {rng.choice(VALUES)}"] if rng.random() < 0.6 else []
    parts += [f"when {_condition(rng, decision == 'tone')}"] if rng.random() < 0.7 else []
    parts += [f"unless {_condition(rng)}"] if rng.random() < 0.3 else []
    verb = rng.choice(("is", "is", "is not")) if decision == "answer" else "is"
    return " ".join([*parts, f"then {decision} {verb} {outcome}\n"])


def _condition(rng: random.Random, reads: bool = False) -> str:
    atoms = ["late", "not vip", "vip", "asked", "not asked", "possibly asked", "asked is unknown"]
    atoms += ["answer is declined"] if reads else []
    chosen = rng.sample(atoms, rng.randint(1, 2))
    return rng.choice((" and ", " or ")).join(chosen)


def _example(rng: random.Random) -> list[str]:
    if rng.random() < 0.5:
        return []
    outcome = rng.choice(OUTCOMES["answer"])
    return [f'example "one"\n  given late, vip, asked\n  expect answer is {outcome}\n']


def applied(text: str, fix: Fix) -> str:
    """The edits made by hand: from the last one to the first."""
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def key(finding: Diagnostic) -> Key:
    """What a finding is about; who shadows an unreachable rule is no part of it, nor which
    expectation of an example fails."""
    found = finding.fields
    if finding.code.id == "SD601":
        return ("SD601", found["title"])
    rules = found.get("rules", [])
    if finding.code.id in ("SD402", "SD403", "SD404"):
        rules = rules[:1]
    about = [str(v) for k, v in sorted(found.items()) if k in ("decision", "title", "outcome")]
    return (finding.code.id, *rules, *about)


def errors(report: specdsl.Report, least: int) -> set[Key]:
    return {key(d) for d in report.findings if d.severity >= least}


def situations() -> Iterator[Situation]:
    for late, vip, asked in itertools.product((True, False), (True, False), (True, False, None)):
        yield {"late": late, "vip": vip, "asked": asked}


def outcomes(policy: Policy, situation: Situation) -> dict[str, tuple[Any, ...]]:
    """By decision its outcome, None where it fails, and the flags."""
    found = policy.trace(situation)
    return {t.name: (t.outcome, t.decided, t.conflicted) for t in found}


@cache
def mended(seed: int) -> tuple[tuple[Spec, Diagnostic, Fix, Spec], ...]:
    """Each mend offered for a random spec, and the spec that it makes."""
    text = random_spec(seed)
    spec = specdsl.loads(text, name="random.spec")
    thorough = replace(FixEffort.FEW.budget(spec), thorough=True)
    return tuple(
        (spec, finding, fix, specdsl.loads(applied(text, fix), name="random.spec"))
        for finding in add_fixes(spec, specdsl.check(spec), thorough).findings
        for fix in finding.fixes
    )


@cache
def report_of(text: str, least: Severity = Severity.WARNING) -> Report:
    """The findings of a text, which may come of several mends and be looked at by several tests."""
    return specdsl.check(specdsl.loads(text, name="random.spec"), least=least)


FEW = range(4)
MANY = pytest.param(seeds(4, 22), marks=pytest.mark.slow)


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_a_mend_resolves_its_finding_and_brings_none_as_grave(seeds: Iterable[int]) -> None:
    tried = 0
    for seed in seeds:
        before = report_of(random_spec(seed))
        for _, finding, fix, after in mended(seed):
            tried += 1
            now = report_of(after.loaded.files[0].source.text)
            assert fix.verified
            assert key(finding) not in {key(d) for d in now.findings}, (seed, fix)
            least = finding.severity
            assert errors(now, least) <= errors(before, least), (seed, fix)
            brought = compare_reports(before, now, Severity.WARNING).brought
            assert bool(brought) is ("brings" in fix.checked), (seed, fix)
    assert tried > 10


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_few_mends_bring_no_other_error(seeds: Iterable[int]) -> None:
    """Whatever warnings they bring."""
    tried = 0
    for seed in seeds:
        text = random_spec(seed)
        spec = specdsl.loads(text, name="random.spec")
        before = report_of(text)
        for finding in specdsl.check(spec, mends="few").findings:
            for fix in finding.fixes:
                tried += 1
                now = report_of(applied(text, fix), min(finding.severity, Severity.WARNING))
                assert key(finding) not in {key(d) for d in now.findings}, (seed, fix)
                assert errors(now, Severity.ERROR) <= errors(before, Severity.ERROR), (seed, fix)
    assert tried > 10


@pytest.mark.parametrize("seeds", [range(20), pytest.param(seeds(20, 50), marks=pytest.mark.slow)])
def test_of_a_contradiction_every_side_that_can_give_way_does(seeds: Iterable[int]) -> None:
    """However small the budget is, once it reaches for the finding at all."""
    several = 0
    for seed in seeds:
        spec = specdsl.loads(random_spec(seed), name="random.spec")
        report = report_of(random_spec(seed))
        desk = FixProposer(spec, findings=fixable_findings(report))
        for finding in desk.findings[:2]:
            if finding.code.id == "SD301":
                budgets = FixBudget(rules=2), FixBudget(rules=10_000, fixes_per_finding=1_000)
                few, every = (_sides(desk, report, finding, budget) for budget in budgets)
                several += len(every) > 1
                assert few == every, seed
    assert several > 5


def _sides(
    desk: FixProposer, report: Report, finding: Diagnostic, budget: FixBudget
) -> set[frozenset[str]]:
    """The rules that give way in what was tried and holds."""
    with desk.spec.circuit.graph.scratch():
        found = try_proposals(desk, report, finding, RemainingBudget(budget))
    sides = (one.proposal.yields for one in found.fixes if one.proposal.yields)
    return {frozenset(rule.name for rule in rules) for rules in sides}


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_the_clash_is_gone_where_it_was_shown(seeds: Iterable[int]) -> None:
    tried = 0
    for seed in seeds:
        for spec, finding, fix, after in mended(seed):
            if finding.code.id != "SD301":
                continue
            tried += 1
            shown, name = finding.fields["replay"], finding.fields["decision"]
            rules = frozenset(finding.fields["rules"])
            was, now = (
                next(
                    t
                    for t in Policy(s.circuit).trace(shown["facts"], shown["says"])
                    if t.name == name
                )
                for s in (spec, after)
            )
            assert rules in was.clashes, (seed, fix)
            assert rules not in now.clashes, (seed, fix)
    assert tried > 10


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_what_changes_nothing_else_changes_nothing_else(seeds: Iterable[int]) -> None:
    """Without instructions, over all facts: what was not contradictory is decided as before."""
    tried = 0
    for seed in seeds:
        for spec, finding, fix, after in mended(seed):
            if not fix.checked.endswith("changes nothing else"):
                continue
            tried += 1
            old, new = Policy(spec.circuit), Policy(after.circuit)
            for situation in situations():
                was, now = outcomes(old, situation), outcomes(new, situation)
                clash = was[finding.fields["decision"]][2]
                same = {d for d in was if was[d] == now[d]}
                untaken = {d for d in was if was[d][0] is None and not was[d][2]}
                allowed = {finding.fields["decision"], *untaken} if clash else set()
                assert same | allowed == set(was), (seed, fix, situation)
    assert tried > 5


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_the_layout_stays_canonical(seeds: Iterable[int]) -> None:
    for seed in seeds:
        for *_, after in mended(seed):
            source = after.loaded.files[0].source
            assert format_text(source) == source.text, seed


def test_the_random_specs_have_what_is_to_be_mended() -> None:
    specs = [specdsl.loads(random_spec(seed)) for seed in range(12)]
    found = {
        d.code.id for spec in specs for d in specdsl.check(spec, least=Severity.ERROR).findings
    }
    assert {"SD301", "SD402"} <= found
