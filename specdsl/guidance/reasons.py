"""Rules without a reason."""

from __future__ import annotations

from specdsl.checks.context import Check, Context, Findings
from specdsl.diagnostics import Diagnostic
from specdsl.guidance.hint import hint, own
from specdsl.hints import REASON
from specdsl.model.nodes import Rule

HELP = 'say what it is for, in a sentence of its own: `because "…"`'


def run(context: Context) -> Findings:
    spec = context.spec
    bare = (rule for rule in spec.rules if not rule.because and own(spec, rule.span))
    return Findings(tuple(map(_diagnostic, bare)))


def _diagnostic(rule: Rule) -> Diagnostic:
    message = f"rule `{rule.name}` gives no reason"
    return hint(REASON, message, rule.name_span, HELP, rules=[rule.name])


CHECK = Check(REASON, run)
