"""Symbolic execution of SQL expressions: sqlglot's syntax tree → values over all situations.

The reader knows the expressions that occur in emitted queries, with exactly the meaning that SQL
gives them, NULL included, and rejects all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlglot import exp

from specdsl.backends.sql.fact_columns import LARGEST, MILLION, FactColumns
from specdsl.backends.sql.query_values import (
    NULL,
    SqlAnything,
    SqlBoolean,
    SqlChoice,
    SqlMask,
    SqlQuantity,
    SqlRaw,
    SqlText,
    SqlValue,
    UnreadableSql,
    as_mask,
    constant_choice,
    first_value,
    known_literal,
    merge_choices,
)
from specdsl.backends.sql.sql_conditions import ESCAPE, ConditionTranslator
from specdsl.backends.sql.sql_terms import Sql
from specdsl.frontend.model.nodes import QUANTITIES, Fact, Kind
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import (
    Affine,
    compare_quantities,
    compare_text_terms,
    weighted_sum,
)
from specdsl.semantics.text_patterns import Wildcard, pattern_pieces

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
ONE = Fraction(1)
LONGEST_MASK = 63  # Bits of the integers of a query, without the sign.


def check_readable(node: Sql) -> None:
    """Raise `UnreadableSql` for what is not read back anywhere in an expression."""
    for one in node.walk():
        if type(one) not in READERS and not isinstance(one, INNER_PARTS):
            raise unreadable(node, f"an expression of this kind ({one.key})")


def line_of(node: Sql) -> int:
    """Return the line of an expression, as far as its names tell."""
    for name in node.find_all(exp.Identifier):
        if "line" in name.meta:
            return int(name.meta["line"])
    return 1


def unreadable(node: Sql, what: str) -> UnreadableSql:
    return UnreadableSql(line_of(node), what)


def check_parts(node: Sql, *names: str) -> None:
    """Raise `UnreadableSql` if the expression has other parts than these."""
    for name, part in node.args.items():
        if part not in (None, False, []) and name not in names:
            raise unreadable(node, f"`{name.strip('_')}` in a {node.key}")


FoldReader = Callable[["SqlReader", str, Sql], SqlValue]
"""Reads a fold of instructions; the second argument is the name of its column."""


@dataclass(eq=False)
class SqlReader:
    """Reads expressions. `columns`: the values of the columns, by lower-case name."""

    graph: g.AndInverterGraph
    facts: FactColumns
    columns: dict[str, SqlValue]
    known_tests: Mapping[str, SqlBoolean]  # Of lists, by their text.
    known_sizes: Mapping[str, SqlQuantity]
    patterns: Mapping[object, str]
    anything: bool = False  # The facts may have any values of any types.
    read_fold: FoldReader | None = None
    column: str = ""  # The column that is read.
    variables: dict[str, SqlValue] = field(default_factory=dict)  # Of a fold's step.

    def value_of(self, node: Sql) -> SqlValue:
        """Return the value of an expression."""
        read = READERS.get(type(node))
        if read is not None:
            return read(self, node)
        if self.anything:
            return SqlAnything()
        raise unreadable(node, f"an expression of this kind ({node.key})")

    def truth_of(self, node: Sql) -> SqlBoolean | SqlAnything:
        value = self.value_of(node)
        if value == NULL:
            return SqlBoolean(g.FALSE, g.FALSE)
        if not isinstance(value, SqlBoolean | SqlAnything):
            raise unreadable(node, "a condition that is no boolean")
        return value

    def text_of(self, node: Sql) -> str:
        return node.sql(dialect=self.facts.dialect.name, comments=False)

    # --- names and constants ---

    def _read_column(self, node: Sql) -> SqlValue:
        check_parts(node, "this")
        if not isinstance(node.this, exp.Identifier):
            raise unreadable(node, "a column of this kind")
        found = self.columns.get(node.this.name.lower())
        if found is None:
            raise unreadable(node, f"a column `{node.this.name}`")
        return found

    def _read_variable(self, node: Sql) -> SqlValue:
        found = self.variables.get(node.name)
        if found is None:
            raise unreadable(node, f"a name `{node.name}` that stands for nothing")
        return found

    def _read_fold(self, node: Sql) -> SqlValue:
        if self.read_fold is None or self.variables:
            raise unreadable(node, "a fold or function")
        return self.read_fold(self, self.column, node)

    def _read_literal(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "is_string")
        if node.args["is_string"]:
            return constant_choice(str(node.this))
        if node.this.isdecimal():
            return constant_choice(int(node.this))
        try:
            value, plain = Fraction(node.this), Fraction(repr(float(node.this)))
        except (ValueError, OverflowError):
            raise unreadable(node, f"the number {node.this}") from None
        if "e" not in node.this.lower() or value != plain:
            raise unreadable(node, f"the number {node.this}")
        return SqlQuantity(Affine((), value), g.TRUE, "float")

    def _read_boolean(self, node: Sql) -> SqlValue:
        return self._two_valued(g.TRUE if node.this else g.FALSE)

    def _read_null(self, node: Sql) -> SqlValue:
        return NULL

    def _read_bracket(self, node: Sql) -> SqlValue:
        check_parts(node, "this")
        found = self.known_sizes.get(self.text_of(node)) if self.known_sizes else None
        return self.value_of(node.this) if found is None else found

    def _read_cast(self, node: Sql) -> SqlValue:
        """Return the value of a date, or of a mask that becomes a longer integer."""
        from specdsl.runtime.plain_values import UnfitValue
        from specdsl.runtime.quantities import exact_quantity

        check_parts(node, "this", "to")
        if node.args["to"] == exp.DataType.build("bigint"):
            return self._read_long_integer(node)
        is_date = isinstance(node.this, exp.Literal) and node.this.is_string
        if not is_date or node.args["to"] != exp.DataType.build("date"):
            raise unreadable(node, "a cast")
        try:
            value = exact_quantity("date", node.this.this)
        except UnfitValue:
            raise unreadable(node, f"the date {node.this.this}") from None
        return SqlQuantity(Affine((), value), g.TRUE, "date")

    def _read_long_integer(self, node: Sql) -> SqlValue:
        value = self.value_of(node.this)
        found = value if isinstance(value, SqlAnything) else as_mask(self.graph, value)
        if found is None:
            raise unreadable(node, "a cast")
        return found

    def _two_valued(self, literal: g.Literal) -> SqlBoolean:
        return SqlBoolean(literal, literal ^ 1)

    # --- connectives ---

    def _read_and(self, node: Sql) -> SqlValue:
        parts = [self.truth_of(part) for part in _flat_parts(node, exp.And)]
        if any(isinstance(one, SqlBoolean) and one.false == g.TRUE for one in parts):
            return self._two_valued(g.FALSE)
        known = [one for one in parts if isinstance(one, SqlBoolean)]
        if len(known) < len(parts):
            return SqlAnything()
        return SqlBoolean(
            self.graph.all_of(one.true for one in known),
            self.graph.any_of(one.false for one in known),
        )

    def _read_or(self, node: Sql) -> SqlValue:
        parts = [self.truth_of(part) for part in _flat_parts(node, exp.Or)]
        if any(isinstance(one, SqlBoolean) and one.true == g.TRUE for one in parts):
            return self._two_valued(g.TRUE)
        known = [one for one in parts if isinstance(one, SqlBoolean)]
        if len(known) < len(parts):
            return SqlAnything()
        return SqlBoolean(
            self.graph.any_of(one.true for one in known),
            self.graph.all_of(one.false for one in known),
        )

    def _read_not(self, node: Sql) -> SqlValue:
        value = self.truth_of(node.this)
        if isinstance(value, SqlAnything):
            return value
        return SqlBoolean(value.false, value.true)

    def _read_is(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expression")
        if not isinstance(node.expression, exp.Null):
            raise unreadable(node, "an IS of this kind")
        value = self.value_of(node.this)
        if isinstance(value, SqlBoolean):
            return self._two_valued(self.graph.any_of((value.true, value.false)) ^ 1)
        known = known_literal(value)
        return SqlAnything() if known is None else self._two_valued(known ^ 1)

    def _read_case(self, node: Sql) -> SqlValue:
        check_parts(node, "ifs", "default")
        found = self.known_sizes.get(self.text_of(node)) if self.known_sizes else None
        if found is not None:
            return found
        open_path, branches = g.TRUE, list[tuple[g.Literal, SqlValue]]()
        for one in node.args["ifs"]:
            check_parts(one, "this", "true")
            condition = self.truth_of(one.this)
            if isinstance(condition, SqlAnything):
                return SqlAnything()
            path = self.graph.all_of((open_path, condition.true))
            if path != g.FALSE:
                branches.append((path, self.value_of(one.args["true"])))
            open_path = self.graph.all_of((open_path, condition.true ^ 1))
        default = node.args.get("default")
        if default is not None and open_path != g.FALSE:
            branches.append((open_path, self.value_of(default)))
        return self._merge_branches(node, branches)

    def _merge_branches(self, node: Sql, branches: list[tuple[g.Literal, SqlValue]]) -> SqlValue:
        found = first_value(self.graph, branches)
        if found is None:
            raise unreadable(node, "values of several kinds")
        return found

    def _read_coalesce(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expressions")
        open_path, branches = g.TRUE, list[tuple[g.Literal, SqlValue]]()
        for part in (node.this, *node.expressions):
            value = self.value_of(part)
            if isinstance(value, SqlBoolean):
                known = self.graph.any_of((value.true, value.false))
            else:
                found = known_literal(value)
                if found is None:
                    return SqlAnything()
                known = found
            branches.append((open_path, value))
            open_path = self.graph.all_of((open_path, known ^ 1))
            if open_path == g.FALSE:
                break
        merged = self._merge_branches(node, branches)
        if isinstance(merged, SqlChoice) and open_path == g.FALSE:
            return SqlChoice(merged.cases, g.TRUE)
        return merged

    # --- comparisons ---

    def _read_comparison(self, node: Sql) -> SqlValue:
        if isinstance(node.expression, exp.Any):
            return self._read_known_test(node)
        check_parts(node, "this", "expression")
        left, right = self.value_of(node.this), self.value_of(node.expression)
        return self._compare_values(node, left, COMPARISONS[type(node)], right)

    def _compare_values(self, node: Sql, left: SqlValue, op: str, right: SqlValue) -> SqlValue:
        match left, right:
            case (SqlAnything(), _) | (_, SqlAnything()):
                return SqlAnything()
            case SqlChoice(), SqlQuantity() | SqlText() | SqlMask():
                return self._compare_values(node, right, FLIPPED[op], left)
            case SqlQuantity(), _:
                return self._compare_quantity(node, left, op, right)
            case SqlText(), _:
                return self._compare_text(node, left, op, right)
            case SqlMask(), SqlChoice(cases=((int() as value, g.TRUE),)) if op in ("=", "!="):
                if value < 0:
                    raise unreadable(node, "a negative number")
                width = max(len(left.bits), value.bit_length())
                bits = (*left.bits, *[g.FALSE] * (width - len(left.bits)))
                same = self.graph.all_of(bit ^ (not value >> i & 1) for i, bit in enumerate(bits))
                return self._known_test(left.known, same ^ (op == "!="))
            case SqlChoice(), SqlChoice(cases=((value, g.TRUE),)) if op in ("=", "!="):
                if any(type(one) is not type(value) for one, _ in left.cases):
                    raise unreadable(node, "a comparison of different types")
                same = self.graph.any_of(lit for one, lit in left.cases if one == value)
                return self._known_test(left.known, same ^ (op == "!="))
            case _:
                raise unreadable(node, "a comparison of this kind")

    def _known_test(self, known: g.Literal, literal: g.Literal) -> SqlBoolean:
        return SqlBoolean(
            self.graph.all_of((known, literal)), self.graph.all_of((known, literal ^ 1))
        )

    def _compare_quantity(
        self, node: Sql, left: SqlQuantity, op: str, right: SqlValue
    ) -> SqlBoolean:
        if isinstance(right, SqlChoice):
            right = self._constant_quantity(node, right, left.kind)
        if not isinstance(right, SqlQuantity) or right.kind != left.kind:
            raise unreadable(node, "a comparison of different types")
        literal = compare_quantities(self.graph, left.affine, op, right.affine)
        return self._known_test(self.graph.all_of((left.known, right.known)), literal)

    def _constant_quantity(self, node: Sql, value: SqlChoice, kind: str) -> SqlQuantity:
        match value.cases:
            case ((int() as number, g.TRUE),) if kind != "date":
                if kind == "float" and Fraction(repr(float(number))) != number:
                    raise unreadable(node, f"the number {number}")
                return SqlQuantity(Affine((), Fraction(number)), g.TRUE, kind)
            case _:
                raise unreadable(node, "a comparison of different types")

    def _compare_text(self, node: Sql, left: SqlText, op: str, right: SqlValue) -> SqlBoolean:
        graph, fact = self.graph, left.fact
        if op not in ("=", "!=") and not left.collated:
            raise unreadable(node, "an order of texts without its collation")
        if fact.type.kind is Kind.ENUM:
            match right:
                case SqlChoice(cases=((str() as value, g.TRUE),)) if op in ("=", "!="):
                    members = fact.type.members
                    same = g.FALSE
                    if value in members:
                        same = graph.atom(g.IsEnumMember(fact, members.index(value)))
                    return self._known_test(left.known, same ^ (op == "!="))
            raise unreadable(node, "a comparison of this kind")
        match right:
            case SqlChoice(cases=((str() as value, g.TRUE),)):
                literal = compare_text_terms(graph, fact, op, value)
                return self._known_test(left.known, literal)
            case SqlText() if right.fact.type.kind is Kind.TEXT:
                literal = compare_text_terms(graph, fact, op, right.fact)
                return self._known_test(graph.all_of((left.known, right.known)), literal)
        raise unreadable(node, "a comparison of this kind")

    def _read_in(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expressions")
        left, true, false = self.value_of(node.this), [], []
        for one in node.expressions:
            if not isinstance(one, exp.Literal):
                raise unreadable(node, "an IN of this kind")
            test = self._compare_values(node, left, "=", self.value_of(one))
            if isinstance(test, SqlAnything):
                return test
            assert isinstance(test, SqlBoolean)
            true.append(test.true)
            false.append(test.false)
        return SqlBoolean(self.graph.any_of(true), self.graph.all_of(false))

    def _read_collate(self, node: Sql) -> SqlValue:
        value = self.value_of(node.this)
        if isinstance(value, SqlAnything):
            return value
        wanted = self.facts.dialect.collation
        right = node.args.get("expression")
        if not isinstance(value, SqlText) or not wanted or right is None or right.name != wanted:
            raise unreadable(node, "a collation of this kind")
        return SqlText(value.fact, value.known, True)

    def _read_like(self, node: Sql, escape: str = "") -> SqlValue:
        check_parts(node, "this", "expression")
        value, pattern = self.value_of(node.this), node.expression
        if isinstance(value, SqlAnything):
            return value
        is_text = isinstance(value, SqlText) and value.fact.type.kind is Kind.TEXT
        if not is_text or not isinstance(pattern, exp.Literal) or not pattern.is_string:
            raise unreadable(node, "a LIKE of this kind")
        assert isinstance(value, SqlText)
        pieces = self._pieces_of_like(node, pattern.this, escape)
        known = self.patterns.get(pieces)
        if known is None:
            known = "".join(
                one.value if isinstance(one, Wildcard) else f"\\{one}" for one in pieces
            )
        return self._known_test(value.known, self.graph.atom(g.TextMatches(value.fact, known)))

    def _read_escape(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expression")
        if not isinstance(node.this, exp.Like) or node.expression != exp.Literal.string(ESCAPE):
            raise unreadable(node, "an ESCAPE of this kind")
        return self._read_like(node.this, ESCAPE)

    def _pieces_of_like(self, node: Sql, pattern: str, escape: str) -> tuple[str | Wildcard, ...]:
        found: list[str | Wildcard] = []
        characters = iter(pattern)
        for char in characters:
            if char == "%":
                if not found or found[-1] is not Wildcard.RUN:
                    found.append(Wildcard.RUN)
            elif char == "_":
                found.append(Wildcard.ONE)
            elif char == escape:
                char = next(characters, "")
                if char not in ("%", "_", escape) or not char:
                    raise unreadable(node, "a pattern with such an escape")
                found.append(char)
            elif char == "\\" and not escape:
                raise unreadable(node, "a backslash in a pattern without an ESCAPE")
            else:
                found.append(char)
        return tuple(found)

    def _read_known_test(self, node: Sql) -> SqlValue:
        if self.anything:
            return SqlAnything()
        found = self.known_tests.get(self.text_of(node))
        if found is None:
            raise unreadable(node, "a test of this kind")
        return found

    # --- numbers ---

    def _read_bits(self, node: Sql) -> SqlValue:
        """Return the bitwise AND or OR of two masks."""
        check_parts(node, "this", "expression")
        left, right = self.value_of(node.this), self.value_of(node.expression)
        if isinstance(left, SqlAnything) or isinstance(right, SqlAnything):
            return SqlAnything()
        one, other = as_mask(self.graph, left), as_mask(self.graph, right)
        if one is None or other is None:
            raise unreadable(node, "bits of what is no mask")
        width = max(len(one.bits), len(other.bits))
        both = zip(*(_padded_bits(mask, width) for mask in (one, other)), strict=True)
        join = self.graph.all_of if isinstance(node, exp.BitwiseAnd) else self.graph.any_of
        return SqlMask(tuple(map(join, both)), self.graph.all_of((one.known, other.known)))

    def _read_shift(self, node: Sql) -> SqlValue:
        """Return a mask whose bits are moved up or down by a constant."""
        check_parts(node, "this", "expression")
        value, by = self.value_of(node.this), self.value_of(node.expression)
        if isinstance(value, SqlAnything):
            return value
        mask = as_mask(self.graph, value)
        match by:
            case SqlChoice(cases=((int() as many, g.TRUE),)) if mask is not None and many >= 0:
                if isinstance(node, exp.BitwiseRightShift):
                    return SqlMask(mask.bits[many:], mask.known)
                if len(mask.bits) + many < LONGEST_MASK:
                    return SqlMask((*[g.FALSE] * many, *mask.bits), mask.known)
        raise unreadable(node, "a shift of this kind")

    def _read_least(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expressions", "ignore_nulls")
        found = [self.value_of(part) for part in (node.this, *node.expressions)]
        if any(isinstance(one, SqlAnything) for one in found):
            return SqlAnything()
        choices = [one for one in found if isinstance(one, SqlChoice) and one.known == g.TRUE]
        if len(choices) < len(found):
            raise unreadable(node, "a LEAST of what may be NULL")
        least = choices[0]
        for one in choices[1:]:
            least = self._lesser_of(node, least, one)
        return least

    def _lesser_of(self, node: Sql, one: SqlChoice, other: SqlChoice) -> SqlChoice:
        """Return the lesser of two numbers."""
        graph, cases = self.graph, list[tuple[int | str, g.Literal]]()
        rows = sorted({value for choice in (one, other) for value, _ in choice.cases}, key=int)
        if not all(isinstance(value, int) for value in rows):
            raise unreadable(node, "a LEAST of texts")
        left, right = dict(one.cases), dict(other.cases)
        left_open, right_open = g.TRUE, g.TRUE  # It is none of the lesser values.
        for value in rows:
            here, there = left.get(value, g.FALSE), right.get(value, g.FALSE)
            either = (graph.all_of((here, right_open)), graph.all_of((there, left_open)))
            cases.append((value, graph.any_of(either)))
            left_open = graph.all_of((left_open, here ^ 1))
            right_open = graph.all_of((right_open, there ^ 1))
        return merge_choices(graph, cases, g.TRUE)

    def _read_mod(self, node: Sql) -> SqlValue:
        value, by = self.value_of(node.this), self.value_of(node.expression)
        if isinstance(value, SqlAnything):
            return value
        match value, by:
            case SqlChoice(), SqlChoice(cases=((int() as divisor, g.TRUE),)) if divisor > 0:
                if all(isinstance(one, int) and one >= 0 for one, _ in value.cases):
                    cases = ((int(one) % divisor, lit) for one, lit in value.cases)
                    return merge_choices(self.graph, cases, value.known)
        raise unreadable(node, "a remainder of this kind")

    def _read_nullif(self, node: Sql) -> SqlValue:
        value, by = self.value_of(node.this), self.value_of(node.expression)
        if isinstance(value, SqlAnything):
            return value
        match value, by:
            case SqlChoice(), SqlChoice(cases=((int() as null, g.TRUE),)):
                cases = [(one, lit) for one, lit in value.cases if one != null]
                gone = [lit for one, lit in value.cases if one == null]
                known = self.graph.all_of((value.known, self.graph.any_of(gone) ^ 1))
                return SqlChoice(tuple(cases), known)
        raise unreadable(node, "a NULLIF of this kind")

    def _read_sum(self, node: Sql) -> SqlValue:
        """Return a sum or difference of quantities, or a sum of choices."""
        check_parts(node, "this", "expression")
        left, right = self.value_of(node.this), self.value_of(node.expression)
        sign = -ONE if isinstance(node, exp.Sub) else ONE
        match left, right:
            case (SqlAnything(), _) | (_, SqlAnything()):
                return SqlAnything()
            case SqlQuantity(), SqlQuantity():
                return self._sum_up(node, ((ONE, left), (sign, right)))
            case SqlChoice(), SqlChoice() if sign == ONE and len(left.cases) < 100:
                return self._sum_of_choices(node, left, right)
        raise unreadable(node, "a sum of this kind")

    def _sum_of_choices(self, node: Sql, left: SqlChoice, right: SqlChoice) -> SqlChoice:
        cases: list[tuple[int | str, g.Literal]] = []
        for one, literal in left.cases:
            for other, further in right.cases:
                if not isinstance(one, int) or not isinstance(other, int):
                    raise unreadable(node, "a sum of texts")
                cases.append((one + other, self.graph.all_of((literal, further))))
        return merge_choices(self.graph, cases, self.graph.all_of((left.known, right.known)))

    def _read_product(self, node: Sql) -> SqlValue:
        check_parts(node, "this", "expression")
        left, right = self.value_of(node.this), self.value_of(node.expression)
        if isinstance(left, SqlAnything) or isinstance(right, SqlAnything):
            return SqlAnything()
        if isinstance(right, SqlChoice):
            left, right = right, left
        match left, right:
            case SqlChoice(cases=((int() as factor, g.TRUE),)), SqlQuantity():
                return self._sum_up(node, ((Fraction(factor), right),))
        raise unreadable(node, "a product of this kind")

    def _read_negative(self, node: Sql) -> SqlValue:
        value = self.value_of(node.this)
        match value:
            case SqlAnything():
                return value
            case SqlQuantity(affine=Affine(terms=())):
                constant = Affine((), -value.affine.constant)
                return SqlQuantity(constant, value.known, value.kind)
            case SqlQuantity():
                return self._sum_up(node, ((-ONE, value),))
            case SqlChoice(cases=((int() as number, g.TRUE),)):
                return constant_choice(-number)
        raise unreadable(node, "a negation of this kind")

    def _sum_up(self, node: Sql, parts: tuple[tuple[Fraction, SqlQuantity], ...]) -> SqlQuantity:
        """Return a sum of integers, all of which are so small that it cannot overflow."""
        if any(one.kind != "integer" for _, one in parts):
            raise unreadable(node, "a sum of what are no integers")
        affine = weighted_sum((factor, one.affine) for factor, one in parts)
        most = abs(affine.constant)
        for factor, one in parts:
            for variable, coefficient in one.affine.terms:
                most += abs(factor * coefficient) * self._largest(node, variable)
        if most > 9 * LARGEST:
            raise unreadable(node, "a sum that may be too large for its integers")
        return SqlQuantity(affine, self.graph.all_of(one.known for _, one in parts), "integer")

    def _largest(self, node: Sql, variable: Fact | g.Size) -> Fraction:
        if isinstance(variable, g.Size):
            return Fraction(len(variable.fact.type.members))
        if variable.type.kind is Kind.INT and variable not in self.facts.summed:
            raise unreadable(node, f"a sum with `{variable.name}`")
        return self.facts.largest(variable)


def _padded_bits(mask: SqlMask, width: int) -> tuple[g.Literal, ...]:
    return (*mask.bits, *[g.FALSE] * (width - len(mask.bits)))


def _flat_parts(node: Sql, kind: type[exp.Expr]) -> list[Sql]:
    """Return the parts of a chain of one connective, without recursion."""
    found: list[Sql] = []
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, kind):
            check_parts(one, "this", "expression")
            stack += (one.expression, one.this)
        else:
            found.append(one)
    return found


READERS: dict[type[exp.Expr], Callable[[SqlReader, Sql], SqlValue]] = {
    exp.Column: SqlReader._read_column,
    exp.Identifier: SqlReader._read_variable,
    exp.Anonymous: SqlReader._read_fold,
    exp.Reduce: SqlReader._read_fold,
    exp.Literal: SqlReader._read_literal,
    exp.Boolean: SqlReader._read_boolean,
    exp.Null: SqlReader._read_null,
    exp.Paren: SqlReader._read_bracket,
    exp.Cast: SqlReader._read_cast,
    exp.TryCast: SqlReader._read_cast,  # What a cast of Spark is called.
    exp.And: SqlReader._read_and,
    exp.Or: SqlReader._read_or,
    exp.Not: SqlReader._read_not,
    exp.Is: SqlReader._read_is,
    exp.Case: SqlReader._read_case,
    exp.Coalesce: SqlReader._read_coalesce,
    **dict.fromkeys(COMPARISONS, SqlReader._read_comparison),
    exp.In: SqlReader._read_in,
    exp.Collate: SqlReader._read_collate,
    exp.Like: SqlReader._read_like,
    exp.Escape: SqlReader._read_escape,
    exp.ArrayContains: SqlReader._read_known_test,
    exp.BitwiseAnd: SqlReader._read_bits,
    exp.BitwiseOr: SqlReader._read_bits,
    exp.BitwiseLeftShift: SqlReader._read_shift,
    exp.BitwiseRightShift: SqlReader._read_shift,
    exp.Least: SqlReader._read_least,
    exp.Mod: SqlReader._read_mod,
    exp.Nullif: SqlReader._read_nullif,
    exp.Add: SqlReader._read_sum,
    exp.Sub: SqlReader._read_sum,
    exp.Mul: SqlReader._read_product,
    exp.Neg: SqlReader._read_negative,
}


INNER_PARTS = (exp.Identifier, exp.If, exp.DataType, exp.Any, exp.Lambda)

# --- the columns of facts ---


def fact_values(graph: g.AndInverterGraph, facts: FactColumns) -> dict[str, SqlValue]:
    """Return the values of the columns of facts of a row that fits."""
    found: dict[str, SqlValue] = {}
    for fact in facts.spec.facts:
        known = graph.atom(g.Known(fact)) if fact.optional else g.TRUE
        value = facts.value(fact).name
        found[fact.name] = SqlRaw(fact, known)
        found[value] = _fact_value(graph, facts, fact, known)
        if fact in facts.masked:
            members = range(len(fact.type.members))
            is_member = (graph.atom(g.IsEnumMember(fact, i)) for i in members)
            bits = tuple(graph.all_of((known, one)) for one in is_member)
            found[facts.bits(fact).name] = SqlMask(bits, known)
        if fact.type.kind in QUANTITIES and fact in facts.summed:
            scaled = Affine(((fact, Fraction(MILLION)),), Fraction(0))
            found[facts.micros(fact).name] = SqlQuantity(scaled, known, "integer")
    return found


def _fact_value(
    graph: g.AndInverterGraph, facts: FactColumns, fact: Fact, known: g.Literal
) -> SqlValue:
    def quantity(scale: int, kind: str) -> SqlQuantity:
        return SqlQuantity(Affine(((fact, Fraction(scale)),), Fraction(0)), known, kind)

    match fact.type.kind:
        case Kind.BOOL:
            true = graph.atom(g.IsTrue(fact))
            return SqlBoolean(graph.all_of((known, true)), graph.all_of((known, true ^ 1)))
        case Kind.ENUM | Kind.TEXT:
            return SqlText(fact, known, not facts.dialect.collation)
        case Kind.SET:
            return SqlRaw(fact, known)
        case Kind.DATE:
            return quantity(1, "date")
        case Kind.INT:
            return quantity(1, "integer")
        case _ if facts.is_micros(fact):
            return quantity(MILLION, "integer")
        case _:
            return quantity(1, "float")


def list_tests(graph: g.AndInverterGraph, facts: FactColumns) -> dict[str, SqlBoolean]:
    """Return the tests of the members of set facts, by their text."""
    found: dict[str, SqlBoolean] = {}
    for fact in facts.spec.facts:
        if fact.type.kind is Kind.SET:
            known = graph.atom(g.Known(fact)) if fact.optional else g.TRUE
            for i, member in enumerate(fact.type.members):
                test = facts.dialect.contains(facts.value(fact), member)
                has = graph.atom(g.HasMember(fact, i))
                both = graph.all_of((known, has)), graph.all_of((known, has ^ 1))
                found[test.sql(dialect=facts.dialect.name)] = SqlBoolean(*both)
    return found


def list_sizes(translator: ConditionTranslator) -> dict[str, SqlQuantity]:
    """Return the sizes of set facts that are compared, by their text."""
    facts, found = translator.facts, dict[str, SqlQuantity]()
    for atom in facts.atoms:
        if isinstance(atom, g.Linear):
            for variable, _ in atom.terms:
                if isinstance(variable, g.Size):
                    fact = variable.fact
                    known = translator.graph.atom(g.Known(fact)) if fact.optional else g.TRUE
                    size = Affine(((variable, ONE),), Fraction(0))
                    written = translator.size_of(fact).sql(dialect=facts.dialect.name)
                    found[written] = SqlQuantity(size, known, "integer")
    return found


def known_patterns(facts: FactColumns) -> dict[object, str]:
    """Return the patterns of the spec by what they are made of."""
    written = [atom.pattern for atom in facts.atoms if isinstance(atom, g.TextMatches)]
    return {pattern_pieces(pattern): pattern for pattern in written}
