"""Proofs about a spec, its rules, examples and assertions, in words for the public.

Findings that a comment or a setting allows are shown as accepted: nothing is claimed to be proved
that only was not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specdsl.api import Spec, check, process_count
from specdsl.apps.site.page_model import CheckRow, ProofMark
from specdsl.apps.site.site_options import ignore_progress
from specdsl.base import code_names
from specdsl.base.diagnostics import CheckResult, Diagnostic, Report, Severity
from specdsl.checks import ALL_CODES, Progress
from specdsl.checks.catalogue import codes
from specdsl.checks.suppression import suppress
from specdsl.frontend.model.nodes import Assertion, CanBe, Example, Rule

RULE_CLAIMS = {
    code_names.CONTRADICTION.id: "no other rule contradicts it",
    code_names.DEAD_RULE.id: "it can apply",
    code_names.UNREACHABLE_RULE.id: "it can take effect",
    code_names.UNREACHABLE_EFFECT.id: "so can each of its effects",
    code_names.REDUNDANT_RULE.id: "it is not redundant",
    code_names.IDLE_PERMISSION.id: "what it permits matters",
    code_names.DEAD_CONJUNCT.id: "no part of it is idle",
}
"""What is proved of a rule that no finding of a check names."""

FindingKey = tuple[str, str, object]


@dataclass(frozen=True, eq=False)
class SpecProofs:
    """The result of a check: every finding, and which of them are allowed."""

    report: Report
    allowed: frozenset[FindingKey]
    passes: bool

    def is_allowed(self, finding: Diagnostic) -> bool:
        return _finding_key(finding) in self.allowed

    @property
    def has_situations(self) -> bool:
        """Return whether some situation is proved to be possible; otherwise nothing is computed,
        since every claim would hold.
        """
        result = self._results().get(code_names.INCONSISTENT_ASSUMPTIONS.id)
        return result is not None and result.result == "proved"

    def mark_of(self, finding: Diagnostic) -> ProofMark:
        if finding.severity is Severity.NOTE:
            return ProofMark("settled", finding.message)
        if self.is_allowed(finding):
            return ProofMark("accepted", f"{finding.message} (the authors accept this)")
        return ProofMark("found", finding.message)

    def _results(self) -> dict[str, CheckResult]:
        return {result.code.id: result for result in self.report.checks}

    def _findings_about(self, rule: Rule) -> Iterator[Diagnostic]:
        """Yield the findings about a rule: contradictions and idle clauses are about each of their
        rules, other findings about the first.
        """
        for finding in self.report.diagnostics:
            rules = finding.rules
            about_all = finding.code.id in (
                code_names.CONTRADICTION.id,
                code_names.DEAD_CONJUNCT.id,
            )
            if rule.name in (rules if about_all else rules[:1]):
                yield finding

    def rule_marks(self, rule: Rule) -> tuple[ProofMark, ...]:
        """Return what was found about a rule, and then what was proved, joined to one mark for
        each result.
        """
        found = list(self._findings_about(rule))
        spoken = {finding.code.id for finding in found}
        results = self._results()
        claims: dict[str, list[str]] = {"proved": [], "unproved": [], "unchecked": []}
        for name in _checks_of_rule(rule):
            if name not in spoken:
                claims[_claim_result(results.get(name))].append(RULE_CLAIMS[name])
            elif name not in (code_names.CONTRADICTION.id, code_names.UNREACHABLE_EFFECT.id):
                break  # What further checks would find follows from this, so they look for nothing.
        joined = [ProofMark(kind, "; ".join(texts)) for kind, texts in claims.items() if texts]
        return (*(self.mark_of(finding) for finding in found), *joined)

    def example_mark(self, example: Example) -> ProofMark:
        return self._case_mark(
            code_names.FAILING_EXAMPLE.id, example.title, "holds whatever is left open"
        )

    def assertion_mark(self, assertion: Assertion) -> ProofMark:
        possible = isinstance(assertion.claim, CanBe)
        claim = "there is such a situation" if possible else "it holds in every situation"
        return self._case_mark(code_names.REFUTED_ASSERTION.id, assertion.title, claim)

    def layer_mark(self) -> ProofMark:
        """Return whether a layer that promises to tighten only does so."""
        claim = "no decision of the base gets a more preferred outcome"
        found = [f for f in self.report.diagnostics if f.code.id == code_names.LOOSENING_LAYER.id]
        if found:
            return self.mark_of(found[0])
        return ProofMark(_claim_result(self._results().get(code_names.LOOSENING_LAYER.id)), claim)

    def _case_mark(self, code: str, title: str, claim: str) -> ProofMark:
        for finding in self.report.diagnostics:
            if finding.code.id == code and finding.fields.get("title") == title:
                return self.mark_of(finding)
        return ProofMark(_claim_result(self._results().get(code)), claim)

    def check_rows(self) -> tuple[CheckRow, ...]:
        """Return a row for each check."""
        return tuple(self._check_row(result) for result in self.report.checks)

    def _check_row(self, result: CheckResult) -> CheckRow:
        name = result.code.name.replace("-", " ")
        mine = [f for f in self.report.diagnostics if f.code is result.code]
        grave = [finding for finding in mine if finding.severity > Severity.NOTE]
        accepted = sum(map(self.is_allowed, grave))
        if grave:
            said = f"{len(grave)}" + (f", {accepted} accepted" if accepted else "")
            kind = "accepted" if accepted == len(grave) else "found"
            return CheckRow(result.code.id, name, ProofMark(kind, said))
        if mine:
            said = str(len(mine)) if result.code.id == code_names.CONTRADICTION.id else "notes only"
            return CheckRow(result.code.id, name, ProofMark("settled", said))
        return CheckRow(result.code.id, name, _result_mark(result))

    def findings(self) -> tuple[ProofMark, ...]:
        """Return all errors and warnings."""
        return tuple(
            self.mark_of(finding)
            for finding in self.report.diagnostics
            if finding.severity > Severity.NOTE
        )


def prove_spec(
    spec: Spec, jobs: int | None = None, progress: Progress = ignore_progress
) -> SpecProofs:
    """Check a spec for errors and warnings, and for contradictions of any severity."""
    strict = Spec(spec.loaded, spec.texts, allowing=False)
    jobs = jobs or process_count(len(spec.model.rules))
    only = frozenset(code for code in ALL_CODES if code.severity > Severity.NOTE)
    report = check(strict, progress, only=only, jobs=jobs, brief=True)
    ran = tuple(result for result in report.checks if result.code in only)
    report = replace(report, checks=ran)
    kept = _without_allowed(spec, report)
    every, left = (frozenset(map(_finding_key, one.diagnostics)) for one in (report, kept))
    return SpecProofs(report, every - left, kept.ok)


def _finding_key(finding: Diagnostic) -> FindingKey:
    place = finding.primary.span if finding.primary is not None else None
    return finding.code.id, finding.message, place


def _checks_of_rule(rule: Rule) -> Iterator[str]:
    """Yield the checks that judge a rule. In the report of a layer, the rules of its base are
    judged for errors only.
    """
    yield from (
        code_names.CONTRADICTION.id,
        code_names.DEAD_RULE.id,
        code_names.UNREACHABLE_RULE.id,
    )
    if len(rule.effects) > 1:
        yield code_names.UNREACHABLE_EFFECT.id
    if not rule.in_base:
        if not all(effect.permits for effect in rule.effects):
            yield code_names.REDUNDANT_RULE.id
        if any(effect.permits for effect in rule.effects):
            yield code_names.IDLE_PERMISSION.id
        if rule.whens or rule.unlesses:
            yield code_names.DEAD_CONJUNCT.id


def _without_allowed(spec: Spec, report: Report) -> Report:
    return suppress(report, spec.loaded.files, codes(), spec.model)


def _claim_result(result: CheckResult | None) -> str:
    """Return what a check says of things that none of its findings is about."""
    if result is None or result.result == "not_run":
        return "unchecked"
    return "unproved" if result.result == "unproved" else "proved"


def _result_mark(result: CheckResult) -> ProofMark:
    texts = {
        "proved": "there is none",
        "unproved": "the limits were reached",
        "not_run": "something graver was found first",
    }
    kinds = {"proved": "proved", "unproved": "unproved", "not_run": "unchecked"}
    return ProofMark(kinds[result.result], texts[result.result])


def verdict_text(proofs: SpecProofs) -> str:
    """Return a sentence about the whole spec."""
    results = {result.code.id: result.result for result in proofs.report.checks}
    if not proofs.passes:
        return "This version does not pass its check."
    if "unproved" in results.values():
        return "No error was found, but not everything could be settled."
    if any(f.code.id == code_names.CONTRADICTION.id for f in proofs.report.diagnostics):
        return "Checked by proof, over all situations: every contradiction of rules is settled."
    return "Checked by proof, over all situations: its rules never contradict each other."
