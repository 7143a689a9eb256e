"""Values of SQL expressions over all situations: what a column of a query may be, or NULL.

A boolean is two literals, that it is true and that it is false (dual rail): it is NULL if neither
is. Other values are choices between constants, masks of bits, or the values of facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Literal
from specdsl.semantics.lower_terms import Affine

SqlConstant = int | str


class UnreadableSql(Exception):
    """An expression that the reader does not know. It is rejected."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class SqlBoolean:
    true: Literal
    false: Literal


@dataclass(frozen=True, slots=True)
class SqlChoice:
    """A choice of constants, each under its literal; the literals exclude each other. `known`: it
    is not NULL.
    """

    cases: tuple[tuple[SqlConstant, Literal], ...]
    known: Literal


@dataclass(frozen=True, slots=True)
class SqlMask:
    """An integer as bits, the lowest first."""

    bits: tuple[Literal, ...]
    known: Literal


@dataclass(frozen=True, slots=True)
class SqlQuantity:
    """An affine term. `kind`: integer, float or date, which are not compared with each other."""

    affine: Affine
    known: Literal
    kind: str


@dataclass(frozen=True, slots=True)
class SqlText:
    """The text, or the name of the member, that a fact has. `collated`: it is compared by code
    point.
    """

    fact: Fact
    known: Literal
    collated: bool


@dataclass(frozen=True, slots=True)
class SqlRaw:
    """The value of a fact of which nothing but whether it is NULL can be read."""

    fact: Fact
    known: Literal


@dataclass(frozen=True, slots=True)
class SqlAnything:
    """Any value of any type."""


SqlValue = SqlBoolean | SqlChoice | SqlMask | SqlQuantity | SqlText | SqlRaw | SqlAnything
NULL = SqlChoice((), FALSE)


def constant_choice(value: SqlConstant) -> SqlChoice:
    return SqlChoice(((value, TRUE),), TRUE)


def known_literal(value: SqlValue) -> Literal | None:
    """Return the literal that a value is not NULL; None if it may be anything."""
    match value:
        case SqlBoolean():
            return None
        case SqlAnything():
            return None
        case _:
            return value.known


def merge_choices(
    graph: AndInverterGraph, cases: Iterable[tuple[SqlConstant, Literal]], known: Literal
) -> SqlChoice:
    """Return the choice, with equal constants together."""
    found: dict[SqlConstant, list[Literal]] = {}
    for value, literal in cases:
        if literal != FALSE:
            found.setdefault(value, []).append(literal)
    return SqlChoice(tuple((value, graph.any_of(some)) for value, some in found.items()), known)


def as_mask(graph: AndInverterGraph, value: SqlValue) -> SqlMask | None:
    """Return the value as bits, if it is a natural number."""
    match value:
        case SqlMask():
            return value
        case SqlChoice() if all(isinstance(one, int) and one >= 0 for one, _ in value.cases):
            width = max((int(one).bit_length() for one, _ in value.cases), default=0)
            bits = (
                graph.any_of(lit for one, lit in value.cases if int(one) >> i & 1)
                for i in range(width)
            )
            return SqlMask(tuple(bits), value.known)
        case _:
            return None


def first_value(
    graph: AndInverterGraph, branches: Sequence[tuple[Literal, SqlValue]]
) -> SqlValue | None:
    """Return the value of the branch whose literal holds, NULL if none does; None if the values are
    not of one kind. The literals exclude each other.
    """
    kept = [(path, value) for path, value in branches if path != FALSE and value != NULL]
    if not kept:
        return NULL
    if any(isinstance(value, SqlAnything) for _, value in kept):
        return SqlAnything()
    if all(isinstance(value, SqlBoolean) for _, value in kept):
        sides = [(path, v.true, v.false) for path, v in kept if isinstance(v, SqlBoolean)]
        return SqlBoolean(
            graph.any_of(graph.all_of((path, true)) for path, true, _ in sides),
            graph.any_of(graph.all_of((path, false)) for path, _, false in sides),
        )
    if any(isinstance(value, SqlMask) for _, value in kept):
        return _first_mask(graph, kept)
    choices = [(path, value) for path, value in kept if isinstance(value, SqlChoice)]
    if len(choices) < len(kept):
        return None
    known = graph.any_of(graph.all_of((path, value.known)) for path, value in choices)
    cases = (
        (one, graph.all_of((path, literal)))
        for path, value in choices
        for one, literal in value.cases
    )
    return merge_choices(graph, cases, known)


def _first_mask(
    graph: AndInverterGraph, branches: Sequence[tuple[Literal, SqlValue]]
) -> SqlMask | None:
    masks: list[tuple[Literal, SqlMask]] = []
    for path, value in branches:
        mask = as_mask(graph, value)
        if mask is None:
            return None
        masks.append((path, mask))
    rows = zip_longest(*(mask.bits for _, mask in masks), fillvalue=FALSE)
    paths = [path for path, _ in masks]
    bits = (
        graph.any_of(graph.all_of(pair) for pair in zip(paths, row, strict=True)) for row in rows
    )
    known = graph.any_of(graph.all_of((path, mask.known)) for path, mask in masks)
    return SqlMask(tuple(bits), known)
