"""Application of fixes, one after another, each to the texts as the ones before left them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import field

from specdsl.analyses.fixes.edited_texts import EditedTexts, path_of, reload_spec
from specdsl.analyses.fixes.fix_budget import EXHAUSTIVE, FixBudget, RemainingBudget
from specdsl.analyses.fixes.proposals import CacheFor, FixProposer, fixable_findings, no_cache
from specdsl.analyses.fixes.propose_fixes import try_proposals
from specdsl.analyses.fixes.selection import choose_fix
from specdsl.analyses.fixes.trial import (
    Trial,
    compare_reports,
    finding_identity,
    least_needed_severity,
)
from specdsl.api import Spec, check
from specdsl.base.diagnostics import Diagnostic, Report, Severity
from specdsl.base.quick_dataclass import dataclass

FindingFilter = Callable[[Report], Collection[Diagnostic]]
"""Selects the findings of a report that are to be fixed."""


@dataclass(frozen=True, slots=True)
class FixStep:
    """A finding with its fix, or with the reason why it has none."""

    path: str
    finding: Diagnostic
    fix: Trial | None
    reason: str = ""


@dataclass(eq=False)
class FixSession:
    """Specs that are fixed together; a shared file is edited for all of them.

    `edited` has the new texts by path, `reports` the current reports of the specs. `may_edit`
    tells whether a file may be edited.
    """

    specs: list[Spec]
    reports: list[Report]
    prefer: frozenset[str] = frozenset()
    cache_for: CacheFor = no_cache
    may_edit: Callable[[str], bool] = lambda path: True
    edited: dict[str, str] = field(default_factory=dict)
    steps: list[FixStep] = field(default_factory=list)

    def fix_findings(self, wanted: FindingFilter, budget: FixBudget = EXHAUSTIVE) -> None:
        """Fix one finding after the other while that is possible: first the errors of a spec, then
        contradictions that `on conflict` settles against what ranks higher.
        """
        remaining = RemainingBudget(budget)
        left: list[FixStep] = []
        for i in range(len(self.specs)):
            left += self._fix_all(i, Severity.ERROR, wanted, remaining)
            spec = self.specs[i]
            if any(decision.on_conflict is not None for decision in spec.model.decisions):
                self.reports[i] = check(spec, known=self.cache_for(spec.loaded))
                left += self._fix_all(i, Severity.WARNING, wanted, remaining)
        there = {finding_identity(d) for report in self.reports for d in report.diagnostics}
        self.steps += [step for step in left if finding_identity(step.finding) in there]

    def _fix_all(
        self, i: int, severity: Severity, wanted: FindingFilter, remaining: RemainingBudget
    ) -> list[FixStep]:
        """Fix the findings of a severity, and return the rest."""
        while (left := self._fix_next(i, severity, wanted, remaining)) is None:
            pass
        return left

    def _fix_next(
        self, i: int, severity: Severity, wanted: FindingFilter, remaining: RemainingBudget
    ) -> list[FixStep] | None:
        """Fix one finding and return None; or return why none of them can be fixed."""
        spec, report = self.specs[i], self.reports[i]
        chosen_ones = wanted(report)
        proposer = FixProposer(spec, self.cache_for, fixable_findings(report))
        left: list[FixStep] = []
        for finding in fixable_findings(report):
            if finding.severity is not severity or finding not in chosen_ones:
                continue
            with spec.circuit.graph.scratch():
                all_ = try_proposals(proposer, report, finding, remaining)
            chosen = choose_fix(finding, all_, self.prefer, self.may_edit)
            others = (
                self._recheck_others(i, chosen, remaining) if isinstance(chosen, Trial) else None
            )
            if isinstance(chosen, Trial) and others is not None:
                self._accept(i, chosen, others)
                return None
            left.append(FixStep(spec.loaded.path, finding, None, _reason_text(chosen)))
        return left

    def _accept(self, i: int, trial: Trial, others: dict[int, tuple[Spec, Report]]) -> None:
        self.edited |= trial.edited
        known, least = self.cache_for(trial.spec.loaded), least_needed_severity(trial.finding)
        own = check(trial.spec, least=least, known=known, brief=True)
        for j, (spec, report) in {**others, i: (trial.spec, own)}.items():
            self.specs[j], self.reports[j] = spec, report
        self.steps.append(FixStep(trial.spec.loaded.path, trial.finding, trial))

    def _recheck_others(
        self, i: int, trial: Trial, remaining: RemainingBudget
    ) -> dict[int, tuple[Spec, Report]] | None:
        """Check the other specs that use the edited files; return None if one of them gets a
        finding as severe as the fixed one, or cannot be checked.
        """
        found: dict[int, tuple[Spec, Report]] = {}
        for j, spec in enumerate(self.specs):
            edited = _shared_texts(spec, trial.edited) if j != i else {}
            if not edited:
                continue
            after = reload_spec(spec, edited) if remaining.begin_trial(spec) else None
            if after is None:
                return None
            known = self.cache_for(after.loaded)
            report = check(
                after, least=least_needed_severity(trial.finding), known=known, brief=True
            )
            if compare_reports(self.reports[j], report, trial.finding.severity).is_worse:
                return None
            found[j] = (after, report)
        return found


def _reason_text(chosen: Trial | str) -> str:
    if isinstance(chosen, str):
        return chosen
    return "another spec that uses the file would get a finding as grave, or could not be checked"


def _shared_texts(spec: Spec, edited: EditedTexts) -> dict[str, str]:
    """Return the edited texts that a spec uses, by its own paths for them."""
    real = {os.path.realpath(path): text for path, text in edited.items()}
    paths = [path_of(spec, file.source) for file in spec.loaded.files]
    return {p: real[os.path.realpath(p)] for p in paths if os.path.realpath(p) in real}
