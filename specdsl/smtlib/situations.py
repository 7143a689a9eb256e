"""Situations to ask about: all facts free, no assumption false, and something said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specdsl.model import nodes as m
from specdsl.model.walk import parts
from specdsl.smtlib.facts import FactTerms, datatype, declare
from specdsl.smtlib.shared import Shared
from specdsl.smtlib.speech import Anything, Listed
from specdsl.smtlib.text import NotAsked, Script, any_of
from specdsl.smtlib.world import World


def free(
    spec: m.Spec, decisions: Iterable[m.Decision], crowded: m.Decision | None = None
) -> tuple[Script, World]:
    """Any facts and any instructions, with what these decisions come to; see `Anything` for
    `crowded`."""
    script = Script()
    facts = _facts(script, spec)
    world = World(script, spec, facts, Anything(script, crowded))
    return script, _settle(script, world, decisions)


def listed(
    spec: m.Spec, says: Sequence[m.Said], decisions: Iterable[m.Decision]
) -> tuple[Script, World, Mapping[m.Fact, FactTerms]]:
    """Any facts and just these instructions."""
    script = Script()
    facts = _facts(script, spec)
    world = World(script, spec, facts, Listed(says))
    return script, _settle(script, world, decisions), facts


def pair(
    spec: m.Spec, subject: m.Fact | m.Principal, twice: bool, decisions: Sequence[m.Decision]
) -> tuple[Script, World, World]:
    """Two situations that differ in a fact, or in what a principal says where it can be heard:
    nothing in the second one, unless `twice`. Raises `NotAsked` where what is lent may differ
    between them."""
    changed = subject if isinstance(subject, m.Fact) else None
    lent = (d for d in spec.delegates if d.when is not None)
    if any(_differs(delegate.when, changed) for delegate in lent):
        raise NotAsked("whether authority is lent may differ between the two situations")
    script = Script()
    facts = _facts(script, spec)
    others = dict(facts)
    if changed is not None:
        script.comment(f"`{changed.name}` in the second situation")
        others[changed] = declare(script, changed, "second/")
    speaker = subject if isinstance(subject, m.Principal) else None
    speech = Shared(script, speaker, twice)
    one = _settle(script, World(script, spec, facts, speech, "first/"), decisions)
    other = _settle(script, World(script, spec, others, speech, "second/"), decisions)
    if speaker is not None:
        script.comment(f"`{speaker.name}` is heard somewhere")
        script.claim(any_of(speech.heard))
    return script, one, other


def _facts(script: Script, spec: m.Spec) -> dict[m.Fact, FactTerms]:
    if spec.facts:
        script.comment("the facts; where `/known` is false the value beside it means nothing")
    for fact in spec.facts:
        if fact.type.kind is m.Kind.ENUM:
            datatype(script, fact)
    return {fact: declare(script, fact) for fact in spec.facts}


def _settle(script: Script, world: World, decisions: Iterable[m.Decision]) -> World:
    wanted = set(decisions)
    for decision in world.spec.decisions:
        if decision in wanted:
            world.decide(decision)
    if world.spec.assumes:
        script.comment("no assumption is false")
        script.claim(world.possible())
    return world


def _differs(expr: m.Expr | None, changed: m.Fact | None) -> bool:
    """It reads a decision, or the fact."""
    match expr:
        case None:
            return False
        case m.HasOutcome():
            return True
        case m.DefineRef():
            return _differs(expr.define.expr, changed)
        case m.Same():
            return changed in (expr.left, expr.right)
        case m.HasSet():
            return changed in (expr.fact, expr.other)
        case m.HasFact():
            return changed in (expr.fact, expr.member)
        case (
            m.BoolFact()
            | m.IsKnown()
            | m.IsMember()
            | m.SetIs()
            | m.HasMembers()
            | m.QuantityFact()
            | m.TextFact()
            | m.SizeOf()
        ):
            return changed is expr.fact
        case _:
            return any(_differs(part, changed) for part in parts(expr))
