"""Values of all facts that represent all others."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations, product
from math import prod

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.kleene import Valuation, evaluate
from specdsl.semantics.reference.read_facts import Value
from tests.bruteforce import linear, texts
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.walk import facts_of

Values = Mapping[str, Value]
"""By name; facts that nothing reads are left out."""


@dataclass(frozen=True, slots=True)
class Space:
    """The facts whose values matter, and all that these are compared with: `forms` of quantities,
    `tests` of texts."""

    facts: tuple[m.Fact, ...]
    forms: frozenset[linear.Form]
    tests: texts.Tests

    @staticmethod
    def of(spec: m.SpecModel, exprs: Iterable[m.Expr]) -> Space:
        """What the expressions or the assumptions read. What examples give is among the values."""
        read = (*exprs, *(one.expr for one in spec.assumes))
        facts = {fact.name: fact for expr in read for fact in facts_of(expr)}
        given = [g for example in spec.examples for g in example.given if g.fact.name in facts]
        forms = frozenset(linear.forms(read) | _given_forms(given))
        tests = texts.tests_in(read)
        more = frozenset(g.value for g in given if isinstance(g.value, str))
        return Space(tuple(facts.values()), forms, replace(tests, constants=tests.constants | more))

    @property
    def quantities(self) -> list[m.Fact]:
        return self._of_kind(m.QUANTITIES)

    def valuations(self, most: int) -> Iterator[Values]:
        """Raises `Unenumerable` where they are more than `most`."""
        groups = [*_discrete(self.facts), self._texts()]
        sizes = {fact.name for fact in self._of_kind({m.Kind.SET})}
        return _all(groups, self.quantities, set(self.forms), sizes, most)

    def _texts(self) -> list[dict[str, Value]]:
        mine = self._of_kind({m.Kind.TEXT})
        domains: list[list[Value]] = []
        for fact in mine:
            known = texts.representatives(self.tests, fact.type.ignoring_case)
            domains.append([*known, None] if fact.optional else [*known])
        names = [fact.name for fact in mine]
        return [dict(zip(names, chosen, strict=True)) for chosen in product(*domains)]

    def _of_kind(self, kinds: Container[m.Kind]) -> list[m.Fact]:
        return [fact for fact in self.facts if fact.type.kind in kinds]


def valuations(spec: m.SpecModel, exprs: Iterable[m.Expr], most: int) -> list[Values]:
    """Legal ones: values of the facts that the expressions or the assumptions read, without those
    that make an assumption false. Raises `Unenumerable` where they are more than `most`."""
    whole = list(Space.of(spec, exprs).valuations(most))
    return [values for values in whole if not impossible(spec, values)]


def impossible(spec: m.SpecModel, values: Values) -> bool:
    """Whether an assumption is false."""
    for one in spec.assumes:
        facts = {fact: values[fact.name] for fact in facts_of(one.expr)}
        if evaluate(one.expr, Valuation(facts, {})) is False:
            return True
    return False


def _discrete(facts: Iterable[m.Fact]) -> Iterator[list[dict[str, Value]]]:
    """For each fact of finitely many plain values, all of them."""
    for fact in facts:
        members = fact.type.members
        known: list[Value]
        match fact.type.kind:
            case m.Kind.BOOL:
                known = [False, True]
            case m.Kind.ENUM:
                known = list(members)
            case m.Kind.SET:
                counts = range(len(members) + 1)
                chosen = chain.from_iterable(combinations(members, count) for count in counts)
                known = [frozenset(some) for some in chosen]
            case _:
                continue
        known += [None] if fact.optional else []
        yield [{fact.name: one} for one in known]


def _given_forms(given: Iterable[m.Given]) -> set[linear.Form]:
    """An example's values are among those tried."""
    return {
        linear.Form.of({g.fact.name: Fraction(1)}, -g.value)
        for g in given
        if isinstance(g.value, Fraction)
    }


def _all(
    groups: list[list[dict[str, Value]]],
    quantities: list[m.Fact],
    found: set[linear.Form],
    sets: set[str],
    most: int,
) -> Iterator[Values]:
    """Every choice; quantities for each choice of the sizes that they may be compared with."""
    axes = [linear.axis(fact) for fact in quantities]
    if prod(map(len, groups)) > most:
        raise Unenumerable("too many values of plain facts")
    made: dict[tuple[int | None, ...], list[linear.Point]] = {}
    count = 0
    for chosen in product(*groups):
        plain = {name: one for group in chosen for name, one in group.items()}
        sizes = {name: plain[name] for name in sorted(sets)}
        key = tuple(len(s) if isinstance(s, frozenset) else None for s in sizes.values())
        if key not in made:
            fixed = _with_sizes(found, dict(zip(sizes, key, strict=True)))
            made[key] = linear.points(axes, fixed, most)
        count += len(made[key])
        if count > most:
            raise Unenumerable("too many values")
        yield from ({**plain, **point} for point in made[key])


def _with_sizes(found: set[linear.Form], sizes: Mapping[str, int | None]) -> set[linear.Form]:
    """The forms for sets of these sizes; what is compared with an unknown size tells nothing."""
    named = {f"size of {name}": size for name, size in sizes.items()}
    fixed = set()
    for form in found:
        mine = [named[name] for name, _ in form.factors if name in named]
        if None in mine:
            continue
        constant = sum((f * (named.get(n) or 0) for n, f in form.factors), form.constant)
        rest = {name: factor for name, factor in form.factors if name not in named}
        fixed.add(linear.Form.of(rest, Fraction(constant)))
    return {form for form in fixed if form.factors}
