"""An assertion that does not hold in every situation.

`assert EXPR` is refuted by a situation in which it is false or unknown, `D is decided` by a
situation that takes the default, and `X cannot change D` by two situations that differ in X alone,
shown side by side. `D can be o` is refuted if no situation has that outcome. Only situations that
satisfy `when` count. A decision that failed refutes nothing, except that for `cannot change`
failing is an outcome of its own.

Why: an assertion is a promise about all situations, and this one is not kept.

Example:

    decision refund: pay > decline steered by nobody

    rule late at developer
      when days > 30
      then refund is decline

    assert "regulars are paid": refund is pay when is_regular

Instead: correct the rules, or assert what is true.

    decision refund: pay > decline steered by nobody

    rule late at developer
      when days > 30 and not is_regular
      then refund is decline

    assert "regulars are paid": refund is pay when is_regular
"""

from __future__ import annotations

from collections.abc import Iterable

from specdsl.base.code_names import REFUTED_ASSERTION
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import (
    Assertion,
    CanBe,
    CannotChange,
    DecisionModel,
    Fact,
    Holds,
    IsDecided,
)
from specdsl.semantics.aig import Literal
from specdsl.semantics.difference import outcomes_or_failures_differ
from specdsl.semantics.resolution_circuit import World
from specdsl.situations.situation import Situation
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.equal_levels import inputs_differ
from specdsl.verification.outcome_blockers import find_blockers
from specdsl.verification.paired_worlds import PairedWorlds
from specdsl.verification.relevance.fact_changes import FactChanges

CODE = Code(*REFUTED_ASSERTION, Severity.ERROR, __doc__ or "")


def find_refuted_assertions(session: CheckSession) -> Findings:
    def find(session: CheckSession, assertion: Assertion) -> Iterable[Diagnostic]:
        return filter(None, (find_refutation(session, assertion),))

    return run_per_part(session, session.spec.assertions, find, lambda one: f'"{one.title}"')


CHECK = Check(CODE, find_refuted_assertions)


def find_refutation(session: CheckSession, assertion: Assertion) -> Diagnostic | None:
    """Return the finding about an assertion, or None if it is proved. Raises `Undetermined`."""
    match assertion.claim:
        case CanBe():
            return _refute_can_be(session, assertion, assertion.claim)
        case Holds() | IsDecided():
            return _find_violation(session, assertion)
        case CannotChange():
            return _refute_cannot_change(session, assertion, assertion.claim)


def is_refuted(session: CheckSession, assertion: Assertion) -> bool:
    """Return whether it is refuted, by any situation. Raises `Undetermined`."""
    claim = assertion.claim
    match claim:
        case CanBe():
            return session.situation(*_outcome_query(session, assertion, claim), any_=True) is None
        case Holds() | IsDecided():
            return session.situation(*_violation_query(session, assertion), any_=True) is not None
        case CannotChange():
            if _is_proved_quickly(session, claim):
                return False
            pair, scope, changes, read = _change_query(session, assertion, claim)
            return pair.situations(changes, read, any_=True, given=scope) is not None


def _scope_holds(session: CheckSession, assertion: Assertion, world: World) -> Literal:
    """Return the literal that `when` is true and all decisions read by the assertion are taken."""
    when, _ = session.circuit.assertions[assertion]
    read = session.circuit.readers[assertion]
    return session.circuit.graph.all_of((world.literal(when), world.all_taken(read)))


ClaimQuery = tuple[
    Literal, tuple[DecisionModel, ...]
]  # a literal, and the decisions that it is about


def _violation_query(session: CheckSession, assertion: Assertion) -> ClaimQuery:
    """Return the query for a situation in which the claim is false or unknown."""
    graph, world = session.circuit.graph, session.world
    read = session.circuit.readers[assertion]
    claim = assertion.claim
    if isinstance(claim, IsDecided):
        resolution = world.resolution_of(claim.decision)
        broken = graph.all_of((resolution.taken, resolution.decided ^ 1))
        read = (*read, claim.decision)
    else:
        broken = world.literal(session.circuit.assertions[assertion][1]) ^ 1
    return graph.all_of((_scope_holds(session, assertion, world), broken)), read


def _find_violation(session: CheckSession, assertion: Assertion) -> Diagnostic | None:
    situation = session.situation(*_violation_query(session, assertion))
    return None if situation is None else _build_finding(session, assertion, situation)


