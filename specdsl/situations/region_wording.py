"""The text of a region as a condition of the language, which could stand after `when`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from specdsl.frontend.model.nodes import Constant, DecisionModel, Expr, Fact, SpecModel
from specdsl.frontend.model.traversal import subexpressions
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import Variable, grid_step
from specdsl.situations.linear_wording import (
    bound_text,
    relation_text,
    signed_operator,
    variable_name,
)
from specdsl.situations.predicates import BoundTest, MemberTest, Predicate, Subject
from specdsl.situations.situation import literal_text


class RegionWording:
    """Writes regions of a spec with the numbers that its author uses."""

    def __init__(self, spec: SpecModel) -> None:
        self._place = {one: i for i, one in enumerate((*spec.facts, *spec.decisions))}
        self._written = frozenset(_spec_constants(spec))

    def region_text(self, region: Iterable[Predicate]) -> str:
        """Return the region as a condition in the order of facts; empty if it is everywhere."""
        return " and ".join(self.condition_texts(region))

    def condition_texts(self, region: Iterable[Predicate]) -> list[str]:
        """Return the conditions of the region in the order of facts."""
        grouped: dict[Subject, list[Predicate]] = {}
        for term in region:
            grouped.setdefault(term.subject, []).append(term)
        ordered = sorted(grouped, key=lambda subject: [self._place[one] for one in subject])
        return [text for subject in ordered for text in self._subject_texts(grouped[subject])]

    def _subject_texts(self, group: Sequence[Predicate]) -> Iterator[str]:
        """Yield the conditions on one subject, with `possibly` if they allow that it is unknown."""
        doubtful = all(term.weak for term in group)
        if doubtful and any(map(_is_never_true, group)):
            yield f"{group[0].subject[0].name} is unknown"
            return
        tests = [term for term in group if not isinstance(term.test, g.Known)] or group
        for text in self._test_texts(group[0].subject[0], tests):
            yield f"possibly {text}" if doubtful else text

    def _test_texts(self, one: Fact | DecisionModel, group: Sequence[Predicate]) -> Iterator[str]:
        """Yield the conditions on a decision, a fact or related facts, if it is known."""
        out = [m for t in group if isinstance(t.test, MemberTest) for m in sorted(t.test.members)]
        if out:
            yield _member_text(one, out)
        for sign in (True, False):
            has = [t.test for t in group if isinstance(t.test, g.HasMember) and t.sign is sign]
            if has:
                yield _has_text(sorted(has, key=lambda atom: atom.member), sign)
        upper = [t.test for t in group if isinstance(t.test, BoundTest) and t.sign]
        lower = [t.test for t in group if isinstance(t.test, BoundTest) and not t.sign]
        yield from self._interval_texts(lower, upper)
        yield from _relation_texts(
            [(t.test, t.sign) for t in group if isinstance(t.test, g.Linear)]
        )
        for term in group:
            if not isinstance(term.test, MemberTest | g.HasMember | BoundTest | g.Linear):
                yield _test_text(term.test, term.sign)

    def _interval_texts(
        self, lower: Sequence[BoundTest], upper: Sequence[BoundTest]
    ) -> Iterator[str]:
        """Yield a lower and an upper bound, at most one of each, or an equality."""
        for low, high in product(lower, upper):
            step = grid_step(high.variable) or Fraction(0)
            if high.bound == low.bound + step and low.open is (not step):
                yield f"{variable_name(high.variable)} = {bound_text(high.variable, high.bound)}"
                return
        yield from (self._end_text(one, "<" if one.open else "<=", False) for one in lower)
        yield from (self._end_text(one, "<" if one.open else "<=", True) for one in upper)

    def _end_text(self, one: BoundTest, op: str, sign: bool) -> str:
        """Return a bound, with `<` if the author writes the next number."""
        bound, step = one.bound, grid_step(one.variable)
        if step and bound not in self._written and bound + step in self._written:
            op, bound = "<", bound + step
        name, number = variable_name(one.variable), bound_text(one.variable, bound)
        return f"{name} {signed_operator(op, sign)} {number}"


def _is_never_true(term: Predicate) -> bool:
    """Return whether no value in the range of the fact is within this bound."""
    if not isinstance(term.test, BoundTest):
        return False
    low, high = _value_range(term.test.variable)
    bound, is_open = term.test.bound, term.test.open
    if term.sign:
        return low is not None and (bound < low or (is_open and bound == low))
    return high is not None and (bound > high or (not is_open and bound == high))


def _value_range(variable: Variable) -> tuple[Fraction | None, Fraction | None]:
    if isinstance(variable, g.Size):
        return Fraction(0), Fraction(len(variable.fact.type.members))
    return variable.type.low, variable.type.high


def _spec_constants(spec: SpecModel) -> Iterator[Fraction]:
    """Yield the numbers in all conditions."""
    conditions = (c for rule in spec.rules for c in (*rule.whens, *rule.unlesses))
    stack: list[Expr] = [*conditions, *(define.expr for define in spec.defines)]
    while stack:
        expr = stack.pop()
        if isinstance(expr, Constant):
            yield expr.value
        stack.extend(subexpressions(expr))


# --- members -------------------------------------------------------------------------------------


def _member_text(one: Fact | DecisionModel, out: Sequence[int]) -> str:
    """Name the members that are possible or the others, whichever is shorter."""
    members = one.outcomes if isinstance(one, DecisionModel) else one.type.members
    left = [member for i, member in enumerate(members) if i not in out]
    gone = [member for i, member in enumerate(members) if i in out]
    if len(left) == 1:
        return f"{one.name} is {left[0]}"
    if len(gone) == 1:
        return f"{one.name} is not {gone[0]}"
    if len(left) <= len(gone):
        return f"{one.name} in {{{', '.join(left)}}}"
    return f"{one.name} not in {{{', '.join(gone)}}}"


def _has_text(atoms: Sequence[g.HasMember], sign: bool) -> str:
    fact = atoms[0].fact
    names = [fact.type.members[atom.member] for atom in atoms]
    if len(names) == 1:
        return f"{fact.name} has {names[0]}" if sign else f"not {fact.name} has {names[0]}"
    return f"{fact.name} has {'all' if sign else 'none'} of {{{', '.join(names)}}}"


# --- tests ---------------------------------------------------------------------------------------


def _test_text(test: g.Atom, sign: bool) -> str:
    match test:
        case g.Known():
            return f"{test.fact.name} is {'known' if sign else 'unknown'}"
        case g.IsTrue():
            return test.fact.name if sign else f"not {test.fact.name}"
        case g.TextCompare():
            value = literal_text(test.fact, test.value)
            return f"{test.fact.name} {signed_operator(test.op, sign)} {value}"
        case g.TextMatches():
            text = f'{test.fact.name} like "{test.pattern}"'
            return text if sign else f"not {text}"
        case g.TextRelation():
            return f"{test.left.name} {signed_operator(test.op, sign)} {test.right.name}"
        case _:
            raise AssertionError(f"{test} has a text of its own")


def _relation_texts(tests: Sequence[tuple[g.Linear, bool]]) -> Iterator[str]:
    """Join `at most` and `not below` the same bound to an equality."""
    most = {(one.terms, one.bound) for one, sign in tests if one.op == "<=" and sign}
    least = {(one.terms, one.bound) for one, sign in tests if one.op == "<" and not sign}
    for one, sign in tests:
        equal = (one.terms, one.bound) in most & least
        if not (equal and one.op == "<"):
            yield relation_text(one, "=" if equal else signed_operator(one.op, sign))
