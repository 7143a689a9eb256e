"""Partial edits: the old spec with a subset of the edits applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.frontend.model.files import GatheredFiles, SpecFile
from specdsl.frontend.model.resolve_names import resolve_spec
from specdsl.frontend.ranking.build_ranks import rank_rules
from specdsl.frontend.syntax import tree as t
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.lower import lower_spec
from specdsl.verification.two_specs.spec_edits import (
    DECLARATIONS,
    declared_levels,
    same_fact,
    same_levels,
)
from specdsl.verification.two_specs.statement_table import Exchanged, Key, Statement, Table


@dataclass(frozen=True, eq=False)
class PartialEdits:
    """Two specs as tables of statements, from which specs between them are made."""

    old: Table
    new: Table

    def apply_subset(self, made: Iterable[Key]) -> Circuit | None:
        """Return the old spec with these edits applied, or None if that is no valid spec (a new
        rule may need another edit). It has the declarations of both specs."""
        chosen = dict(self._chosen_statements(frozenset(made)))
        trees = _nest_in_policies(chosen.values())
        if trees is None:
            return None
        file = t.File(Source("<mixture>", ""), trees, ())
        spec, _ = resolve_spec(
            GatheredFiles((SpecFile(file, False),), None, None, ()), "mixture", None
        )
        ranks, _ = (None, ()) if spec is None else rank_rules(spec)
        if spec is None or ranks is None:
            return None
        return lower_spec(spec, ranks)[0]

    def _chosen_statements(self, made: frozenset[Key]) -> Iterator[tuple[Key, Statement]]:
        for key in dict.fromkeys((*self.old, *self.new)):
            old, new = self.old.get(key), self.new.get(key)
            if old is None or new is None:
                one = new or old
                assert one is not None
                if one.kind in DECLARATIONS or (key in made) == (old is None):
                    yield key, one
            elif same_fact(old, new):
                yield key, _merge_facts(old, new)
            elif same_levels(old, new):
                yield key, max(old, new, key=lambda one: len(declared_levels(one)))
            else:
                yield key, new if key in made else old


def _merge_facts(old: Statement, new: Statement) -> Statement:
    """Return a fact with the members of both specs and no range: ranges bind situations, not
    conditions."""
    one, two = old.tree, new.tree
    assert isinstance(one, t.FactNode)
    assert isinstance(two, t.FactNode)
    known = {name.text: name for name in (*one.type.members, *two.type.members)}
    kind = two.type if two.type.kind == "number" else one.type
    wide = replace(kind, members=tuple(known.values()), range=None)
    return replace(old, tree=replace(one, type=wide, optional=one.optional or two.optional))


def _nest_in_policies(chosen: Iterable[Statement]) -> tuple[Exchanged, ...] | None:
    """Return the trees with rules and policies nested in their policies, or None if two policies
    would contain each other, since only one of their moves was applied."""
    inside: dict[str, list[Statement]] = {}
    for statement in chosen:
        inside.setdefault(statement.policy, []).append(statement)
    trees = _policy_body(inside, "")
    return None if inside else trees


def _policy_body(inside: dict[str, list[Statement]], policy: str) -> tuple[Exchanged, ...]:
    """Take the statements directly in a policy out of `inside`."""
    found: list[Exchanged] = []
    for statement in inside.pop(policy, []):
        tree = statement.tree
        if isinstance(tree, t.PolicyNode):
            tree = replace(tree, body=_policy_body(inside, statement.name))  # type: ignore[arg-type]
        found.append(tree)
    return tuple(found)
