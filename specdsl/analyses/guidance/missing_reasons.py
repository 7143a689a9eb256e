"""Rules without a reason (`because`)."""

from __future__ import annotations

from specdsl.analyses.guidance.hint import build_hint, is_own
from specdsl.base.diagnostics import Diagnostic
from specdsl.checks.guidance_codes import REASON
from specdsl.frontend.model.nodes import Rule
from specdsl.verification.check_session import Check, CheckSession, Findings

HELP = 'say what it is for, in a sentence of its own: `because "…"`'


def find_missing_reasons(session: CheckSession) -> Findings:
    spec = session.spec
    bare = (rule for rule in spec.rules if not rule.because and is_own(spec, rule.span))
    return Findings(tuple(map(_build_finding, bare)))


def _build_finding(rule: Rule) -> Diagnostic:
    message = f"rule `{rule.name}` gives no reason"
    return build_hint(REASON, message, rule.name_span, HELP, rules=[rule.name])


CHECK = Check(REASON, find_missing_reasons)
