"""The incomparable parts of two specs, and how far they are compared nevertheless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.analyses.diff.change import Incomparable
from specdsl.analyses.diff.classification import outcome_preference
from specdsl.frontend.model.nodes import DecisionModel, Fact, Level, Principal, SpecModel
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.witness.simple_witness import WitnessQuery, simple_witness
from specdsl.semantics.aig import TRUE
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.matched_facts import MatchedFact
from specdsl.verification.two_specs.paired_situation import situation_of_witness
from specdsl.verification.two_specs.spec_pair import SpecPair, decision_named
from specdsl.verification.two_specs.statement_table import Table


def incomparables(worlds: SpecPair, limits: Limits) -> tuple[Incomparable, ...]:
    """List facts, decisions, outcomes, principals and levels of one spec alone, changed types and
    preferences, and situations that are possible in only one of the specs."""
    old, new = worlds.old.circuit.spec, worlds.new.circuit.spec
    return (
        *(
            r
            for shared in worlds.facts.facts
            for r in _compare_fact(shared, worlds.partial_edits.old, worlds.partial_edits.new)
        ),
        *_compare_decisions(old, new),
        *_only_in_one(
            "principal", _names(old.principals), _names(new.principals), "what it says is left out"
        ),
        *_only_in_one(
            "level", _names(old.levels), _names(new.levels), "nobody is taken to speak at it"
        ),
        *_compare_assumptions(worlds, limits),
    )


def _names(things: Iterable[DecisionModel | Level | Principal]) -> list[str]:
    return [thing.name for thing in things]


def _only_in_one(
    kind: str, old: Sequence[str], new: Sequence[str], what: str, of: str = ""
) -> Iterator[Incomparable]:
    for name in (*old, *(n for n in new if n not in old)):
        if name not in old or name not in new:
            where = "old" if name in old else "new"
            yield Incomparable(
                kind, name, f"{kind} `{name}`{of} is only in the {where} spec: {what}"
            )


def _compare_fact(shared: MatchedFact, old: Table, new: Table) -> Iterator[Incomparable]:
    """Report a fact of one spec alone, or one that takes other values."""
    name = shared.fact.name
    one = shared.old or shared.new
    assert one is not None
    before, after = old.get(("name", one.name)), new.get(("name", one.name))
    facts = [s for s in (before, after) if s is not None and s.kind == "fact"]
    if len(facts) == 1:
        where = "old" if shared.old else "new"
        what = "a difference holds for some value of it"
        yield Incomparable("fact", name, f"fact `{name}` is only in the {where} spec: {what}")
    elif shared.old is None:
        types = f"`{facts[0].parts[0]}` before and `{facts[1].parts[0]}` now"
        what = f"is another one, {types}: the two are compared as two facts"
        yield Incomparable("fact", one.name, f"fact `{one.name}` {what}")
    elif shared.new is not None and _accepted_values(shared.old) != _accepted_values(shared.new):
        types = f"was `{facts[0].parts[0]}` and is `{facts[1].parts[0]}`"
        yield Incomparable("fact", name, f"fact `{name}` {types}: compared where both take it")


def _accepted_values(fact: Fact | None) -> object:
    """Return the values of a fact, whatever the order of members and the reading of a text."""
    assert fact is not None
    members = tuple(sorted(fact.type.members))
    return fact.optional, replace(fact.type, members=members, ignoring_case=False)


def _compare_decisions(old: SpecModel, new: SpecModel) -> Iterator[Incomparable]:
    names = _names(old.decisions), _names(new.decisions)
    yield from _only_in_one("decision", *names, "not compared")
    for name in names[0]:
        if name in names[1]:
            yield from _compare_outcomes(decision_named(old, name), decision_named(new, name))


def _compare_outcomes(old: DecisionModel, new: DecisionModel) -> Iterator[Incomparable]:
    of = f" of `{old.name}`"
    what = "no instruction is taken to name it"
    yield from _only_in_one("outcome", old.outcomes, new.outcomes, what, of)
    common = [outcome for outcome in old.outcomes if outcome in new.outcomes]
    better = outcome_preference(old, new)
    if any((a, b) not in better for i, a in enumerate(common) for b in common[:i]):
        what = "prefers its outcomes in another order: what is looser is not said"
        yield Incomparable("decision", old.name, f"decision `{old.name}` {what}")


def _compare_assumptions(worlds: SpecPair, limits: Limits) -> Iterator[Incomparable]:
    for here, there, where in (
        (worlds.old, worlds.new, "old"),
        (worlds.new, worlds.old, "new"),
    ):
        try:
            yield from _possible_only_here(worlds, here, there, where, limits)
        except Undetermined:
            text = f"whether more is possible in the {where} spec could not be settled"
            yield Incomparable("assumption", "", text)


def _possible_only_here(
    worlds: SpecPair, here: World, there: World, where: str, limits: Limits
) -> Iterator[Incomparable]:
    """Report a situation that the assumptions of the other spec exclude."""
    excluded = there.assumptions_hold() ^ 1
    if excluded == TRUE ^ 1 or here.assumptions_hold() == there.assumptions_hold():
        return
    witness = simple_witness(worlds.graph, WitnessQuery(excluded, here.assumptions_hold()), limits)
    if witness is None:
        return
    broken = [
        assume.name
        for assume, literal in there.circuit.assumes.items()
        if not witness.holds(there.literal(literal))
    ]
    found = situation_of_witness(worlds.facts, (), witness)
    names = " and ".join(f"`{name}`" for name in broken)
    other = "new" if where == "old" else "old"
    text = f"only the {where} spec takes this for possible: {found} (the {other} has {names})"
    yield Incomparable("assumption", broken[0], text, found.to_json())
