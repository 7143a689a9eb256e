"""Reachability: which rules can apply, and which of their effects can stand.

Sampling reaches most rules. For the others, each model of the solver answers for every rule that
stands in it, so there are far fewer queries than rules.
"""

from __future__ import annotations

from specdsl.base.limits import REACH_MIN_YIELD, REACH_SAMPLES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.verification.check_session import CheckSession


@dataclass(frozen=True, slots=True)
class Reachability:
    """The reachability of the rules on one decision: whether each applies in some situation in
    which the decision is ready to be taken, and whether its effect stands in some situation."""

    applies: dict[Rule, Answer]
    stands: dict[Rule, Answer]


def reachability(session: CheckSession, decision: DecisionModel) -> Reachability:
    """Return which rules on a decision apply and take effect in some situation; computed once a
    session."""
    return session.memo(_find_reachability, decision)


def rule_applies(session: CheckSession, rule: Rule) -> Answer:
    """Return whether the rule applies in some situation."""
    answers = {reachability(session, effect.decision).applies[rule] for effect in rule.effects}
    return next(a for a in (Answer.SAT, Answer.UNDETERMINED, Answer.UNSAT) if a in answers)


def _find_reachability(session: CheckSession, decision: DecisionModel) -> Reachability:
    resolution = session.world.resolution_of(decision)
    prover = session.prover(decision)
    found = dict.fromkeys(_sampled_rules(session, decision), Answer.SAT)
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


def _sampled_rules(session: CheckSession, decision: DecisionModel) -> set[Rule]:
    """Return rules whose effect stands in some sample without instructions. Sampling goes on while
    a round reaches one in `REACH_MIN_YIELD` of the remaining rules."""
    uninstructed = session.uninstructed_world.resolution_of(decision)
    rest = list(uninstructed.rules)
    real = (uninstructed.ready, session.uninstructed_world.assumptions_hold())
    points = Sampler(
        session.circuit.graph, [*real, *(s.stands for s in uninstructed.rules.values())]
    )
    repeats = 1
    while rest:
        before = len(rest)
        targets = [(uninstructed.applies[rule], real[1]) for rule in rest]
        for drawn in points.batches(targets * repeats):
            here = drawn.mask_of(real[0]) & drawn.mask_of(real[1])
            rest = [r for r in rest if not here & drawn.mask_of(uninstructed.rules[r].stands)]
        if len(rest) * REACH_MIN_YIELD > before * (REACH_MIN_YIELD - 1):
            break
        repeats = REACH_SAMPLES
    return set(uninstructed.rules).difference(rest)
