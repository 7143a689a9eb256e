"""Values of all facts, twice over: once for each of two situations that differ in one fact.

The values of a quantity depend on those of the others that it is compared with: `valuations` has
one point of each cell, and two cells that differ in one quantity alone need not have points that
do. So a fact that is compared with quantities of any value gets a *twin*, a fact of the same type
that is compared with all that it is compared with, in each situation once. Values that represent
all others of this larger set of facts are, read twice, pairs that represent all pairs.

Other facts need none: what the rest is does not depend on them, so that valuations which agree in
the rest are all there are. Of texts, `texts.py` keeps enough for both situations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from specdsl.frontend.model import nodes as m
from tests.bruteforce import linear
from tests.bruteforce.valuations import Space, Values, impossible

Pair = tuple[Values, Values]


def needs_twin(spec: m.SpecModel, exprs: Iterable[m.Expr], fact: m.Fact) -> bool:
    """Whether it, or its size, is compared with a quantity of any value."""
    space = Space.of(spec, exprs)
    endless = {one.name for one in map(linear.axis, space.quantities) if one.values is None}
    return any(
        _names(fact) & form.names and (endless & form.names) - {fact.name} for form in space.forms
    )


def pairs(spec: m.SpecModel, exprs: Iterable[m.Expr], fact: m.Fact, most: int) -> Iterator[Pair]:
    """Legal valuations that differ in this fact alone, and represent all such pairs. Raises
    `Unenumerable` where they are more than `most`."""
    twin = replace(fact, name=f"{fact.name}'")
    for values in _with_twin(Space.of(spec, exprs), fact, twin).valuations(most):
        one = {name: value for name, value in values.items() if name != twin.name}
        two = {**one, fact.name: values[twin.name]}
        if one != two and not impossible(spec, one) and not impossible(spec, two):
            yield one, two


def _with_twin(space: Space, fact: m.Fact, twin: m.Fact) -> Space:
    named = dict(zip(sorted(_names(fact)), sorted(_names(twin)), strict=True))
    forms = space.forms | {form.renamed(named) for form in space.forms}
    return replace(space, facts=(*space.facts, twin), forms=frozenset(forms))


def _names(fact: m.Fact) -> set[str]:
    """What stands for the fact in forms."""
    return {fact.name, linear.size_name(fact)}
