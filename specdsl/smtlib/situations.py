"""Situations to ask about: all facts free, no assumption false, and something said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from specdsl.model import nodes as m
from specdsl.model.layers import facts_of
from specdsl.smtlib.facts import FactTerms, datatype, declare
from specdsl.smtlib.folded import language
from specdsl.smtlib.shared import Shared
from specdsl.smtlib.speech import Anything, Listed
from specdsl.smtlib.text import TRUE, Script, any_of
from specdsl.smtlib.without import borne_on
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
    spec: m.Spec, subject: m.Fact | m.Principal, twice: bool, decisions: Collection[m.Decision]
) -> tuple[Script, World, World]:
    """Two situations that differ in a fact, or in what a principal says where it can be heard:
    nothing in the second one, unless `twice`."""
    script = Script()
    facts = _facts(script, spec)
    others = dict(facts)
    if isinstance(subject, m.Principal):
        speech = Shared(script, spec, spec.decisions, subject, twice)
    else:
        script.comment(f"`{subject.name}` in the second situation")
        others[subject] = declare(script, subject, folded_texts(script, spec), "second/")
        speech = Shared(script, spec, dependent(spec, readers(spec, subject)))
    first = World(script, spec, facts, speech, "first/")
    second = World(script, spec, others, speech, "second/", first, speech.apart)
    speech.worlds = first, second
    for world in speech.worlds:
        _settle(script, world, decisions)
    if isinstance(subject, m.Principal):
        script.comment(f"`{subject.name}` is heard somewhere")
        script.claim(any_of(speech.heard))
    return script, first, second


def beside(
    spec: m.Spec, part: m.Spec, name: str, decisions: Collection[m.Decision]
) -> tuple[Script, World, World]:
    """One situation, with what a spec and a part of it make of these decisions; `name` comes before
    the names of the second."""
    script = Script()
    facts = _facts(script, spec)
    speech = Shared(script, spec, dependent(spec, borne_on(spec, part)))
    first = World(script, spec, facts, speech)
    second = World(script, part, facts, speech, f"{name}/", first, speech.apart)
    speech.worlds = first, second
    for world in speech.worlds:
        _settle(script, world, decisions)
    return script, first, second


def readers(spec: m.Spec, fact: m.Fact) -> tuple[m.Decision, ...]:
    """The decisions of which a rule, or what is lent, reads the fact."""
    found: set[m.Decision] = set()
    for rule in spec.rules:
        if any(fact in facts_of(one) for one in (*rule.whens, *rule.unlesses)):
            found |= {effect.decision for effect in rule.effects}
    for delegate in spec.delegates:
        if delegate.when is not None and fact in facts_of(delegate.when):
            found |= set(delegate.decisions)
    return tuple(decision for decision in spec.decisions if decision in found)


def dependent(spec: m.Spec, decisions: Iterable[m.Decision]) -> frozenset[m.Decision]:
    """These, and those that read one of them, directly or not."""
    found = set(decisions)
    for decision in spec.decisions:  # each after those that it reads
        if not found.isdisjoint(spec.reads[decision]):
            found.add(decision)
    return frozenset(found)


def _facts(script: Script, spec: m.Spec) -> dict[m.Fact, FactTerms]:
    if spec.facts:
        script.comment("the facts; where `/known` is false the value beside it means nothing")
    for fact in spec.facts:
        if fact.type.kind is m.Kind.ENUM:
            datatype(script, fact)
    texts = folded_texts(script, spec)
    return {fact: declare(script, fact, texts) for fact in spec.facts}


def folded_texts(script: Script, spec: m.Spec) -> str:
    """The name of what facts that ignore case can be."""
    if not any(fact.type.ignoring_case for fact in spec.facts):
        return ""
    return script.define("texts.folded", language(spec), "RegLan")


def _settle(script: Script, world: World, decisions: Iterable[m.Decision]) -> World:
    wanted = set(decisions)
    for decision in world.spec.decisions:
        if decision in wanted:
            world.decide(decision)
    possible = world.possible()
    if possible != TRUE and (world.like is None or possible != world.like.possible()):
        script.comment(f"no assumption is false{world.named}")
        script.claim(possible)
    return world
