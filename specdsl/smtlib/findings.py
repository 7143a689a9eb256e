"""What a report says, by check: which findings there are, and whether a check was settled."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.diagnostics import Diagnostic, Report
from specdsl.model.nodes import Rule
from specdsl.smtlib.question import Answer


class Said:
    """A report, before comments in the spec take findings out of it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.results = {check.code.name: check.result for check in report.checks}

    def found(self, code: str) -> Iterator[Diagnostic]:
        return (d for d in self.report.diagnostics if d.code.name == code)

    def by(self, code: str, rule: Rule) -> Iterator[Diagnostic]:
        """Those about the rule: the first that they name."""
        return (d for d in self.found(code) if d.fields["rules"][0] == rule.name)

    def led(self, code: str, rule: Rule) -> bool:
        return any(self.by(code, rule))

    def has(self, code: str, **fields: object) -> bool:
        """There is one with these fields."""
        wanted = fields.items()
        return any(all(d.fields[k] == v for k, v in wanted) for d in self.found(code))

    def ran(self, code: str) -> bool:
        return self.results.get(code, "not_run") != "not_run"

    def settled(self, code: str) -> bool:
        """Proved or found, with nothing left open."""
        return self.results.get(code) in ("proved", "found")

    def answer(self, code: str, found: bool, then: Answer) -> Answer | None:
        """`then` where it was found, the opposite where it was not; None where nothing was found
        and something left open."""
        if found:
            return then
        if not self.settled(code):
            return None
        return "unsat" if then == "sat" else "sat"
