"""What may be said of a situation, one fact or decision at a time: the terms of a region.

A test of a fact that may be unknown is true, false or unknown. A *strong* term says which of the
first two; a *weak* one only that it is not the other (`possibly …`), so that it holds where nobody
knows as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from specdsl.frontend.model.nodes import Decision, Fact
from specdsl.reasoning.domains.cuts import cuts_of
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.lower_terms import Variable

ONE = Fraction(1)
Subject = tuple[Fact | Decision, ...]
Literal = Callable[[g.Atom], int]


@dataclass(frozen=True, slots=True)
class Among:
    """The fact is one of these members, or the decision has one of these outcomes. Those that no
    condition tells apart come together."""

    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Upto:
    """A quantity is at most the bound; where `open`, below it."""

    variable: Variable
    bound: Fraction
    open: bool


Said = Among | Upto | g.Atom


@dataclass(frozen=True, slots=True)
class Term:
    """What is said of the subjects, or where `sign` is false its opposite; where `weak`, or it is
    unknown. `literal` holds exactly there."""

    subject: Subject
    said: Said
    sign: bool
    weak: bool
    literal: int

    @property
    def unknown(self) -> bool:
        """It says that a fact is unknown."""
        return isinstance(self.said, g.Known) and not self.sign


class Holding:
    """Terms that hold in one situation."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._about: dict[Fact | Decision, list[Term]] = {}
        self._same: dict[Said, list[Term]] = {}  # that say the same of something, or its opposite
        self._known: dict[Fact | Decision, list[Term]] = {}  # that it is known or unknown
        self._numbers: dict[Subject, list[Term]] = {}  # that it is not this number
        self._ends: dict[Variable, list[Term]] = {}
        for term in terms:
            self._same.setdefault(term.said, []).append(term)
            for one in term.subject:
                self._about.setdefault(one, []).append(term)
                if isinstance(term.said, g.Known):
                    self._known.setdefault(one, []).append(term)
            if isinstance(term.said, Upto):
                self._ends.setdefault(term.said.variable, []).append(term)
            elif isinstance(term.said, g.Linear):
                self._numbers.setdefault(term.subject, []).append(term)

    def weaker_than(self, term: Term) -> list[list[Term]]:
        """Others that say less, in chains: each from the weakest up."""
        alone = [other for other in self._near(term) if _follows(term, other)]
        ends: dict[bool, list[Term]] = {True: [], False: []}  # by whether they are weak
        if isinstance(term.said, Upto):
            for other in self._ends[term.said.variable]:
                if _is_end_of(term, other):
                    ends[other.weak].append(other)
        chains = [sorted(ends[weak], key=_reach, reverse=True) for weak in (True, False)]
        return [*([other] for other in alone), *chains]

    def _near(self, term: Term) -> Iterable[Term]:
        """Those that may follow from it, but for ends of a quantity."""
        if term.unknown:
            return self._about[term.subject[0]]
        near = [*self._same[term.said]] if not isinstance(term.said, Upto) else []
        near += (other for one in term.subject for other in self._known.get(one, ()))
        if isinstance(term.said, Upto):
            near += self._numbers.get(term.subject, ())
        return near


def _follows(term: Term, other: Term) -> bool:
    """What is known, or unknown, or not that number says less; and what is possibly so."""
    if term.unknown:
        return other.weak and term.subject[0] in other.subject
    if isinstance(other.said, g.Known):
        return not term.weak and other != term
    if term.subject != other.subject or (term.weak and not other.weak):
        return False
    if isinstance(term.said, Upto) and isinstance(other.said, g.Linear):
        return _excludes(term.said, term.sign, other.said.bound)
    return other.said == term.said and other.sign is term.sign and other != term


def _is_end_of(term: Term, other: Term) -> bool:
    """The same end of the quantity, or one farther out."""
    one, two = term.said, other.said
    if not isinstance(one, Upto) or not isinstance(two, Upto) or one.variable != two.variable:
        return False
    comparable = term.sign is other.sign and (other.weak or not term.weak) and term != other
    return comparable and _reach(other) >= _reach(term)


