"""An outcome that a decision never has.

No situation leads to the outcome, with or without instructions. The finding names a minimal set of
rules that exclude it, or the outcome that is always left and preferred.

Why: either the outcome is declared for nothing, or the rules exclude it where it was meant to
happen.

Example:

    decision reply: full > partial > declined

    rule never_decline at root
      then reply is not declined

Instead: delete the outcome, or correct the rules.

    decision reply: full > partial

    rule careful at root
      when topic is drugs
      then reply is partial
"""

from __future__ import annotations

from dataclasses import replace

from specdsl.base.code_names import INSTRUCTED_OUTCOME, UNREACHABLE_OUTCOME
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.limits import OUTCOME_SAMPLES
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.checks.check_support import own_parts, run_per_part
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.outcome_blockers import OutcomeBlockers, find_blockers
from specdsl.verification.relevance.removal import Removals

CODE = Code(*UNREACHABLE_OUTCOME, Severity.WARNING, __doc__ or "")
INSTRUCTED = Code(
    *INSTRUCTED_OUTCOME,
    Severity.NOTE,
    """An outcome that only instructions can bring about.

No rule and no default ever leads to the outcome; a principal has to ask for it.

Why: this is often intended (`evasive` may be there for a developer to choose). If it is not, then a
rule is missing.

Example:

    decision reply: full > partial > evasive

    rule careful at root
      when topic is drugs
      then reply is not full

Instead: write a rule that leads to it, if one was meant to.

    decision reply: full > partial > evasive

    rule careful at root
      when topic is drugs
      then reply is not full

    rule spoilers at root
      when topic is folklore
      then reply is evasive
""",
)


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """An outcome of a decision by its index."""

    decision: DecisionModel
    outcome: int

    @property
    def span(self) -> Span:
        return self.decision.span

    @property
    def name(self) -> str:
        return self.decision.outcomes[self.outcome]


def find_unreachable_outcomes(session: CheckSession) -> Findings:
    cases = [
        DecisionOutcome(decision, outcome)
        for decision in session.decisions
        for outcome in sorted(
            set(range(len(decision.outcomes))) - _sampled_outcomes(session, decision)
        )
    ]
    return run_per_part(
        session,
        own_parts(cases),
        _find_unreachable,
        lambda case: f"{case.decision.name} is {case.name}",
    )


CHECK = Check(CODE, find_unreachable_outcomes, further_codes=(INSTRUCTED,), per_component=True)


def _sampled_outcomes(session: CheckSession, decision: DecisionModel) -> set[int]:
    """Return outcomes of samples without instructions. There are none if Z3 is to answer alone."""
    if session.limits.z3_only:
        return set()
    graph, quiet = session.circuit.graph, session.uninstructed_world.resolution_of(decision)
    real = graph.all_of((quiet.taken, session.uninstructed_world.assumptions_hold()))
    points = Sampler(graph, (real, *quiet.outcome))
    found: set[int] = set()
    for drawn in points.batches([(real, one) for one in quiet.outcome] * OUTCOME_SAMPLES):
        here = drawn.mask_of(real)
        found.update(o for o, one in enumerate(quiet.outcome) if drawn.mask_of(one) & here)
    return found


def _find_unreachable(session: CheckSession, case: DecisionOutcome) -> list[Diagnostic]:
    if _is_reachable(session, case, quiet=True):
        return []
    if _is_reachable(session, case, quiet=False):
        return [_instructed_finding(case)]
    return [_unreachable_finding(case, find_blockers(session, case.decision, case.outcome))]


def _is_reachable(session: CheckSession, case: DecisionOutcome, quiet: bool) -> bool:
    miter = Removals.of(session).miter(case.decision, simple=quiet)
    unspoken = [step.active ^ 1 for _, step, _ in miter.resolution.steps] if quiet else ()
    return miter.prover.is_satisfiable(
        miter.resolution.taken, miter.resolution.outcome[case.outcome], *unspoken
    )


def _unreachable_finding(case: DecisionOutcome, closed: OutcomeBlockers) -> Diagnostic:
    help_ = "delete the outcome, or correct what excludes it"
    message = f"`{case.decision.name}` is never `{case.name}`"
    found = _build_finding(CODE, case, message, "no situation has this outcome", help_)
    return replace(
        found,
        labels=(*found.labels, *closed.labels()),
        notes=(*closed.notes(), *found.notes),
        fields={**found.fields, "closed_by": closed.names},
    )


def _instructed_finding(case: DecisionOutcome) -> Diagnostic:
    help_ = "nothing to do, unless a rule was meant to lead to it"
    message = f"`{case.decision.name}` is `{case.name}` only if an instruction asks for it"
    label = "no rule and no default leads to this outcome"
    return _build_finding(INSTRUCTED, case, message, label, help_)


def _build_finding(
    code: Code, case: DecisionOutcome, message: str, label: str, help_: str
) -> Diagnostic:
    return Diagnostic(
        code,
        message,
        (Label(case.span, label, primary=True),),
        (Note("help", help_),),
        severity=code.severity,
        fields={"decision": case.decision.name, "outcome": case.name},
    )
