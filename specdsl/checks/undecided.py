"""Situations that no rule decides.

In some situations no rule that restricts the decision applies, and nobody asks for anything: the
most preferred outcome is taken by default. That is often meant (`reply` is `full` unless something
speaks against it). The finding lists where it happens, as a minimal list of conditions: where one
of them holds the default is taken, none of them can be left out, and no part of one.

    decision refund: pay > ask_manager > decline
    rule late when days > 30 then refund is decline

Here `refund` is `pay` by default where `days <= 30`. Where that is not meant, write the rule:

    rule in_time when days <= 30 then refund is ask_manager

An `assert refund is decided` makes it an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.checks.context import Check, Context, Findings, replay_note
from specdsl.checks.regions import Region, Regions
from specdsl.checks.situations import Situation, completed
from specdsl.checks.wording import Wording
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision
from specdsl.solver.prover import Unsettled
from specdsl.solver.witness import Guesses, Question, simplest

CODE = Code("SD502", "undecided-situations", Severity.NOTE, __doc__ or "")
MOST_GUESSES = 60  # for the situations of all findings
MOST = 20  # regions that are looked for
SHOWN = 8  # of them in a note
WIDTH = 90  # of a region in a note
SHORT = 60  # of one in the message


def run(context: Context) -> Findings:
    found: list[Diagnostic] = []
    unproved: list[str] = []
    wording, guesses = Wording(context.spec), Guesses(MOST_GUESSES)
    for decision in context.spec.decisions:
        try:
            regions, whole = _undecided(context, decision)
            situation = _situation(context, decision, guesses) if regions else None
        except Unsettled:
            unproved.append(decision.name)
            continue
        listed = sorted(map(wording.of, regions), key=lambda text: (len(text), text))
        if situation is not None:
            found.append(_diagnostic(context, decision, listed, whole, situation))
    return Findings(tuple(found), ", ".join(unproved))


CHECK = Check(CODE, run)


def _undecided(context: Context, decision: Decision) -> tuple[list[Region], bool]:
    """The regions in which a decision falls to its default, and whether these are all."""
    graph, here = context.circuit.graph, context.world.decide(decision)
    # The highest restriction that applies always stands: undecided is where none applies.
    rules = [rule for rule, standing in here.rules.items() if standing.excludes]
    undecided = graph.all_of(here.applies[rule] ^ 1 for rule in rules)
    atoms = graph.atoms_of(context.circuit.rules[rule].applies for rule in rules)
    given = (*context.given(context.spec.reads[decision]), here.ready)
    search = Regions(graph, atoms, context.world.literal, given, context.limits)
    return search.cover(undecided, MOST)


def _situation(context: Context, decision: Decision, guesses: Guesses) -> Situation:
    """The simplest one, which has been replayed. Nobody says anything in it, unless what is read
    needs it."""
    graph, quiet = context.circuit.graph, context.quiet.decide(decision)
    claim = graph.all_of((quiet.taken, quiet.decided ^ 1))
    question = Question(claim, context.possible)
    witness = simplest(graph, question, context.limits, guesses=guesses)
    if witness is not None:
        found = Situation(witness.named, completed(context.spec, witness.every))
    else:
        here = context.world.decide(decision)
        loud = context.situation(graph.all_of((here.taken, here.decided ^ 1)), (decision,))
        if loud is None:
            raise Unsettled
        found = loud
    trace = context.replay(found.to_replay())[decision.name]
    if trace.decided or trace.outcome != decision.outcomes[0]:
        raise Unsettled
    return found


def _diagnostic(
    context: Context, decision: Decision, listed: Sequence[str], whole: bool, situation: Situation
) -> Diagnostic:
    notes = [Note("where", "\n".join(_shown(listed, whole)))] if listed != [""] else []
    notes += [Note("situation", str(situation)), replay_note(context, situation)]
    return Diagnostic(
        CODE,
        f"nothing decides `{decision.name}`{_where(listed, whole)}: "
        f"it is `{decision.outcomes[0]}` by default",
        (Label(decision.span, "some situations fall to the default", primary=True),),
        tuple(notes),
        severity=CODE.severity,
        fields={
            "decision": decision.name,
            "regions": [text or "any" for text in listed],
            "complete": whole,
            "situation": situation.to_json(),
            "replay": situation.to_replay(),
        },
    )


def _where(listed: Sequence[str], whole: bool) -> str:
    """In a few words."""
    first, others = listed[0], len(listed) - 1
    if not first:
        return ""
    if len(first) > SHORT:
        return " in some situations"
    if not others and whole:
        return f" where {first}"
    more = "one other region" if others == 1 and whole else f"{others} other regions"
    return f" where {first}, and in {'' if whole else 'more than '}{more}"


def _shown(listed: Sequence[str], whole: bool) -> list[str]:
    cut = [text if len(text) <= WIDTH else f"{text[:WIDTH]}…" for text in listed[:SHOWN]]
    rest = len(listed) - len(cut)
    return [*cut, f"and {rest}{'' if whole else ' or'} more"] if rest or not whole else cut