def _outcome_query(session: CheckSession, assertion: Assertion, claim: CanBe) -> ClaimQuery:
    """Return the query for a situation in which the decision has the outcome."""
    world = session.world
    resolution = world.resolution_of(claim.decision)
    here = (
        _scope_holds(session, assertion, world),
        resolution.taken,
        resolution.outcome[claim.outcome],
    )
    return session.circuit.graph.all_of(here), (
        *session.circuit.readers[assertion],
        claim.decision,
    )


def _refute_can_be(session: CheckSession, assertion: Assertion, claim: CanBe) -> Diagnostic | None:
    if session.situation(*_outcome_query(session, assertion, claim)) is not None:
        return None
    when, read = _scope_holds(session, assertion, session.world), session.circuit.readers[assertion]
    outcome = claim.decision.outcomes[claim.outcome]
    where = "" if assertion.when is None else f" where `{assertion.when.span.in_a_line}`"
    message = (
        f'assertion "{assertion.title}" is refuted: `{claim.decision.name}` is never `{outcome}`'
        f"{where}"
    )
    label = Label(assertion.span, "no situation has this outcome", primary=True)
    why = find_blockers(session, claim.decision, claim.outcome, when, read)
    return Diagnostic(
        CODE,
        message,
        (label, *why.labels()),
        (*why.notes(), Note("help", "correct what excludes it, or assert what is true")),
        fields={"title": assertion.title, "closed_by": why.names},
    )


def _change_query(
    session: CheckSession, assertion: Assertion, claim: CannotChange
) -> tuple[PairedWorlds, Literal, Literal, tuple[DecisionModel, ...]]:
    """Return two paired worlds, a literal that holds wherever the assertion is refuted, and the
    query for a difference of the decision between them."""
    # It suffices that the principal is silent in one world, unless `when` could exclude that world.
    answers = bool(session.circuit.readers[assertion])
    pair = PairedWorlds.differing_in(session, claim.subject, answers=answers)
    graph = session.circuit.graph
    read = (*session.circuit.readers[assertion], claim.decision)
    scope = graph.all_of(_scope_holds(session, assertion, world) for world in pair.worlds)
    before, after = (world.resolution_of(claim.decision) for world in pair.worlds)
    changes = graph.all_of((scope, outcomes_or_failures_differ(graph, before, after)))
    if isinstance(claim.subject, Fact):  # What is said is the same in both worlds.
        scope = graph.all_of((scope, inputs_differ(pair.worlds, claim.decision)))
    return pair, scope, changes, read


def _is_proved_quickly(session: CheckSession, claim: CannotChange) -> bool:
    """Return whether it is proved without paired worlds that the subject changes nothing."""
    changes, subject = FactChanges.of(session), claim.subject
    return isinstance(subject, Fact) and changes.is_proved_irrelevant_to(claim.decision, subject)


def _refute_cannot_change(
    session: CheckSession, assertion: Assertion, claim: CannotChange
) -> Diagnostic | None:
    if _is_proved_quickly(session, claim):
        return None
    pair, scope, changes, read = _change_query(session, assertion, claim)
    found = pair.situations(changes, read, given=scope)
    return None if found is None else _build_finding(session, assertion, *found)


def _build_finding(
    session: CheckSession,
    assertion: Assertion,
    situation: Situation,
    other: Situation | None = None,
) -> Diagnostic:
    traces = session.replay(situation.to_replay())
    decisions = _decisions_of_claim(session, assertion)
    outcomes = {d.name: traces[d.name].outcome for d in decisions}
    notes = [Note("decides", _outcomes_text(outcomes))] if outcomes else []
    fields = {"title": assertion.title, **situation_fields(situation)}
    if other is not None:
        traces = session.replay(other.to_replay())
        notes.append(Note("otherwise", str(other)))
        outcomes = {d.name: traces[d.name].outcome for d in decisions}
        notes.append(Note("decides", _outcomes_text(outcomes)))
        fields |= situation_fields(other, "other_")
    label = Label(assertion.span, "does not hold in every situation", primary=True)
    message = f'assertion "{assertion.title}" is refuted'
    return Diagnostic(
        CODE, message, (label,), situation_notes(session, situation, *notes), fields=fields
    )


def _decisions_of_claim(session: CheckSession, assertion: Assertion) -> list[DecisionModel]:
    """Return the decisions that the claim is about."""
    claim = assertion.claim
    about = [] if isinstance(claim, Holds) else [claim.decision]
    read = [d for d in session.circuit.readers[assertion] if d not in about]
    return [*about, *read]


def _outcomes_text(outcomes: dict[str, str | None]) -> str:
    return ", ".join(f"{name} is {outcome or 'not decided'}" for name, outcome in outcomes.items())
