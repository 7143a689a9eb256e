"""Mends applied one after another, each to what those before it made of the texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from specdsl.analyses.fixes.edited_texts import Edited, path_of, reloaded
from specdsl.analyses.fixes.fix_budget import EVERY, Budget, Purse
from specdsl.analyses.fixes.proposals import Desk, Knowing, knowing_nothing, mendable
from specdsl.analyses.fixes.propose_fixes import tried
from specdsl.analyses.fixes.selection import choose
from specdsl.analyses.fixes.trial import Trial, comparison, identity, mildest
from specdsl.api import Spec, check
from specdsl.base.diagnostics import Diagnostic, Report, Severity

Wanted = Callable[[Report], Collection[Diagnostic]]
"""Those findings of a report that are to be mended."""


@dataclass(frozen=True, slots=True)
class Step:
    """A finding that was mended, or in words why it was not."""

    path: str
    finding: Diagnostic
    mend: Trial | None
    reason: str = ""


@dataclass(eq=False)
class Mending:
    """Specs that are mended together; files that they share are edited for all of them.

    `edited` has the new texts by path; `reports` those of the specs as they are then. `given`:
    whether a file may be edited.
    """

    specs: list[Spec]
    reports: list[Report]
    prefer: frozenset[str] = frozenset()
    knowing: Knowing = knowing_nothing
    given: Callable[[str], bool] = lambda path: True
    edited: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def run(self, wanted: Wanted, budget: Budget = EVERY) -> None:
        """Mends one finding after the other until nothing is left that can be: first the errors of
        a spec, then clashes that `on conflict` settles in a way that it should not."""
        purse = Purse(budget)
        left: list[Step] = []
        for i in range(len(self.specs)):
            left += self._all(i, Severity.ERROR, wanted, purse)
            spec = self.specs[i]
            if any(decision.on_conflict is not None for decision in spec.model.decisions):
                self.reports[i] = check(spec, known=self.knowing(spec.loaded))
                left += self._all(i, Severity.WARNING, wanted, purse)
        there = {identity(d) for report in self.reports for d in report.diagnostics}
        self.steps += [step for step in left if identity(step.finding) in there]

    def _all(self, i: int, severity: Severity, wanted: Wanted, purse: Purse) -> list[Step]:
        """Mends the findings of a severity; those that are left."""
        while (left := self._pass(i, severity, wanted, purse)) is None:
            pass
        return left

    def _pass(self, i: int, severity: Severity, wanted: Wanted, purse: Purse) -> list[Step] | None:
        """None once it has mended a finding of a spec; else why it mended none of them."""
        spec, report = self.specs[i], self.reports[i]
        chosen_ones = wanted(report)
        desk = Desk(spec, self.knowing, mendable(report))
        left: list[Step] = []
        for finding in mendable(report):
            if finding.severity is not severity or finding not in chosen_ones:
                continue
            with spec.circuit.graph.scratch():
                all_ = tried(desk, report, finding, purse)
            chosen = choose(finding, all_, self.prefer, self.given)
            others = self._others(i, chosen, purse) if isinstance(chosen, Trial) else None
            if isinstance(chosen, Trial) and others is not None:
                self._accept(i, chosen, others)
                return None
            left.append(Step(spec.loaded.path, finding, None, _reason(chosen)))
        return left

    def _accept(self, i: int, trial: Trial, others: dict[int, tuple[Spec, Report]]) -> None:
        self.edited |= trial.edited
        known, least = self.knowing(trial.spec.loaded), mildest(trial.finding)
        own = check(trial.spec, least=least, known=known, brief=True)
        for j, (spec, report) in {**others, i: (trial.spec, own)}.items():
            self.specs[j], self.reports[j] = spec, report
        self.steps.append(Step(trial.spec.loaded.path, trial.finding, trial))

    def _others(self, i: int, trial: Trial, purse: Purse) -> dict[int, tuple[Spec, Report]] | None:
        """The other specs that use what it edits, as they are then; None where one of them gets a
        finding as grave as that which is mended, or cannot be checked."""
        found: dict[int, tuple[Spec, Report]] = {}
        for j, spec in enumerate(self.specs):
            edited = _shared(spec, trial.edited) if j != i else {}
            if not edited:
                continue
            after = reloaded(spec, edited) if purse.trial(spec) else None
            if after is None:
                return None
            known = self.knowing(after.loaded)
            report = check(after, least=mildest(trial.finding), known=known, brief=True)
            if comparison(self.reports[j], report, trial.finding.severity).worse:
                return None
            found[j] = (after, report)
        return found


def _reason(chosen: Trial | str) -> str:
    if isinstance(chosen, str):
        return chosen
    return "another spec that uses the file would get a finding as grave, or could not be checked"


def _shared(spec: Spec, edited: Edited) -> dict[str, str]:
    """What of edited files a spec uses, by the paths that it has for them."""
    real = {os.path.realpath(path): text for path, text in edited.items()}
    paths = [path_of(spec, file.source) for file in spec.loaded.files]
    return {p: real[os.path.realpath(p)] for p in paths if os.path.realpath(p) in real}
