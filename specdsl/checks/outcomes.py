"""An outcome that no decision ever has.

There is no situation, whatever is asked by whom, in which the decision comes out like this. Either
it stands in a `decision` for nothing, or the rules rule it out where somebody meant it to happen.

    decision reply: full > partial > declined
    rule never_decline at root then reply is not declined

Take the outcome out, or mend the rules that close the way to it:

    decision reply: full > partial
"""

from __future__ import annotations

from specdsl.checks.beside import Beside
from specdsl.checks.context import Check, Context, Findings
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision
from specdsl.solver.prover import Unsettled

CODE = Code("SD411", "unreachable-outcome", Severity.WARNING, __doc__ or "")
INSTRUCTED = Code(
    "SD412",
    "instructed-outcome",
    Severity.NOTE,
    """An outcome that comes about by instructions only.

No rule and no default ever leads to it by itself: somebody has to ask for it. That is often meant
(`evasive` may be there for a developer to choose); where it is not, a rule is missing.

    decision reply: full > partial > evasive
    rule careful at developer when topic is drugs then reply is partial

A rule that leads to it:

    rule spoilers at developer when topic is folklore then reply is evasive
""",
)


def run(context: Context) -> Findings:
    found: list[Diagnostic] = []
    unproved: list[str] = []
    for decision in context.spec.decisions:
        for outcome in range(len(decision.outcomes)):
            try:
                code = _missing(context.besides.of(decision), outcome)
            except Unsettled:
                unproved.append(f"{decision.name} is {decision.outcomes[outcome]}")
                continue
            found += [_diagnostic(code, decision, outcome)] if code else []
    return Findings(tuple(found), ", ".join(unproved))


CHECK = Check(CODE, run, also=(INSTRUCTED,))


def _missing(beside: Beside, outcome: int) -> Code | None:
    here = beside.here
    claim = (here.taken, here.outcome[outcome])
    if beside.prover.settle(*claim, *beside.silence):
        return None
    return INSTRUCTED if beside.prover.settle(*claim) else CODE


def _diagnostic(code: Code, decision: Decision, outcome: int) -> Diagnostic:
    name = decision.outcomes[outcome]
    if code is CODE:
        message = f"`{decision.name}` is never `{name}`"
        label = "no situation has this outcome"
        help_ = "take the outcome out, or mend what closes the way to it"
    else:
        message = f"`{decision.name}` is `{name}` only where somebody asks for it"
        label = "no rule and no default leads to this outcome"
        help_ = "nothing to do, unless a rule was to lead to it"
    return Diagnostic(
        code,
        message,
        (Label(decision.span, label, primary=True),),
        (Note("help", help_),),
        severity=code.severity,
        fields={"decision": decision.name, "outcome": name},
    )
