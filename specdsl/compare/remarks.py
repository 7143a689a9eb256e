"""What two specs do not have in common, and how far they are compared all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.circuit.graph import TRUE
from specdsl.circuit.resolve import World
from specdsl.compare.change import Remark
from specdsl.compare.facts import Shared
from specdsl.compare.kinds import preference
from specdsl.compare.situations import situation
from specdsl.compare.statements import Table
from specdsl.compare.worlds import Worlds, decision
from specdsl.model.nodes import Decision, Fact, Spec
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Unsettled
from specdsl.solver.witness import Question, simple_witness


def remarks(worlds: Worlds, limits: Limits) -> tuple[Remark, ...]:
    """Facts, decisions, outcomes, principals and levels of one spec alone; facts and preferences
    that changed; situations that only one of the specs takes for possible."""
    old, new = worlds.old.circuit.spec, worlds.new.circuit.spec
    return (
        *(
            r
            for shared in worlds.facts.facts
            for r in _fact(shared, worlds.mixing.old, worlds.mixing.new)
        ),
        *_decisions(old, new),
        *_only(
            "principal", _names(old.principals), _names(new.principals), "what it says is left out"
        ),
        *_only("level", _names(old.levels), _names(new.levels), "nobody is taken to speak at it"),
        *_possible(worlds, limits),
    )


def _names(things: Iterable[object]) -> list[str]:
    return [thing.name for thing in things]  # type: ignore[attr-defined]


def _only(
    kind: str, old: Sequence[str], new: Sequence[str], what: str, of: str = ""
) -> Iterator[Remark]:
    for name in (*old, *(n for n in new if n not in old)):
        if name not in old or name not in new:
            where = "old" if name in old else "new"
            yield Remark(kind, name, f"{kind} `{name}`{of} is only in the {where} spec: {what}")


def _fact(shared: Shared, old: Table, new: Table) -> Iterator[Remark]:
    """A fact that only one of them has, or that takes other values."""
    name = shared.fact.name
    one = shared.old or shared.new
    assert one is not None
    before, after = old.get(("name", one.name)), new.get(("name", one.name))
    facts = [s for s in (before, after) if s is not None and s.kind == "fact"]
    if len(facts) == 1:
        where = "old" if shared.old else "new"
        what = "a difference holds for some value of it"
        yield Remark("fact", name, f"fact `{name}` is only in the {where} spec: {what}")
    elif shared.old is None:
        types = f"`{facts[0].parts[0]}` before and `{facts[1].parts[0]}` now"
        what = f"is another one, {types}: the two are compared as two facts"
        yield Remark("fact", one.name, f"fact `{one.name}` {what}")
    elif shared.new is not None and _takes(shared.old) != _takes(shared.new):
        types = f"was `{facts[0].parts[0]}` and is `{facts[1].parts[0]}`"
        yield Remark("fact", name, f"fact `{name}` {types}: compared where both take it")


def _takes(fact: Fact | None) -> object:
    """What a fact can be; the order of members does not matter, nor how a text is read."""
    assert fact is not None
    members = tuple(sorted(fact.type.members))
    return fact.optional, replace(fact.type, members=members, ignoring_case=False)


def _decisions(old: Spec, new: Spec) -> Iterator[Remark]:
    names = _names(old.decisions), _names(new.decisions)
    yield from _only("decision", *names, "not compared")
    for name in names[0]:
        if name in names[1]:
            yield from _outcomes(decision(old, name), decision(new, name))


def _outcomes(old: Decision, new: Decision) -> Iterator[Remark]:
    of = f" of `{old.name}`"
    what = "no instruction is taken to name it"
    yield from _only("outcome", old.outcomes, new.outcomes, what, of)
    common = [outcome for outcome in old.outcomes if outcome in new.outcomes]
    better = preference(old, new)
    if any((a, b) not in better for i, a in enumerate(common) for b in common[:i]):
        what = "prefers its outcomes in another order: what is looser is not said"
        yield Remark("decision", old.name, f"decision `{old.name}` {what}")


def _possible(worlds: Worlds, limits: Limits) -> Iterator[Remark]:
    for here, there, where in (
        (worlds.old, worlds.new, "old"),
        (worlds.new, worlds.old, "new"),
    ):
        try:
            yield from _only_here(worlds, here, there, where, limits)
        except Unsettled:
            text = f"whether more is possible in the {where} spec could not be settled"
            yield Remark("assumption", "", text)


def _only_here(
    worlds: Worlds, here: World, there: World, where: str, limits: Limits
) -> Iterator[Remark]:
    """A situation that the assumptions of the other spec exclude."""
    excluded = there.possible() ^ 1
    if excluded == TRUE ^ 1 or here.possible() == there.possible():
        return
    witness = simple_witness(worlds.graph, Question(excluded, here.possible()), limits)
    if witness is None:
        return
    broken = [
        assume.name
        for assume, literal in there.circuit.assumes.items()
        if not witness.holds(there.literal(literal))
    ]
    found = situation(worlds.facts, (), witness)
    names = " and ".join(f"`{name}`" for name in broken)
    other = "new" if where == "old" else "old"
    text = f"only the {where} spec takes this for possible: {found} (the {other} has {names})"
    yield Remark("assumption", broken[0], text, found.to_json())
