"""A decision whose outcome depends on a fact that may be unknown.

In some situation the fact is unknown, and the decision would have another outcome if the fact were
known. The finding shows such a situation; `specdsl decide … --trace` says the same of a single
situation.

Why: this is no fault, since a policy must decide without the fact. But callers should find out the
fact if they can, and the author should have intended the outcome for the case that it is unknown.

Example:

    fact asker_is_child: bool?

    rule keep_the_magic at developer
      when topic is folklore and possibly asker_is_child
      then reply is partial

Instead: if callers always know the fact, declare it without `?`.

    fact asker_is_child: bool

    rule keep_the_magic at developer
      when topic is folklore and asker_is_child
      then reply is partial
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product

from specdsl.base.code_names import SENSITIVE_TO_UNKNOWN
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.limits import SMALL_DECISION
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.simulation.ternary_batch import PartialAssignments
from specdsl.semantics.aig import Known
from specdsl.semantics.difference import outcomes_differ
from specdsl.situations.shrink import Property, literal_test, shrink, sort_places
from specdsl.situations.situation import Situation, fact_text
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.paired_worlds import PairedWorlds
from specdsl.verification.relevance.fact_changes import FactChanges
from specdsl.verification.relevance.fact_sampling import FactSampling

Replayed = tuple[Situation, str | None]
"""A situation, and the outcome of the decision in it."""

CODE = Code(*SENSITIVE_TO_UNKNOWN, Severity.NOTE, __doc__ or "")


def find_sensitive_decisions(session: CheckSession) -> Findings:
    facts = [fact for fact in FactChanges.of(session).facts if fact.optional]
    pairs = product(facts, session.decisions)
    return run_per_part(session, pairs, _find_sensitive, lambda p: f"{p[0].name} for {p[1].name}")


CHECK = Check(CODE, find_sensitive_decisions, per_component=True)


def _find_sensitive(
    session: CheckSession, pair: tuple[Fact, DecisionModel]
) -> Iterator[Diagnostic]:
    if FactChanges.of(session).is_sensitive_when_unknown(*pair):
        yield _build_finding(session, *pair)


def _build_finding(session: CheckSession, fact: Fact, decision: DecisionModel) -> Diagnostic:
    found = _known_and_replayed(session, fact, decision)
    if found is None:
        found = _replay_pair(session, decision, _find_pair(session, fact, decision))
    if found is None:
        raise Undetermined
    (situation, here), (other, there) = found
    known = fact_text(fact, other.all_facts[fact])
    fields = {
        "fact": fact.name,
        "decision": decision.name,
        **situation_fields(situation),
        "other_situation": other.to_json(),
    }
    return Diagnostic(
        CODE,
        f"`{decision.name}` depends on `{fact.name}` where it is unknown",
        (Label(fact.span, "may be unknown", primary=True),),
        situation_notes(session, situation, Note("decides", f"{here}, and {there} if {known}")),
        severity=CODE.severity,
        fields=fields,
    )


def _find_pair(
    session: CheckSession, fact: Fact, decision: DecisionModel
) -> tuple[Situation, Situation]:
    """Find two simple situations that differ in the fact, preferably without instructions."""
    flips = FactChanges.of(session).sampling_of(decision)
    if len(flips.points.nodes) > SMALL_DECISION:
        seen = _sampled_pair(session, flips, fact)
        if seen is not None:
            return seen
    graph = session.circuit.graph
    # Any pair will do for a brief note, and without instructions there is most likely none.
    for silent in (False,) if session.notes_are_brief else (True, False):
        pair = PairedWorlds.differing_in(session, fact, silent)
        one, two = (world.resolution_of(decision) for world in pair.worlds)
        unknown = graph.atom(Known(fact)) ^ 1
        claim = graph.all_of((unknown, outcomes_differ(graph, one, two)))
        found = pair.situations(claim, (decision,), any_=session.notes_are_brief)
        if found is not None:
            return found
    raise Undetermined


def _known_and_replayed(
    session: CheckSession, fact: Fact, decision: DecisionModel
) -> tuple[Replayed, Replayed] | None:
    """Return the pair by which the sensitivity was found, if any pair will do and it is known."""
    with suppress(Undetermined):
        pair = FactChanges.of(session).known_situations(fact, decision)
        if session.notes_are_brief and pair is not None:
            return _replay_pair(session, decision, pair)
    return None


def _replay_pair(
    session: CheckSession, decision: DecisionModel, pair: tuple[Situation, Situation]
) -> tuple[Replayed, Replayed] | None:
    """Return both situations with the outcomes of the decision; None if these are the same."""
    here, there = (session.replay(one.to_replay())[decision.name].outcome for one in pair)
    return None if here == there else ((pair[0], here), (pair[1], there))


def _sampled_pair(
    session: CheckSession, flips: FactSampling, fact: Fact
) -> tuple[Situation, Situation] | None:
    """Shrink a sampled pair to few facts; None if another fact would be unknown."""
    starts = [flip.first for flip in flips.unknown.get(fact, ())]
    if not starts:
        return None
    column = flips.column[fact]
    columns = flips.points.columns

    def known_as(value: int) -> Property:
        return lambda cases: flips.compare_partial(cases, cases.fix_column(column, value))

    known = [i for i in sort_places(columns[column]) if i in flips.places[column].known]
    other = next(
        value
        for value in known
        if known_as(value)(PartialAssignments.from_assignments(starts[:1]))[0]
    )
    settled, _ = known_as(other)(PartialAssignments.from_assignments(starts))
    starts = [start for i, start in enumerate(starts) if settled >> i & 1]
    found = shrink(columns, known_as(other), starts, column)
    if found.unknown_count > 1:
        return None
    twin = {fact: columns[column].values[other][0]}
    can_be = literal_test(session.circuit.graph, flips.possible)
    every = found.complete_facts(
        session.spec, lambda facts: can_be(facts) and can_be({**facts, **twin})
    )
    if every is None:
        return None
    named = found.relevant_facts()
    return Situation(named, every), Situation({**named, **twin}, {**every, **twin})
