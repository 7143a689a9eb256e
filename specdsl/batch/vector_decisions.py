"""Decisions of thousands of rules for many rows at once, with NumPy.

A query gives the values of the facts that the rules read, and which rows fit. Each value becomes
the number of its class; a decision's plan is then walked with all rows, which are divided at each
split, and the rules of a leaf are tested 64 at a time: a word of a class has a bit for each rule
that allows it, and the rules that apply to a row are the conjunction of its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, inf, nextafter
from typing import Any

from specdsl.backends.axes import Axis
from specdsl.backends.decision_plan import (
    Chain,
    Conjunct,
    DecisionPlan,
    Gather,
    Node,
    PlannedRule,
    Split,
    chains,
    plan_decision,
)
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.fact_columns import MILLION
from specdsl.backends.sql.plan_expressions import is_first_match
from specdsl.backends.sql.result_codes import DECIDED, fallback_code, result_code
from specdsl.backends.sql.sql_conditions import ConditionTranslator, has_other_text
from specdsl.base.limits import LEAST_VECTOR_RULES
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind
from specdsl.semantics.circuit import Circuit

WORD = 64  # Rules that are tested at once.
NONE = 2**31 - 1  # The number of no rule.
LARGEST = 2**62  # Of the integers of NumPy.
Numbers = Any  # An array of NumPy.


@dataclass(frozen=True, eq=False)
class RowClasses:
    """The classes of a column's values, `count` of them, each with a number. `bounds`: of
    a quantity, where the next class begins; `unknown`: the class of NULL.
    """

    name: str
    count: int
    bounds: tuple[int | float, ...] | None
    is_enum: bool
    unknown: int

    def numbers_of(self, column: Any) -> Numbers:
        """Return the number of the class of each row."""
        if self.is_enum and hasattr(column, "indices"):  # Else all are NULL.
            column = column.indices
        known = None
        if column.null_count:
            known, column = column.is_valid(), column.fill_null(False if _is_bool(column) else 0)
        values = column.to_numpy(zero_copy_only=False)
        null = None if known is None else ~known.to_numpy(zero_copy_only=False)
        return _class_numbers(values, self.bounds, self.count, null, self.unknown)


def classes_of_values(axis: Axis, values: Numbers, null: Numbers) -> Numbers:
    """Return the classes of plain values: bools, numbers of members, numbers."""
    import numpy as np

    bounds: list[int | float] | None = None
    if axis.kind == "quantity":
        if values.dtype.kind == "i":
            values = values.astype(np.int64)
        floats = values.dtype.kind == "f"
        bounds = [bound for cut in axis.cuts for bound in bounds_of_cut(cut, floats)]
    unknown = null if axis.unknown else None
    return _class_numbers(values, bounds, len(axis.classes), unknown, len(axis.classes) - 1)


def _class_numbers(
    values: Numbers, bounds: Sequence[int | float] | None, count: int, null: Numbers, unknown: int
) -> Numbers:
    """Return the number of the class of each value, of so many classes; where it is NULL that of
    what is unknown.
    """
    import numpy as np

    if bounds is not None:
        values = np.searchsorted(np.array(bounds, values.dtype), values, side="right")
    found = values.astype(np.uint8 if count <= 256 else np.int32)
    if null is not None:
        found[null] = unknown
    return found


def _is_bool(column: Any) -> bool:
    return str(column.type) == "bool"


@dataclass(eq=False)
class VectorDecision:
    """A decision of which the first rule that applies decides."""

    plan: DecisionPlan
    tables: dict[int, list[tuple[object, Numbers]]] = field(default_factory=dict)

    @property
    def decision(self) -> DecisionModel:
        return self.plan.decision

    @cached_property
    def rules(self) -> dict[int, PlannedRule]:
        """Return the rules by number."""
        leaves = (one for part in self.plan.parts for one in chains(part))
        return {rule.number: rule for leaf in leaves for rule in leaf.rules}

    @cached_property
    def tests(self) -> tuple[Conjunct, ...]:
        """Return the tests of more than one axis: each is a column of the query."""
        found = {
            test.literal: test
            for rule in self.rules.values()
            for test in rule.tests
            if test.axis is None
        }
        return tuple(found.values())

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        found: dict[Axis, None] = {}
        for part in self.plan.parts:
            found.update(dict.fromkeys(_axes_below(part)))
        return tuple(found)

    @cached_property
    def codes(self) -> Numbers:
        """Return the code of the result by the number of the rule, and last that of none."""
        import numpy as np

        found = np.full(max(self.rules, default=0) + 2, fallback_code(self.decision), np.int16)
        for number, rule in self.rules.items():
            found[number] = result_code(rule.outcomes.bit_length() - 1)
        return found

    # --- columns of the query ---

    def columns(self, translator: ConditionTranslator) -> Iterator[tuple[str, s.Sql]]:
        """Yield the columns that the rules are tested on."""
        for i, axis in enumerate(self.axes):
            yield self._axis_name(i), _axis_value(axis, translator)
        for i, test in enumerate(self.tests):
            value = translator.expression(test.literal)
            yield self._test_name(i), s.coalesce([value, s.truth(False)])

    def _axis_name(self, number: int) -> str:
        return f"_{self.decision.name}_axis_{number}"

    def _test_name(self, number: int) -> str:
        return f"_{self.decision.name}_test_{number}"

    # --- rows ---

    def results_of(self, classes: dict[object, Numbers], count: int) -> dict[str, Any]:
        """Return the columns of the results: the outcome and the two flags."""
        import numpy as np
        import pyarrow as pa

        name, codes = self.decision.name, self.result_codes(classes, count)
        outcomes = pa.array(self.decision.outcomes).take(pa.array(codes >> 2))
        decided = pa.array((codes & DECIDED).astype(bool))
        conflicted = pa.array(np.zeros(len(codes), bool))
        return {name: outcomes, f"{name}_decided": decided, f"{name}_conflicted": conflicted}

    def classes_in(self, batch: Any, translator: ConditionTranslator) -> dict[object, Numbers]:
        """Return the classes of the rows of a batch, by what is tested."""
        classes: dict[object, Numbers] = {}
        for i, axis in enumerate(self.axes):
            reading = _reading_of(self._axis_name(i), axis, translator)
            classes[axis] = reading.numbers_of(batch.column(reading.name))
        for i, test in enumerate(self.tests):
            plain = RowClasses(self._test_name(i), 2, None, False, 0)
            classes[test.literal] = plain.numbers_of(batch.column(plain.name))
        return classes

    def result_codes(self, classes: dict[object, Numbers], count: int) -> Numbers:
        """Return the code of the result of each row. The rows that do not fit have any."""
        import numpy as np

        found, rows = np.full(count, NONE, np.int32), count
        rest: Numbers = None  # All rows.
        for part in self.plan.parts:
            some = rows if rest is None else len(rest)
            numbers = self._first_rules(part, classes, rest, some)
            if rest is None:
                found = numbers
            else:
                found[rest] = numbers
            rest = np.flatnonzero(found == NONE)
        return self.codes[np.minimum(found, len(self.codes) - 1)]

    def _first_rules(
        self, node: Node, classes: dict[object, Numbers], rows: Numbers, count: int
    ) -> Numbers:
        """Return the number of the first rule of a node that applies, for each of some rows."""
        import numpy as np

        if not count:
            return np.zeros(0, np.int32)
        match node:
            case Chain():
                return self._first_of_chain(node, classes, rows, count)
            case Gather():
                found = [self._first_rules(one, classes, rows, count) for one in node.groups]
                return np.minimum.reduce(found)
            case Split():
                return self._first_of_split(node, classes, rows, count)

    def _first_of_split(
        self, node: Split, classes: dict[object, Numbers], rows: Numbers, count: int
    ) -> Numbers:
        import numpy as np

        size = len(node.axis.classes)
        group = np.zeros(max(size, 256), np.uint8)
        for i, (mask, _) in enumerate(node.cases):
            group[[one for one in range(size) if mask >> one & 1]] = i
        own = classes[node.axis] if rows is None else classes[node.axis][rows]
        groups = group[own]
        order = np.argsort(groups, kind="stable")
        ends = np.cumsum(np.bincount(groups, minlength=len(node.cases)))
        found, start = np.empty(count, np.int32), 0
        for (_, child), end in zip(node.cases, ends, strict=True):
            here = order[start:end]
            inner = here if rows is None else rows[here]
            found[here] = self._first_rules(child, classes, inner, end - start)
            start = end
        return found

    def _first_of_chain(
        self, node: Chain, classes: dict[object, Numbers], rows: Numbers, count: int
    ) -> Numbers:
        import numpy as np

        found = np.full(count, NONE, np.int32)
        rest: Numbers = None  # Positions that are open; None: all.
        for start in range(0, len(node.rules), WORD):
            rules = node.rules[start : start + WORD]
            words = np.full(count if rest is None else len(rest), 2 ** len(rules) - 1, np.uint64)
            for key, table in self._tables_of(rules):
                own = classes[key]
                if rows is not None:
                    own = own[rows]
                words &= table[own]
            some = words != 0
            first = words[some]
            bits = np.bitwise_count((first & (~first + np.uint64(1))) - np.uint64(1))
            numbers = np.array([one.number for one in rules], np.int32)[bits]
            if rest is None:
                found[some] = numbers
                rest = np.flatnonzero(~some)
            else:
                found[rest[some]] = numbers
                rest = rest[~some]
            if not len(rest):
                break
            rows = rest if rows is None else rows[~some]
        return found

    def _tables_of(self, rules: Sequence[PlannedRule]) -> list[tuple[Any, Numbers]]:
        """Return, for what these rules test, the word of each class."""
        import numpy as np

        known = self.tables.get(id(rules[0]))  # Each leaf of the plan has rules of its own.
        if known is not None:
            return known
        every = 2 ** len(rules) - 1
        words: dict[object, list[int]] = {}
        for i, rule in enumerate(rules):
            for test in rule.tests:
                if test.axis is None:
                    key: object = test.literal
                    size, allowed = 2, 2
                else:
                    key, size, allowed = test.axis, len(test.axis.classes), test.allowed
                row = words.setdefault(key, [every] * size)
                for one in range(size):
                    if not allowed >> one & 1:
                        row[one] &= ~(1 << i)
        found = [(key, np.array(row, np.uint64)) for key, row in words.items()]
        self.tables[id(rules[0])] = found
        return found


def vector_decisions(
    circuit: Circuit, settled: frozenset[DecisionModel], fewest: int | None = None
) -> tuple[VectorDecision, ...]:
    """Return the decisions that can be taken so, of some many rules: they read no other decision,
    and none reads them.
    """
    fewest = LEAST_VECTOR_RULES if fewest is None else fewest
    spec, found = circuit.spec, list[VectorDecision]()
    if not has_numpy():
        return ()
    read = {one for reads in spec.reads.values() for one in reads}
    for decision in spec.decisions:
        many = sum(len(one.rules) for one in circuit.ranks.levels[decision])
        if many < fewest or decision in read or spec.reads[decision]:
            continue
        flat = plan_decision(circuit, decision, decision in settled, flat=True)
        if is_first_match(flat):
            one = VectorDecision(plan_decision(circuit, decision, decision in settled))
            if all(map(_has_exact_cuts, one.axes)):
                found.append(one)
    return tuple(found)


def _has_exact_cuts(axis: Axis) -> bool:
    """Return whether the cuts of a quantity are integers or floats of NumPy, in millionths, too."""
    if axis.kind != "quantity" or not isinstance(axis.subject, Fact):
        return True
    is_number = axis.subject.type.kind is Kind.NUMBER
    return all(
        abs(cut) * MILLION < LARGEST and (not is_number or is_float_decimal(cut))
        for cut in axis.cuts
    )


def is_float_decimal(value: Fraction) -> bool:
    """Return whether a number is the decimal that a float stands for."""
    return abs(value) < LARGEST and Fraction(repr(float(value))) == value


def has_numpy() -> bool:
    try:
        import numpy as np
    except ImportError:
        return False
    return hasattr(np, "bitwise_count")  # Since version 2.


def _axes_below(node: Node) -> Iterator[Axis]:
    match node:
        case Split():
            yield node.axis
            for _, child in node.cases:
                yield from _axes_below(child)
        case Gather():
            for child in node.groups:
                yield from _axes_below(child)
        case Chain():
            for rule in node.rules:
                for test in rule.tests:
                    if test.axis is not None:
                        yield test.axis


def _axis_value(axis: Axis, translator: ConditionTranslator) -> s.Sql:
    """Return the value that the class of an axis is told by."""
    facts = translator.facts
    if axis.kind in ("bool", "enum", "quantity"):
        assert isinstance(axis.subject, Fact)
        value = facts.value(axis.subject)
        return facts.dialect.day_micros(value) if axis.subject.type.kind is Kind.DATE else value
    last = max(i for i in range(len(axis.classes)) if axis.full >> i & 1)
    if axis.unknown:
        last -= 1
    cases = []
    for i in range(len(axis.classes) - bool(axis.unknown)):
        if i != last and not has_other_text(axis, 1 << i):
            cases.append((translator.class_test(axis, 1 << i), s.integer(i)))
    unknown = [(translator.class_test(axis, axis.unknown), s.null())] if axis.unknown else []
    return s.case_of([*unknown, *cases], s.integer(last))


def _reading_of(name: str, axis: Axis, translator: ConditionTranslator) -> RowClasses:
    unknown = len(axis.classes) - 1 if axis.unknown else 0  # NULL does not fit where none is.
    bounds = None
    if axis.kind == "quantity":
        assert isinstance(axis.subject, Fact)
        bounds = class_bounds(axis, axis.subject, translator)
    return RowClasses(name, len(axis.classes), bounds, axis.kind == "enum", unknown)


def class_bounds(
    axis: Axis, fact: Fact, translator: ConditionTranslator
) -> tuple[int | float, ...]:
    """Return the least value of each class after the first, as the column of the fact has it."""
    facts, found = translator.facts, list[int | float]()
    in_micros = facts.is_micros(fact) or fact.type.kind is Kind.DATE
    for cut in axis.cuts:
        found += bounds_of_cut(cut * MILLION if in_micros else cut, fact in facts.floats)
    return tuple(found)


def bounds_of_cut(cut: Fraction, floats: bool) -> tuple[int | float, int | float]:
    """Return the least integer or float that is not below a cut, and the least above it."""
    if floats:
        return float(cut), nextafter(float(cut), inf)
    return ceil(cut), floor(cut) + 1
