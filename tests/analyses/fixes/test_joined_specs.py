"""A spec beside what an edit makes of it, in one graph: what is seen there of errors, and of what
is decided otherwise, is what a check of the edited text and a comparison of both find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import product

import pytest

import specdsl
from specdsl.analyses.diff import OutcomeChange, outcome_changes
from specdsl.analyses.fixes.changed_decisions import changed_results
from specdsl.analyses.fixes.edited_texts import reload_spec, texts_after
from specdsl.analyses.fixes.joined_specs import join_specs
from specdsl.analyses.fixes.proposals import FixProposer, Proposal, fixable_findings, no_cache
from specdsl.analyses.fixes.side_effects import is_intended
from specdsl.analyses.fixes.trial import ERRORS, Trial, compare_reports, finding_identity, try_edits
from specdsl.api import Spec
from specdsl.base.diagnostics import Diagnostic, Report, Severity
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from tests.random_specs import random_clash, random_spec, random_talk
from tests.seeds import seeds

MAX_FINDINGS, MAX_PROPOSALS = 2, 5  # of each spec
FEW = range(3)
MANY = pytest.param(seeds(3, 6), marks=pytest.mark.slow)
MAKERS: tuple[Callable[[int], str], ...] = (random_clash, random_spec, random_talk)


def edits(spec: Spec, report: Report) -> Iterator[tuple[Diagnostic, Proposal, Spec]]:
    """Edits that may mend a finding of the spec, and what they make of it."""
    findings = fixable_findings(report)
    desk = FixProposer(spec, findings=findings)
    for finding in findings[:MAX_FINDINGS]:
        for proposal in desk.proposals_for(finding)[:MAX_PROPOSALS]:
            after = reload_spec(spec, texts_after(spec, proposal.edits))
            if after is not None:
                yield finding, proposal, after


def specs(seeds: Iterable[int]) -> Iterator[tuple[Spec, Report]]:
    for seed in seeds:
        for make in MAKERS:
            spec = specdsl.loads(make(seed), "random.spec")
            yield spec, specdsl.check(spec, least=Severity.WARNING)


def tried(spec: Spec, report: Report, finding: Diagnostic, proposal: Proposal) -> Trial:
    with spec.circuit.graph.scratch():
        found = try_edits(spec, report, finding, proposal, no_cache)
    assert found is not None
    return found


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_the_errors_of_an_edit_are_those_of_a_check_of_its_text(seeds: Iterable[int]) -> None:
    beside = 0
    for spec, report in specs(seeds):
        for finding, proposal, after in edits(spec, report):
            trial = tried(spec, report, finding, proposal)
            beside += trial.joined is not None
            now = specdsl.check(after, least=Severity.WARNING, only=ERRORS)
            whole = compare_reports(report, now, finding.severity)
            assert said(trial.change.resolved) == said(whole.resolved), (spec.model.name, proposal)
            assert said(trial.change.brought) == said(whole.brought), (spec.model.name, proposal)
            assert trial.change.unproved == whole.unproved, proposal
    assert beside > 5


def said(findings: Iterable[Diagnostic]) -> dict[tuple[object, ...], Severity]:
    return {finding_identity(one): one.severity for one in findings}


@pytest.mark.parametrize("seeds", [FEW, MANY])
def test_what_is_decided_otherwise_is_what_a_comparison_finds(seeds: Iterable[int]) -> None:
    beside = 0
    for spec, report in specs(seeds):
        for finding, proposal, after in edits(spec, report):
            relevant: list[Callable[[OutcomeChange], bool]] = [_any, partial(_outside, finding)]
            ways = product(relevant, (True, False))
            for (matters, quiet), whole in _compared(spec, after, ways):
                with spec.circuit.graph.scratch():
                    both = join_specs(spec, after)
                    if both is not None:
                        beside += 1
                        found = changed_results(both, matters, Limits(), quiet)
                        assert set(found) == set(whole), (spec.model.name, proposal, quiet)
    assert beside > 5


Way = tuple[Callable[[OutcomeChange], bool], bool]


def _any(change: OutcomeChange) -> bool:
    return True


def _outside(finding: Diagnostic, change: OutcomeChange) -> bool:
    """It is more than that the finding is gone."""
    return not is_intended(change, finding)


def _compared(
    spec: Spec, after: Spec, ways: Iterable[Way]
) -> Iterator[tuple[Way, tuple[OutcomeChange, ...]]]:
    """What a comparison of both specs finds, in several ways."""
    for matters, quiet in ways:
        with suppress(Undetermined):
            yield (matters, quiet), outcome_changes(spec, after, matters, quiet=quiet)
