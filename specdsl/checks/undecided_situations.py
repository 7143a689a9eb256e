"""Situations that no rule decides.

In these situations no rule that restricts the decision applies and there are no instructions, so
the decision has its `default`, or without one its most preferred outcome. The finding lists the
regions as conditions: in each of them the default is taken, none of them can be left out, and no
part of one. A gap between two limits comes first (`amount = 1000`, if one rule has `amount < 1000`
and another one has `amount > 1000`).

Why: a default is often intended (`reply` is `full` unless a rule speaks against it). A region that
nobody thought of is not.

Example:

    decision refund: pay > ask_manager > decline

    rule late at developer
      when days > 30
      then refund is decline

Instead: write a rule for the region, if the default was not meant there.

    decision refund: pay > ask_manager > decline

    rule late at developer
      when days > 30
      then refund is decline

    rule in_time at developer
      when days <= 30
      then refund is ask_manager

`assert refund is decided` makes undecided situations an error.

Limits: if there are too many regions, the first are listed and the message says that there are
more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from textwrap import wrap

from specdsl.base.code_names import UNDECIDED_SITUATIONS
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.limits import MAX_REGION_PREDICATES, MAX_REGIONS, SHORT_REGION
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.witness.simple_witness import WitnessQuery, simple_witness
from specdsl.situations.region_wording import RegionWording
from specdsl.situations.regions import Regions
from specdsl.situations.shrink import shrink_situation
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.boundary_gaps import gap_literals
from specdsl.verification.check_session import Check, CheckSession, Findings

CODE = Code(*UNDECIDED_SITUATIONS, Severity.NOTE, __doc__ or "")
FEW_TERMS = 60  # Up to so many terms the solver finds the simplest situation quickly.
WIDTH = 90  # The width of a line in a note.


def find_undecided_situations(session: CheckSession) -> Findings:
    wording = RegionWording(session.spec)

    def find(session: CheckSession, decision: DecisionModel) -> Iterator[Diagnostic]:
        where = UndecidedRegions(session, decision)
        if where.regions:
            yield _build_finding(where, where.region_texts(wording), where.simple_situation())

    return run_per_part(session, session.decisions, find, lambda one: one.name)


CHECK = Check(CODE, find_undecided_situations, per_component=True)


class UndecidedRegions:
    """The regions in which a decision falls to its default; `whole`: they cover all of it. All
    methods may raise `Undetermined`.
    """

    def __init__(self, session: CheckSession, decision: DecisionModel) -> None:
        graph, here = session.circuit.graph, session.world.resolution_of(decision)
        self.session = session
        self.decision = decision
        # The highest restriction that applies always stands, so: undecided = none applies.
        rules = [rule for rule, standing in here.rules.items() if standing.excludes]
        self.claim = graph.all_of(here.applies[rule] ^ 1 for rule in rules)
        atoms = tuple(graph.support(session.circuit.rules[rule].applies for rule in rules))
        given = (*session.preconditions(session.spec.reads[decision]), here.ready)
        self.search = Regions(graph, atoms, session.world.literal, given, session.limits)
        terms = max(1, len(self.search.terms))
        most = max(1, min(MAX_REGIONS, MAX_REGION_PREDICATES // terms))
        first = gap_literals(graph, self.claim, atoms)
        self.regions, self.whole = self.search.cover(self.claim, most, first)

    def region_texts(self, wording: RegionWording) -> list[str]:
        """Return the regions in words: gaps between two limits first, then by length."""
        texts = [(one not in self.search.first, wording.region_text(one)) for one in self.regions]
        return [text for _, text in sorted(texts, key=lambda pair: (pair[0], len(pair[1]), pair))]

    def simple_situation(self) -> Situation:
        """Return a simple situation that the replay confirms. It has instructions only if the
        decisions that it reads need them.
        """
        with suppress(Undetermined):
            if self.session.notes_are_brief:
                return self._confirm(self._first_situation())
        small = len(self.search.terms) <= FEW_TERMS
        return self._confirm(
            (None if small else self._shrunk_situation()) or self._simple_situation()
        )

    def _confirm(self, found: Situation) -> Situation:
        trace = self.session.replay(found.to_replay())[self.decision.name]
        if trace.decided or trace.outcome != self.decision.outcomes[self.decision.fallback]:
            raise Undetermined
        return found

    def _first_situation(self) -> Situation:
        """Return the first situation that the search finds."""
        facts = self.search.situation_in(self.claim)
        return Situation(facts, complete_facts(self.session.spec, facts))

    def _shrunk_situation(self) -> Situation | None:
        spec, graph, quiet = (
            self.session.spec,
            self.session.circuit.graph,
            self.session.uninstructed_world,
        )
        here = quiet.resolution_of(self.decision)
        claim = graph.all_of((here.taken, here.decided ^ 1))
        return shrink_situation(
            spec, graph, claim, quiet.assumptions_hold(), self.search.situation_in(self.claim)
        )

    def _simple_situation(self) -> Situation:
        session, graph = self.session, self.session.circuit.graph
        quiet = session.uninstructed_world.resolution_of(self.decision)
        claim = graph.all_of((quiet.taken, quiet.decided ^ 1))
        question = WitnessQuery(claim, session.assumptions_hold)
        witness = simple_witness(graph, question, session.limits)
        if witness is not None:
            return Situation(
                witness.relevant_facts, complete_facts(session.spec, witness.all_facts)
            )
        here = session.world.resolution_of(self.decision)
        loud = session.situation(graph.all_of((here.taken, here.decided ^ 1)), (self.decision,))
        if loud is None:
            raise Undetermined
        return loud


def _build_finding(
    found: UndecidedRegions, listed: Sequence[str], situation: Situation
) -> Diagnostic:
    decision, whole = found.decision, found.whole
    notes = [Note("where", "\n".join(_region_lines(listed, whole)))] if listed != [""] else []
    notes += situation_notes(found.session, situation)
    return Diagnostic(
        CODE,
        f"nothing decides `{decision.name}`{_where_text(listed, whole)}: "
        f"it is `{decision.outcomes[decision.fallback]}` by default",
        (Label(decision.span, "some situations fall to the default", primary=True),),
        tuple(notes),
        severity=CODE.severity,
        fields={
            "decision": decision.name,
            "regions": [text or "any" for text in listed],
            "complete": whole,
            **situation_fields(situation),
        },
    )


def _where_text(listed: Sequence[str], whole: bool) -> str:
    """Return the shortest region as part of the message."""
    first, others = listed[0], len(listed) - 1
    if not first:
        return ""
    if len(first) > SHORT_REGION:
        return " in some situations"
    if not others:
        return f" where {first}" if whole else f" where {first}, and elsewhere"
    more = "one other region" if others == 1 and whole else f"{others} other regions"
    return f" where {first}, and in {'' if whole else 'more than '}{more}"


def _region_lines(listed: Sequence[str], whole: bool) -> list[str]:
    """Return the regions as lines of a note; the last one says if there are more."""
    lines = [line for text in listed for line in wrap(text, WIDTH, subsequent_indent="  ")]
    return lines if whole else [*lines, "and more"]
