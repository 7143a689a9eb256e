"""Rules without a reason."""

from __future__ import annotations

from specdsl.analyses.guidance.hint import hint, own
from specdsl.base.diagnostics import Diagnostic
from specdsl.checks.guidance_codes import REASON
from specdsl.frontend.model.nodes import Rule
from specdsl.verification.check_session import Check, CheckSession, Findings

HELP = 'say what it is for, in a sentence of its own: `because "…"`'


def run(session: CheckSession) -> Findings:
    spec = session.spec
    bare = (rule for rule in spec.rules if not rule.because and own(spec, rule.span))
    return Findings(tuple(map(_diagnostic, bare)))


def _diagnostic(rule: Rule) -> Diagnostic:
    message = f"rule `{rule.name}` gives no reason"
    return hint(REASON, message, rule.name_span, HELP, rules=[rule.name])


CHECK = Check(REASON, run)
