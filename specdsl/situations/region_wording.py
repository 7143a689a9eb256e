"""Regions in the words of the language: what could stand after `when`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from specdsl.frontend.model.nodes import Constant, Decision, Expr, Fact, Spec
from specdsl.frontend.model.traversal import subexpressions
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import Variable, grid_step
from specdsl.situations.linear_wording import bound_of, name_of, relation, signed
from specdsl.situations.predicates import Among, Subject, Term, Upto
from specdsl.situations.situation import literal


class Wording:
    """Puts regions of a spec into words, with the numbers that its author uses."""

    def __init__(self, spec: Spec) -> None:
        self._place = {one: i for i, one in enumerate((*spec.facts, *spec.decisions))}
        self._written = frozenset(_constants(spec))

    def of(self, region: Iterable[Term]) -> str:
        """The region as a condition; nothing where it is everywhere. In the order of the facts."""
        grouped: dict[Subject, list[Term]] = {}
        for term in region:
            grouped.setdefault(term.subject, []).append(term)
        ordered = sorted(grouped, key=lambda subject: [self._place[one] for one in subject])
        return " and ".join(text for subject in ordered for text in self._group(grouped[subject]))

    def _group(self, group: Sequence[Term]) -> Iterator[str]:
        """All that is said of a subject. What it is not is known where it is known."""
        doubtful = all(term.weak for term in group)
        if doubtful and any(map(_is_never, group)):
            yield f"{group[0].subject[0].name} is unknown"
            return
        said = [term for term in group if not isinstance(term.said, g.Known)] or group
        for text in self._texts(group[0].subject[0], said):
            yield f"possibly {text}" if doubtful else text

    def _texts(self, one: Fact | Decision, group: Sequence[Term]) -> Iterator[str]:
        """What is said of one fact (or of several together) or decision."""
        out = [m for t in group if isinstance(t.said, Among) for m in sorted(t.said.members)]
        if out:
            yield _among(one, out)
        for sign in (True, False):
            has = [t.said for t in group if isinstance(t.said, g.HasMember) and t.sign is sign]
            if has:
                yield _has(sorted(has, key=lambda atom: atom.member), sign)
        upper = [t.said for t in group if isinstance(t.said, Upto) and t.sign]
        lower = [t.said for t in group if isinstance(t.said, Upto) and not t.sign]
        yield from self._between(lower, upper)
        yield from _relations([(t.said, t.sign) for t in group if isinstance(t.said, g.Linear)])
        for term in group:
            if not isinstance(term.said, Among | g.HasMember | Upto | g.Linear):
                yield _test(term.said, term.sign)

    def _between(self, lower: Sequence[Upto], upper: Sequence[Upto]) -> Iterator[str]:
        """Above the one, up to the other; of each there is one at most."""
        for low, high in product(lower, upper):
            step = grid_step(high.variable) or Fraction(0)
            if high.bound == low.bound + step and low.open is (not step):
                yield f"{name_of(high.variable)} = {bound_of(high.variable, high.bound)}"
                return
        yield from (self._end(one, "<" if one.open else "<=", False) for one in lower)
        yield from (self._end(one, "<" if one.open else "<=", True) for one in upper)

    def _end(self, one: Upto, op: str, sign: bool) -> str:
        """With `<` where the author counts up to the next number."""
        bound, step = one.bound, grid_step(one.variable)
        if step and bound not in self._written and bound + step in self._written:
            op, bound = "<", bound + step
        return f"{name_of(one.variable)} {signed(op, sign)} {bound_of(one.variable, bound)}"


def _is_never(term: Term) -> bool:
    """It is a bound that no value of the fact's range keeps, so that it only says `unknown`."""
    if not isinstance(term.said, Upto):
        return False
    low, high = _range(term.said.variable)
    bound, is_open = term.said.bound, term.said.open
    if term.sign:
        return low is not None and (bound < low or (is_open and bound == low))
    return high is not None and (bound > high or (not is_open and bound == high))


def _range(variable: Variable) -> tuple[Fraction | None, Fraction | None]:
    if isinstance(variable, g.Size):
        return Fraction(0), Fraction(len(variable.fact.type.members))
    return variable.type.low, variable.type.high


def _constants(spec: Spec) -> Iterator[Fraction]:
    """The numbers of all conditions."""
    conditions = (c for rule in spec.rules for c in (*rule.whens, *rule.unlesses))
    stack: list[Expr] = [*conditions, *(define.expr for define in spec.defines)]
    while stack:
        expr = stack.pop()
        if isinstance(expr, Constant):
            yield expr.value
        stack.extend(subexpressions(expr))


# --- members -------------------------------------------------------------------------------------


def _among(one: Fact | Decision, out: Sequence[int]) -> str:
    """Which members are left, or which are not, whichever is shorter."""
    members = one.outcomes if isinstance(one, Decision) else one.type.members
    left = [member for i, member in enumerate(members) if i not in out]
    gone = [member for i, member in enumerate(members) if i in out]
    if len(left) == 1:
        return f"{one.name} is {left[0]}"
    if len(gone) == 1:
        return f"{one.name} is not {gone[0]}"
    if len(left) <= len(gone):
        return f"{one.name} in {{{', '.join(left)}}}"
    return f"{one.name} not in {{{', '.join(gone)}}}"


def _has(atoms: Sequence[g.HasMember], sign: bool) -> str:
    fact = atoms[0].fact
    names = [fact.type.members[atom.member] for atom in atoms]
    if len(names) == 1:
        return f"{fact.name} has {names[0]}" if sign else f"not {fact.name} has {names[0]}"
    return f"{fact.name} has {'all' if sign else 'none'} of {{{', '.join(names)}}}"


# --- tests ---------------------------------------------------------------------------------------


def _test(said: g.Atom, sign: bool) -> str:
    match said:
        case g.Known():
            return f"{said.fact.name} is {'known' if sign else 'unknown'}"
        case g.IsTrue():
            return said.fact.name if sign else f"not {said.fact.name}"
        case g.TextCompare():
            return f"{said.fact.name} {signed(said.op, sign)} {literal(said.fact, said.value)}"
        case g.TextMatches():
            text = f'{said.fact.name} like "{said.pattern}"'
            return text if sign else f"not {text}"
        case g.TextRelation():
            return f"{said.left.name} {signed(said.op, sign)} {said.right.name}"
        case _:
            raise AssertionError(f"{said} is said otherwise")


def _relations(said: Sequence[tuple[g.Linear, bool]]) -> Iterator[str]:
    """At most and not below is equal."""
    most = {(one.terms, one.bound) for one, sign in said if one.op == "<=" and sign}
    least = {(one.terms, one.bound) for one, sign in said if one.op == "<" and not sign}
    for one, sign in said:
        equal = (one.terms, one.bound) in most & least
        if not (equal and one.op == "<"):
            yield relation(one, "=" if equal else signed(one.op, sign))
