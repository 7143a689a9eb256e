"""A fact that changes nothing.

Whatever it is, unknown too, every decision comes out the same: no condition reads it, or those that
do never make a difference. Whoever calls the decision function has to find it out for nothing.

    fact asker_mood: {calm, angry}
    rule big_refunds when refund_amount > 500 then refund is not pay

Delete it, or write the rule that it was declared for. Only facts of the main file are looked at:
a file that is used may declare more for others that use it.
"""

from __future__ import annotations

from specdsl.checks.context import Check, Context, Findings
from specdsl.checks.idle import judged
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Fact

CODE = Code("SD408", "idle-fact", Severity.WARNING, __doc__ or "")


def run(context: Context) -> Findings:
    spec = context.spec
    own = [f for f in spec.facts if f.span.source is spec.sources[-1]] if spec.decisions else []
    return judged(context, own, _judge, lambda fact: fact.name)


CHECK = Check(CODE, run)


def _judge(context: Context, fact: Fact) -> list[Diagnostic]:
    read = fact in context.differences.facts
    if read and context.differences.changes(fact):
        return []
    why = "the conditions that read it never make a difference" if read else "no condition reads it"
    return [_diagnostic(fact, why)]


def _diagnostic(fact: Fact, why: str) -> Diagnostic:
    return Diagnostic(
        CODE,
        f"fact `{fact.name}` changes nothing, whatever it is",
        (Label(fact.span, why, primary=True),),
        (Note("help", "delete it, or write the rule that it is for"),),
        severity=CODE.severity,
        fields={"fact": fact.name},
    )