def _excludes(end: Upto, upper: bool, number: Fraction) -> bool:
    """The number is not on this side of the end."""
    if number == end.bound:
        return end.open is upper
    return number > end.bound if upper else number < end.bound


def _reach(term: Term) -> tuple[Fraction, bool]:
    """How far out an end is."""
    assert isinstance(term.said, Upto)
    end = term.said
    return (end.bound, not end.open) if term.sign else (-end.bound, end.open)


def terms(graph: g.AndInverterGraph, atoms: Iterable[g.Atom], literal: Literal) -> tuple[Term, ...]:
    """All terms over what the atoms tell apart, strong ones first; `literal` is the truth of an
    atom in the world that is asked about."""
    tests: dict[tuple[Subject, Said], int] = {}
    for (subject, said), found in _tests(graph, tuple(atoms), literal):
        tests.setdefault((subject, said), found)
    made = [
        term
        for (subject, said), test in tests.items()
        for term in _of(graph, subject, said, test, literal)
    ]
    return tuple(sorted(made, key=lambda term: term.weak))


def _of(
    graph: g.AndInverterGraph, subject: Subject, said: Said, test: int, literal: Literal
) -> Iterator[Term]:
    optional = [one for one in subject if isinstance(one, Fact) and one.optional]
    known = [literal(g.Known(fact)) for fact in optional]
    for sign in _signs(said):
        holds = test ^ (not sign)
        if isinstance(said, g.Known) or not optional:
            yield Term(subject, said, sign, False, holds)
        else:
            yield Term(subject, said, sign, False, graph.all_of((*known, holds)))
            yield Term(subject, said, sign, True, graph.all_of((*known, holds ^ 1)) ^ 1)


def _signs(said: Said) -> tuple[bool, ...]:
    """That it is this member, or this number, is said by what it is not: so it can be widened."""
    number = isinstance(said, g.Linear) and len(said.terms) == 1
    return (False,) if number or isinstance(said, Among) else (True, False)


Test = tuple[tuple[Subject, Said], int]


def _tests(
    graph: g.AndInverterGraph, atoms: tuple[g.Atom, ...], literal: Literal
) -> Iterator[Test]:
    """What can be said, with the literal that it is so where it is known."""
    members: dict[Fact | Decision, dict[int, g.Atom]] = {}
    for atom in atoms:
        match atom:
            case g.IsEnumMember():
                members.setdefault(atom.fact, {})[atom.member] = atom
            case g.Outcome():
                members.setdefault(atom.decision, {})[atom.outcome] = atom
            case g.Linear(((variable, _),)):
                yield from _bounds(atom, variable, literal)
            case _:
                yield (facts_in(atom), atom), literal(atom)
        for fact in facts_in(atom):
            if fact.optional:
                yield ((fact,), g.Known(fact)), literal(g.Known(fact))
    for one, tested in members.items():
        yield from _members(graph, one, tested, literal)


def _bounds(atom: g.Linear, variable: Variable, literal: Literal) -> Iterator[Test]:
    subject = facts_in(atom)
    if atom.op == "=":
        yield (subject, atom), literal(atom)
    for bound, closed in cuts_of(variable, atom.op, atom.bound):
        cut = g.Linear(((variable, ONE),), "<=" if closed else "<", bound)
        yield (subject, Upto(variable, bound, not closed)), literal(cut)


def _members(
    graph: g.AndInverterGraph, one: Fact | Decision, tested: dict[int, g.Atom], literal: Literal
) -> Iterator[Test]:
    names = one.outcomes if isinstance(one, Decision) else one.type.members
    found = {member: literal(atom) for member, atom in sorted(tested.items())}
    for member, test in found.items():
        yield ((one,), Among(frozenset((member,)))), test
    rest = frozenset(i for i in range(len(names)) if i not in found)
    if rest:
        yield ((one,), Among(rest)), graph.any_of(found.values()) ^ 1
