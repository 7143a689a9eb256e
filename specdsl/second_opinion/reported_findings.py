"""The findings of a report by check, and the answers that they predict."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.diagnostics import Diagnostic, Report
from specdsl.frontend.model.nodes import Rule
from specdsl.second_opinion.question import Answer


class ReportedFindings:
    """The findings and results of a report, before suppression by comments in the spec."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.results = {check.code.name: check.result for check in report.checks}

    def findings_of(self, code: str) -> Iterator[Diagnostic]:
        return (d for d in self.report.diagnostics if d.code.name == code)

    def findings_about(self, code: str, rule: Rule) -> Iterator[Diagnostic]:
        """Return the findings whose first rule is the given one."""
        return (d for d in self.findings_of(code) if d.fields["rules"][0] == rule.name)

    def leads_finding(self, code: str, rule: Rule) -> bool:
        return any(self.findings_about(code, rule))

    def has_finding(self, code: str, **fields: object) -> bool:
        """Tell whether there is a finding with these fields."""
        wanted = fields.items()
        return any(all(d.fields[k] == v for k, v in wanted) for d in self.findings_of(code))

    def was_run(self, code: str) -> bool:
        return self.results.get(code, "not_run") != "not_run"

    def is_settled(self, code: str) -> bool:
        """Tell whether the check ended with a proof or findings, and left nothing open."""
        return self.results.get(code) in ("proved", "found")

    def expected_answer(self, code: str, found: bool, then: Answer) -> Answer | None:
        """Return `then` if the finding is there, the opposite if it is not, and None if it is not
        there but the check left something open."""
        if found:
            return then
        if not self.is_settled(code):
            return None
        return "unsat" if then == "sat" else "sat"
