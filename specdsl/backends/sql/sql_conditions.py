"""Translator of conditions: literals of an and-inverter graph → boolean expressions of SQL.

An expression is TRUE exactly where its literal is, and FALSE or, in a `strict` place, where NULL
counts as FALSE, also NULL elsewhere. Unknown facts are NULL, on which comparisons are NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.axes import OTHER_TEXT, Axis
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.fact_columns import (
    LARGEST,
    MILLION,
    FactColumns,
    date_literal,
    number_literal,
)
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.text_patterns import Wildcard, pattern_pieces

NEGATED = {"<=": ">", "<": ">=", "=": "!="}
ESCAPE = "!"  # Before a character of a pattern that would stand for others.


@dataclass(eq=False)
class ConditionTranslator:
    """Translates literals. `shared`: the columns of nodes that were computed before."""

    graph: g.AndInverterGraph
    facts: FactColumns
    outcome: Callable[[DecisionModel], s.Sql]
    shared: dict[g.Node, str] = field(default_factory=dict)

    def test_of_all(self, literals: Sequence[g.Literal]) -> s.Sql:
        """Return the conjunction of literals where NULL counts as FALSE: that a fact is known needs
        no test if another conjunct is NULL otherwise.
        """
        known = {fact for literal in literals for fact in self._null_without(literal)}
        parts = [
            self.expression(literal)
            for literal in literals
            if not (self._known_fact(literal) in known and not literal & 1)
        ]
        return s.conjunction(parts)

    def _known_fact(self, literal: g.Literal) -> Fact | None:
        atom = self.graph.atoms[literal >> 1]
        return atom.fact if isinstance(atom, g.Known) else None

    def _null_without(self, literal: g.Literal) -> tuple[Fact, ...]:
        """Return the facts without which the expression of the literal is NULL."""
        atom = self.graph.atoms[literal >> 1]
        if atom is None or isinstance(atom, g.Known | g.Outcome):
            return ()
        return facts_in(atom)

    def expression(self, literal: g.Literal) -> s.Sql:
        """Return the expression of a literal."""
        node, positive = literal >> 1, not literal & 1
        if node == g.CONSTANT_NODE:
            return s.truth(positive)
        if node in self.shared:
            found = s.column(self.shared[node])
            return found if positive else s.negation(found)
        atom = self.graph.atoms[node]
        if atom is not None:
            return self._atom_test(atom, positive)
        inputs = self.graph.inputs[node]
        if positive:
            return s.conjunction(self._parts_of(inputs, False))
        return s.disjunction(self._parts_of([one ^ 1 for one in inputs], True))

    def _parts_of(self, literals: Sequence[g.Literal], either: bool) -> list[s.Sql]:
        """Return the parts of a conjunction or, with `either`, of a disjunction. Tests that values
        are equal to constants are one test where they can be.
        """
        equal: dict[object, list[s.Sql]] = {}
        parts: list[s.Sql | object] = []
        for literal in literals:
            atom = self.graph.atoms[literal >> 1]
            found = self._constant_of(atom) if either is not bool(literal & 1) else None
            if found is None:
                parts.append(self.expression(literal))
            else:
                subject, constant = found
                if subject not in equal:
                    parts.append(subject)
                equal.setdefault(subject, []).append(constant)
        return [
            self._among(part, equal[part], either) if part in equal else part  # type: ignore[misc]
            for part in parts
        ]

    def _constant_of(self, atom: g.Atom | None) -> tuple[object, s.Sql] | None:
        """Return what an atom tests for being equal to a constant, and the constant."""
        match atom:
            case g.IsEnumMember():
                return atom.fact, s.text(atom.fact.type.members[atom.member])
            case g.TextCompare(op="=", folding=False):
                return atom.fact, s.text(atom.value)
            case g.Outcome():
                return atom.decision, s.text(atom.decision.outcomes[atom.outcome])
            case _:
                return None

    def _among(self, subject: object, constants: list[s.Sql], positive: bool) -> s.Sql:
        value = self._subject_value(subject)
        if len(constants) == 1:
            return s.comparison(value, "=" if positive else "!=", constants[0])
        if subject in self.facts.masked:
            return self.has_member(subject, constants, positive)
        found = s.one_of(value, constants)
        return found if positive else exp.Not(this=found)

    def has_member(self, subject: object, constants: list[s.Sql], positive: bool) -> s.Sql:
        """Return the test of several members of an enumeration by its bits."""
        assert isinstance(subject, Fact)
        members = subject.type.members
        mask = sum(1 << members.index(one.this) for one in constants)
        bits = exp.Paren(this=s.bits_and(self.facts.bits(subject), s.integer(mask)))
        return s.comparison(bits, "!=" if positive else "=", s.integer(0))

    def _subject_value(self, subject: object) -> s.Sql:
        if isinstance(subject, DecisionModel):
            return self.outcome(subject)
        assert isinstance(subject, Fact)
        return self.facts.value(subject)

    # --- atoms ---

    def _atom_test(self, atom: g.Atom, positive: bool) -> s.Sql:
        match atom:
            case g.Known():
                null = s.is_null(s.column(atom.fact.name))
                return exp.Not(this=null) if positive else null
            case g.IsTrue():
                value = self.facts.value(atom.fact)
                return value if positive else s.negation(value)
            case g.IsEnumMember() | g.Outcome() | g.TextCompare(op="=", folding=False):
                found = self._constant_of(atom)
                assert found is not None
                return self._among(found[0], [found[1]], positive)
            case g.HasMember():
                member = atom.fact.type.members[atom.member]
                test = self.facts.dialect.contains(self.facts.value(atom.fact), member)
                return test if positive else s.negation(test)
            case g.TextCompare(folding=False):
                right = s.text(atom.value)
                return self._compare_texts(atom.fact, atom.op, right, positive)
            case g.TextRelation(folding=False):
                right = self.facts.value(atom.right)
                return self._compare_texts(atom.left, atom.op, right, positive)
            case g.TextMatches(folding=False):
                test = like_test(self.facts.value(atom.fact), atom.pattern)
                return test if positive else s.negation(test)
            case g.Linear():
                return self._linear_test(atom, atom.op if positive else NEGATED[atom.op])
            case _:
                raise AssertionError(f"{atom} has no place in an emitted condition")

    def _compare_texts(self, fact: Fact, op: str, right: s.Sql, positive: bool) -> s.Sql:
        op = op if positive else NEGATED[op]
        left = self.facts.value(fact)
        collation = self.facts.dialect.collation
        if collation and op not in ("=", "!="):
            left = exp.Collate(this=left, expression=exp.Identifier(this=collation, quoted=True))
        return s.comparison(left, op, right)

    def compare_fact(self, fact: Fact, op: str, bound: Fraction) -> s.Sql:
        """Return the comparison of a quantity with a constant, in seconds for moments."""
        value = self.facts.value(fact)
        if fact.type.kind is Kind.DATE:
            return s.comparison(value, op, date_literal(bound))
        if not self.facts.is_micros(fact):
            return s.comparison(value, op, number_literal(bound))
        if (bound * MILLION).denominator != 1:
            raise UnsupportedArtifact(
                f"`{fact.name}` is compared with {bound}, which has more than six decimals"
            )
        return s.comparison(value, op, number_literal(bound * MILLION))

    def _linear_test(self, atom: g.Linear, op: str) -> s.Sql:
        match atom.terms:
            case ((Fact() as fact, coefficient),):
                if coefficient < 0:
                    op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
                return self.compare_fact(fact, op, atom.bound / coefficient)
            case ((g.Size() as size, coefficient),) if abs(coefficient) == 1:
                if coefficient < 0:
                    op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
                bound = atom.bound / coefficient
                return s.comparison(self.size_of(size.fact), op, number_literal(bound))
            case _:
                return self._compare_sum(atom, op)

    def size_of(self, fact: Fact) -> s.Sql:
        """Return the number of members of a set, which may name one twice: NULL if unknown."""
        total: s.Sql | None = None
        for member in fact.type.members:
            test = self.facts.dialect.contains(self.facts.value(fact), member)
            one = s.case_of([(test, s.integer(1))], s.integer(0))
            total = one if total is None else exp.Add(this=total, expression=one)
        assert total is not None
        if not fact.optional:
            return exp.Paren(this=total)
        return s.case_of([(s.is_known(s.column(fact.name)), total)])

    def _compare_sum(self, atom: g.Linear, op: str) -> s.Sql:
        """Return the comparison of a sum, in millionths, by which it is multiplied out."""
        scale = lcm(*(one.denominator for _, one in atom.terms), (atom.bound * MILLION).denominator)
        factors = [int(coefficient * scale) for _, coefficient in atom.terms]
        bound = int(atom.bound * scale * MILLION)
        common = gcd(*factors, bound)
        factors, bound = [one // common for one in factors], bound // common
        total, most = None, abs(bound)
        for (variable, _), factor in zip(atom.terms, factors, strict=True):
            term, largest = self._summand(variable)
            most += abs(factor) * largest
            if abs(factor) != 1:
                term = exp.Mul(this=s.integer(abs(factor)), expression=term)
            if total is None:
                total = exp.Neg(this=s.in_brackets(term)) if factor < 0 else term
            else:
                kind = exp.Sub if factor < 0 else exp.Add
                total = kind(this=total, expression=term)
        if most > 9 * LARGEST:
            raise UnsupportedArtifact(
                "a sum of "
                + ", ".join(f"`{fact.name}`" for fact in facts_in(atom))
                + " may be too large for its integers; give the facts smaller ranges"
            )
        assert total is not None
        return s.comparison(total, op, s.integer(bound))

    def _summand(self, variable: Fact | g.Size) -> tuple[s.Sql, int]:
        if isinstance(variable, g.Size):
            size = exp.Mul(this=self.size_of(variable.fact), expression=s.integer(MILLION))
            return size, len(variable.fact.type.members) * MILLION
        return self.facts.micros(variable), int(self.facts.largest(variable) * MILLION)

    # --- classes of axes ---

    def class_test(self, axis: Axis, mask: int) -> s.Sql:
        """Return the test that a value is in one of the classes where NULL counts as FALSE, and no
        class before them is possible.
        """
        subject = axis.subject
        if isinstance(subject, DecisionModel):
            named = [s.text(o) for i, o in enumerate(subject.outcomes) if mask >> i & 1]
            return s.one_of(self.outcome(subject), named)
        fact = subject[0] if isinstance(subject, tuple) else subject
        unknown, rest = mask & axis.unknown, mask & ~axis.unknown
        null = s.is_null(s.column(fact.name))
        if not rest:
            return null
        test = self._known_class_test(axis, rest, fact)
        return s.disjunction([null, test]) if unknown else test

    def _known_class_test(self, axis: Axis, mask: int, fact: Fact) -> s.Sql:
        value = self.facts.value(fact)
        match axis.kind:
            case "bool" | "member" if mask == 3:
                return s.is_known(s.column(fact.name))
            case "bool":
                return value if mask & 2 else s.negation(value)
            case "member":
                assert isinstance(axis.subject, tuple)
                member = fact.type.members[axis.subject[1]]
                test = self.facts.dialect.contains(value, member)
                return test if mask & 2 else s.negation(test)
            case "enum":
                named = [m for i, m in enumerate(fact.type.members) if mask >> i & 1]
                return self._among(fact, [s.text(one) for one in named], True)
            case "text":
                assert not has_other_text(axis, mask)
                named = [str(t) for i, t in enumerate(axis.classes) if mask >> i & 1]
                return s.one_of(value, [s.text(one) for one in named])
            case _:
                end = mask.bit_length()
                cut = axis.cuts[(end - 1) // 2]
                return self.compare_fact(fact, "<" if end & 1 else "<=", cut)


def has_other_text(axis: Axis, mask: int) -> bool:
    """Return whether the classes include the texts that equal no constant."""
    return any(one is OTHER_TEXT and mask >> i & 1 for i, one in enumerate(axis.classes))


def like_test(value: s.Sql, pattern: str) -> s.Sql:
    """Return the test of a pattern as LIKE."""
    found, escapes = "", False  # A backslash would escape what follows, without another ESCAPE.
    for piece in pattern_pieces(pattern):
        if isinstance(piece, Wildcard):
            found += "%" if piece is Wildcard.RUN else "_"
            continue
        special = piece in ("%", "_", ESCAPE)
        escapes = escapes or special or piece == "\\"
        found += ESCAPE + piece if special else piece
    if not escapes:
        return exp.Like(this=value, expression=s.text(found))
    test = exp.Like(this=value, expression=s.text(found))
    return exp.Escape(this=test, expression=s.text(ESCAPE))
