"""Predicates: the literals of regions, each about one fact or decision, or related facts.

A test of an optional fact is true, false or unknown. A *strong* predicate says that it is true (or
false); a *weak* one only that it is not false (or not true), as `possibly …` in the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.domains.cuts import cuts_of
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.lower_terms import Variable

ONE = Fraction(1)
Subject = tuple[Fact | DecisionModel, ...]
AtomLiteral = Callable[[g.Atom], g.Literal]


@dataclass(frozen=True, slots=True)
class MemberTest:
    """The fact is one of these members, or the decision has one of these outcomes; members that no
    condition distinguishes are tested together.
    """

    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class BoundTest:
    """A quantity is at most the bound, or below it if `open`."""

    variable: Variable
    bound: Fraction
    open: bool


Test = MemberTest | BoundTest | g.Atom


@dataclass(frozen=True, slots=True)
class Predicate:
    """A test of the subjects, negated if `sign` is false, or unknown if `weak`; `literal` is its
    truth.
    """

    subject: Subject
    test: Test
    sign: bool
    weak: bool
    literal: g.Literal

    @property
    def says_unknown(self) -> bool:
        """Return whether it says that a fact is unknown."""
        return isinstance(self.test, g.Known) and not self.sign


class TruePredicates:
    """The predicates that hold in one situation, indexed to find weaker ones."""

    def __init__(self, terms: Iterable[Predicate]) -> None:
        self._about: dict[Fact | DecisionModel, list[Predicate]] = {}
        self._same: dict[Test, list[Predicate]] = {}  # With either sign.
        self._known: dict[
            Fact | DecisionModel, list[Predicate]
        ] = {}  # That it is known or unknown.
        self._numbers: dict[Subject, list[Predicate]] = {}  # That it is not this number.
        self._ends: dict[Variable, list[Predicate]] = {}
        for term in terms:
            self._same.setdefault(term.test, []).append(term)
            for one in term.subject:
                self._about.setdefault(one, []).append(term)
                if isinstance(term.test, g.Known):
                    self._known.setdefault(one, []).append(term)
            if isinstance(term.test, BoundTest):
                self._ends.setdefault(term.test.variable, []).append(term)
            elif isinstance(term.test, g.Linear):
                self._numbers.setdefault(term.subject, []).append(term)

    def weakenings(self, term: Predicate) -> list[list[Predicate]]:
        """Return weaker predicates in chains, each from the weakest up."""
        alone = [other for other in self._near_predicates(term) if _implies(term, other)]
        ends: dict[bool, list[Predicate]] = {True: [], False: []}  # By whether they are weak.
        if isinstance(term.test, BoundTest):
            for other in self._ends[term.test.variable]:
                if _is_wider_end(term, other):
                    ends[other.weak].append(other)
        chains = [sorted(ends[weak], key=_bound_key, reverse=True) for weak in (True, False)]
        return [*([other] for other in alone), *chains]

    def _near_predicates(self, term: Predicate) -> Iterable[Predicate]:
        """Return predicates that may follow from it, other than bounds of a quantity."""
        if term.says_unknown:
            return self._about[term.subject[0]]
        near = [*self._same[term.test]] if not isinstance(term.test, BoundTest) else []
        near += (other for one in term.subject for other in self._known.get(one, ()))
        if isinstance(term.test, BoundTest):
            near += self._numbers.get(term.subject, ())
        return near


def _implies(term: Predicate, other: Predicate) -> bool:
    """Return whether a predicate that is no bound follows from another one."""
    if term.says_unknown:
        return other.weak and term.subject[0] in other.subject
    if isinstance(other.test, g.Known):
        return not term.weak and other != term
    if term.subject != other.subject or (term.weak and not other.weak):
        return False
    if isinstance(term.test, BoundTest) and isinstance(other.test, g.Linear):
        return _excludes_number(term.test, term.sign, other.test.bound)
    return other.test == term.test and other.sign is term.sign and other != term


def _is_wider_end(term: Predicate, other: Predicate) -> bool:
    """Return whether the other is a bound on the same side of the quantity that is no tighter."""
    one, two = term.test, other.test
    if (
        not isinstance(one, BoundTest)
        or not isinstance(two, BoundTest)
        or one.variable != two.variable
    ):
        return False
    comparable = term.sign is other.sign and (other.weak or not term.weak) and term != other
    return comparable and _bound_key(other) >= _bound_key(term)


def _excludes_number(end: BoundTest, upper: bool, number: Fraction) -> bool:
    """Return whether the number is beyond the bound."""
    if number == end.bound:
        return end.open is upper
    return number > end.bound if upper else number < end.bound


def _bound_key(term: Predicate) -> tuple[Fraction, bool]:
    """Return the sort key of bounds on one side: a wider bound has a greater key."""
    assert isinstance(term.test, BoundTest)
    end = term.test
    return (end.bound, not end.open) if term.sign else (-end.bound, end.open)


def make_predicates(
    graph: g.AndInverterGraph, atoms: Iterable[g.Atom], literal: AtomLiteral
) -> tuple[Predicate, ...]:
    """Return all predicates that the atoms can distinguish, strong ones first; `literal` returns
    the truth of an atom in the world in question.
    """
    tests: dict[tuple[Subject, Test], g.Literal] = {}
    for (subject, test), found in _all_tests(graph, tuple(atoms), literal):
        tests.setdefault((subject, test), found)
    made = [
        term
        for (subject, test), where in tests.items()
        for term in _predicates_of(graph, subject, test, where, literal)
    ]
    return tuple(sorted(made, key=lambda term: term.weak))


def _predicates_of(
    graph: g.AndInverterGraph, subject: Subject, test: Test, where: g.Literal, literal: AtomLiteral
) -> Iterator[Predicate]:
    optional = [one for one in subject if isinstance(one, Fact) and one.optional]
    known = [literal(g.Known(fact)) for fact in optional]
    for sign in _possible_signs(test):
        holds = where ^ (not sign)
        if isinstance(test, g.Known) or not optional:
            yield Predicate(subject, test, sign, False, holds)
        else:
            yield Predicate(subject, test, sign, False, graph.all_of((*known, holds)))
            yield Predicate(subject, test, sign, True, graph.all_of((*known, holds ^ 1)) ^ 1)


def _possible_signs(test: Test) -> tuple[bool, ...]:
    """Return the signs of a test. Equalities with members and numbers are only negated: a value is
    described by what it is not, so regions can be widened step by step.
    """
    number = isinstance(test, g.Linear) and len(test.terms) == 1
    return (False,) if number or isinstance(test, MemberTest) else (True, False)


TestLiteral = tuple[tuple[Subject, Test], g.Literal]


def _all_tests(
    graph: g.AndInverterGraph, atoms: tuple[g.Atom, ...], literal: AtomLiteral
) -> Iterator[TestLiteral]:
    """Yield all tests with their subjects, and their literals where the facts are known."""
    members: dict[Fact | DecisionModel, dict[int, g.Atom]] = {}
    for atom in atoms:
        match atom:
            case g.IsEnumMember():
                members.setdefault(atom.fact, {})[atom.member] = atom
            case g.Outcome():
                members.setdefault(atom.decision, {})[atom.outcome] = atom
            case g.Linear(((variable, _),)):
                yield from _bound_tests(atom, variable, literal)
            case _:
                yield (facts_in(atom), atom), literal(atom)
        for fact in facts_in(atom):
            if fact.optional:
                yield ((fact,), g.Known(fact)), literal(g.Known(fact))
    for one, tested in members.items():
        yield from _member_tests(graph, one, tested, literal)


def _bound_tests(atom: g.Linear, variable: Variable, literal: AtomLiteral) -> Iterator[TestLiteral]:
    subject = facts_in(atom)
    if atom.op == "=":
        yield (subject, atom), literal(atom)
    for bound, closed in cuts_of(variable, atom.op, atom.bound):
        cut = g.Linear(((variable, ONE),), "<=" if closed else "<", bound)
        yield (subject, BoundTest(variable, bound, not closed)), literal(cut)


def _member_tests(
    graph: g.AndInverterGraph,
    one: Fact | DecisionModel,
    tested: dict[int, g.Atom],
    literal: AtomLiteral,
) -> Iterator[TestLiteral]:
    names = one.outcomes if isinstance(one, DecisionModel) else one.type.members
    found = {member: literal(atom) for member, atom in sorted(tested.items())}
    for member, test in found.items():
        yield ((one,), MemberTest(frozenset((member,)))), test
    rest = frozenset(i for i in range(len(names)) if i not in found)
    if rest:
        yield ((one,), MemberTest(rest)), graph.any_of(found.values()) ^ 1
