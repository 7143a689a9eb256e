"""Which rules can apply, and which of their effects can stand: what several checks start from.

Most rules are seen to stand at one of some thousand points. Of the others one situation answers for
every rule that stands in it, so far fewer questions are asked than there are rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from specdsl.base.limits import REACH_FRUITFUL, REACH_POINTS
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.verification.check_session import CheckSession


@dataclass(frozen=True, slots=True)
class Reachability:
    """Of one decision, by rule: whether it applies somewhere (with the decision ready to be
    taken), and whether its effect on the decision stands somewhere."""

    applies: dict[Rule, Answer]
    stands: dict[Rule, Answer]


def reachability(session: CheckSession, decision: Decision) -> Reachability:
    """Return which rules on a decision apply and take effect in some situation; computed once a
    session."""
    return session.memo(_find_reachability, decision)


def rule_applies(session: CheckSession, rule: Rule) -> Answer:
    """Return whether the rule applies in some situation."""
    answers = {reachability(session, effect.decision).applies[rule] for effect in rule.effects}
    return next(a for a in (Answer.SAT, Answer.UNDETERMINED, Answer.UNSAT) if a in answers)


def _find_reachability(session: CheckSession, decision: Decision) -> Reachability:
    resolution = session.world.resolution_of(decision)
    prover = session.prover(decision)
    found = dict.fromkeys(_seen(session, decision), Answer.SAT)
    prover.prefer_phases(s.stands for rule, s in resolution.rules.items() if rule not in found)
    for rule, standing in resolution.rules.items():
        if rule in found:
            continue
        found[rule] = prover.check(standing.stands, resolution.ready)
        if found[rule] is Answer.SAT:
            for other, its in resolution.rules.items():
                if other not in found and prover.holds(its.stands):
                    found[other] = Answer.SAT
    stands = {rule: found[rule] for rule in resolution.rules}
    applies = {
        rule: answer
        if answer is Answer.SAT
        else prover.check(resolution.applies[rule], resolution.ready)
        for rule, answer in stands.items()
    }
    return Reachability(applies, stands)


def _seen(session: CheckSession, decision: Decision) -> set[Rule]:
    """Rules that stand at some point at which nobody says anything. Points are drawn as long as
    they show something of one in `REACH_FRUITFUL` rules that are still looked for."""
    quiet = session.uninstructed_world.resolution_of(decision)
    rest = list(quiet.rules)
    real = (quiet.ready, session.uninstructed_world.assumptions_hold())
    points = Sampler(session.circuit.graph, [*real, *(s.stands for s in quiet.rules.values())])
    times = 1
    while rest:
        before = len(rest)
        wanted = [(quiet.applies[rule], real[1]) for rule in rest]
        for drawn in points.batches(wanted * times):
            here = drawn.mask_of(real[0]) & drawn.mask_of(real[1])
            rest = [r for r in rest if not here & drawn.mask_of(quiet.rules[r].stands)]
        if len(rest) * REACH_FRUITFUL > before * (REACH_FRUITFUL - 1):
            break
        times = REACH_POINTS
    return set(quiet.rules).difference(rest)
