"""Encodes situations: free facts, no false assumption, and free or given instructions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import facts_read
from specdsl.second_opinion.folded_language import folded_language
from specdsl.second_opinion.reduced_specs import affected_decisions
from specdsl.second_opinion.shared_instructions import SharedInstructions
from specdsl.second_opinion.smt_facts import FactTerms, declare_enumeration, declare_fact
from specdsl.second_opinion.smt_instructions import AnyInstructions, ListedInstructions
from specdsl.second_opinion.smt_world import SmtWorld
from specdsl.second_opinion.smtlib_text import TRUE, SmtScript, any_of


def free_situation(
    spec: m.SpecModel, decisions: Iterable[m.DecisionModel], crowded: m.DecisionModel | None = None
) -> tuple[SmtScript, SmtWorld]:
    """Encode any facts and any instructions, and the results of these decisions. See
    `AnyInstructions` for `crowded`."""
    script = SmtScript()
    facts = _declare_facts(script, spec)
    world = SmtWorld(script, spec, facts, AnyInstructions(script, crowded))
    return script, _encode_decisions(script, world, decisions)


def listed_situation(
    spec: m.SpecModel, says: Sequence[m.ExampleInstruction], decisions: Iterable[m.DecisionModel]
) -> tuple[SmtScript, SmtWorld, Mapping[m.Fact, FactTerms]]:
    """Encode any facts and the given instructions."""
    script = SmtScript()
    facts = _declare_facts(script, spec)
    world = SmtWorld(script, spec, facts, ListedInstructions(says))
    return script, _encode_decisions(script, world, decisions), facts


def paired_situations(
    spec: m.SpecModel,
    subject: m.Fact | m.Principal,
    twice: bool,
    decisions: Collection[m.DecisionModel],
) -> tuple[SmtScript, SmtWorld, SmtWorld]:
    """Encode two situations that differ in one fact, or in the instructions of one principal: it
    gives none in the second, unless `twice`."""
    script = SmtScript()
    facts = _declare_facts(script, spec)
    others = dict(facts)
    if isinstance(subject, m.Principal):
        speech = SharedInstructions(script, spec, spec.decisions, subject, twice)
    else:
        script.add_comment(f"`{subject.name}` in the second situation")
        others[subject] = declare_fact(
            script, subject, define_folded_texts(script, spec), "second/"
        )
        speech = SharedInstructions(
            script, spec, dependent_decisions(spec, readers_of(spec, subject))
        )
    first = SmtWorld(script, spec, facts, speech, "first/")
    second = SmtWorld(script, spec, others, speech, "second/", first, speech.apart)
    speech.worlds = first, second
    for world in speech.worlds:
        _encode_decisions(script, world, decisions)
    if isinstance(subject, m.Principal):
        script.add_comment(f"`{subject.name}` is heard somewhere")
        script.assert_term(any_of(speech.heard))
    return script, first, second


def spec_and_part(
    spec: m.SpecModel, part: m.SpecModel, name: str, decisions: Collection[m.DecisionModel]
) -> tuple[SmtScript, SmtWorld, SmtWorld]:
    """Encode one situation with the results of these decisions in a spec and in a part of it, whose
    names have the prefix `name`."""
    script = SmtScript()
    facts = _declare_facts(script, spec)
    speech = SharedInstructions(
        script, spec, dependent_decisions(spec, affected_decisions(spec, part))
    )
    first = SmtWorld(script, spec, facts, speech)
    second = SmtWorld(script, part, facts, speech, f"{name}/", first, speech.apart)
    speech.worlds = first, second
    for world in speech.worlds:
        _encode_decisions(script, world, decisions)
    return script, first, second


def readers_of(spec: m.SpecModel, fact: m.Fact) -> tuple[m.DecisionModel, ...]:
    """Return the decisions with a rule or a delegation that reads the fact."""
    found: set[m.DecisionModel] = set()
    for rule in spec.rules:
        if any(fact in facts_read(one) for one in (*rule.whens, *rule.unlesses)):
            found |= {effect.decision for effect in rule.effects}
    for delegate in spec.delegates:
        if delegate.when is not None and fact in facts_read(delegate.when):
            found |= set(delegate.decisions)
    return tuple(decision for decision in spec.decisions if decision in found)


def dependent_decisions(
    spec: m.SpecModel, decisions: Iterable[m.DecisionModel]
) -> frozenset[m.DecisionModel]:
    """Return the decisions and all that read one of them, directly or through others."""
    found = set(decisions)
    for decision in spec.decisions:  # Decisions are in dependency order.
        if not found.isdisjoint(spec.reads[decision]):
            found.add(decision)
    return frozenset(found)


def _declare_facts(script: SmtScript, spec: m.SpecModel) -> dict[m.Fact, FactTerms]:
    if spec.facts:
        script.add_comment("the facts; where `/known` is false the value beside it means nothing")
    for fact in spec.facts:
        if fact.type.kind is m.Kind.ENUM:
            declare_enumeration(script, fact)
    texts = define_folded_texts(script, spec)
    return {fact: declare_fact(script, fact, texts) for fact in spec.facts}


def define_folded_texts(script: SmtScript, spec: m.SpecModel) -> str:
    """Define the language of facts that ignore case; return its name."""
    if not any(fact.type.ignoring_case for fact in spec.facts):
        return ""
    return script.define_term("texts.folded", folded_language(spec), "RegLan")


def _encode_decisions(
    script: SmtScript, world: SmtWorld, decisions: Iterable[m.DecisionModel]
) -> SmtWorld:
    wanted = set(decisions)
    for decision in world.spec.decisions:
        if decision in wanted:
            world.resolve_decision(decision)
    possible = world.assumptions_hold()
    if possible != TRUE and (world.like is None or possible != world.like.assumptions_hold()):
        script.add_comment(f"no assumption is false{world.name_suffix}")
        script.assert_term(possible)
    return world
