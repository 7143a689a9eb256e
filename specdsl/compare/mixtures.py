"""Specs between two specs: the old one with some of the edits made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from specdsl.circuit.lower import lower
from specdsl.circuit.nodes import Circuit
from specdsl.compare.edits import INERT, levels, same_fact, same_levels
from specdsl.compare.statements import Exchanged, Key, Statement, Table
from specdsl.model.files import Gathered, Unit
from specdsl.model.resolve import resolve
from specdsl.priority.build import rank_rules
from specdsl.source import Source
from specdsl.syntax import tree as t


@dataclass(frozen=True, eq=False)
class Mixing:
    """Two specs as tables of statements."""

    old: Table
    new: Table

    def mixture(self, made: Iterable[Key]) -> Circuit | None:
        """The old spec with these edits made; None where that is no spec (a rule is made that
        needs another edit, say). What only declares is there from both."""
        chosen = dict(self._chosen(frozenset(made)))
        trees = _nested(chosen.values())
        if trees is None:
            return None
        file = t.File(Source("<mixture>", ""), trees, ())
        spec, _ = resolve(Gathered((Unit(file, False),), None, None, ()), "mixture", None)
        ranks, _ = (None, ()) if spec is None else rank_rules(spec)
        if spec is None or ranks is None:
            return None
        return lower(spec, ranks)[0]

    def _chosen(self, made: frozenset[Key]) -> Iterator[tuple[Key, Statement]]:
        for key in dict.fromkeys((*self.old, *self.new)):
            old, new = self.old.get(key), self.new.get(key)
            if old is None or new is None:
                one = new or old
                assert one is not None
                if one.kind in INERT or (key in made) == (old is None):
                    yield key, one
            elif same_fact(old, new):
                yield key, _widened(old, new)
            elif same_levels(old, new):
                yield key, max(old, new, key=lambda one: len(levels(one)))
            else:
                yield key, new if key in made else old


def _widened(old: Statement, new: Statement) -> Statement:
    """A fact with all that either spec can say of it; ranges bind situations, not conditions."""
    one, two = old.tree, new.tree
    assert isinstance(one, t.Fact)
    assert isinstance(two, t.Fact)
    known = {name.text: name for name in (*one.type.members, *two.type.members)}
    kind = two.type if two.type.kind == "number" else one.type
    wide = replace(kind, members=tuple(known.values()), range=None)
    return replace(old, tree=replace(one, type=wide, optional=one.optional or two.optional))


def _nested(chosen: Iterable[Statement]) -> tuple[Exchanged, ...] | None:
    """The trees with rules and policies inside the policies that are around them; None where two
    policies would be in each other, since only one of them has moved."""
    inside: dict[str, list[Statement]] = {}
    for statement in chosen:
        inside.setdefault(statement.policy, []).append(statement)
    trees = _body(inside, "")
    return None if inside else trees


def _body(inside: dict[str, list[Statement]], policy: str) -> tuple[Exchanged, ...]:
    """What stands directly in a policy; taken out of `inside`."""
    found: list[Exchanged] = []
    for statement in inside.pop(policy, []):
        tree = statement.tree
        if isinstance(tree, t.Policy):
            tree = replace(tree, body=_body(inside, statement.name))  # type: ignore[arg-type]
        found.append(tree)
    return tuple(found)
