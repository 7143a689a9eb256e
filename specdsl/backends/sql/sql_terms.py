"""Constructors of SQL expressions: sqlglot's syntax trees, with the brackets that they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact

Sql = exp.Expr
Case = tuple[Sql, Sql]  # A condition and the value where it is the first that is true.


def column(name: str) -> Sql:
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def integer(value: int) -> Sql:
    literal = exp.Literal(this=str(abs(value)), is_string=False)
    return exp.Neg(this=literal) if value < 0 else literal


def text(value: str) -> Sql:
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise UnsupportedArtifact("a text with a character that no database stores")
    return exp.Literal(this=value, is_string=True)


def truth(value: bool) -> Sql:
    return exp.Boolean(this=value)


def conjunction(parts: Sequence[Sql]) -> Sql:
    """Return the parts joined by AND; TRUE if there are none."""
    return _join_parts(exp.And, parts, True)


def disjunction(parts: Sequence[Sql]) -> Sql:
    """Return the parts joined by OR; FALSE if there are none."""
    return _join_parts(exp.Or, parts, False)


def _join_parts(kind: type[exp.Connector], parts: Sequence[Sql], empty: bool) -> Sql:
    if not parts:
        return truth(empty)
    found = parts[0]
    for i, part in enumerate(parts[1:]):
        left = found if i else in_brackets(found)
        found = kind(this=left, expression=in_brackets(part))
    return found


def in_brackets(part: Sql) -> Sql:
    """Return the expression in brackets, if it is not an operand by itself."""
    compound = (exp.Connector, exp.Not, exp.Binary, exp.Neg)
    plain = isinstance(part, exp.Predicate) and not isinstance(part, exp.Connector)
    if isinstance(part, compound) and not plain and not isinstance(part, exp.Not):
        return exp.Paren(this=part)
    return part


def negation(part: Sql) -> Sql:
    return exp.Not(this=part if isinstance(part, exp.Column) else exp.Paren(this=part))


def null() -> Sql:
    return exp.Null()


def is_null(part: Sql) -> Sql:
    return exp.Is(this=part, expression=exp.Null())


def is_known(part: Sql) -> Sql:
    return exp.Not(this=is_null(part))


def comparison(left: Sql, op: str, right: Sql) -> Sql:
    """Return `left op right`, with op one of = != < <= > >=."""
    kind = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    return kind[op](this=left, expression=right)


def one_of(part: Sql, values: Sequence[Sql]) -> Sql:
    """Return the test that the value is one of some constants."""
    if len(values) == 1:
        return comparison(part, "=", values[0])
    return exp.In(this=part, expressions=list(values))


def case_of(cases: Iterable[Case], other: Sql | None = None) -> Sql:
    """Return a searched CASE; without cases its ELSE alone."""
    ifs = [exp.If(this=condition, true=value) for condition, value in cases]
    if not ifs:
        return exp.Null() if other is None else other
    return exp.Case(ifs=ifs, default=other)


def bits_and(left: Sql, right: Sql) -> Sql:
    return exp.BitwiseAnd(this=_operand(left), expression=_operand(right))


def bits_or(left: Sql, right: Sql) -> Sql:
    return exp.BitwiseOr(this=_operand(left), expression=_operand(right))


def has_bits(mask: Sql, bits: int) -> Sql:
    """Return the test that the mask has one of the bits."""
    return comparison(exp.Paren(this=bits_and(mask, integer(bits))), "!=", integer(0))


def _operand(part: Sql) -> Sql:
    return exp.Paren(this=part) if isinstance(part, exp.Binary) else part


def coalesce(parts: Sequence[Sql]) -> Sql:
    """Return the first of the values that is not NULL."""
    first, *others = parts
    return exp.Coalesce(this=first, expressions=others) if others else first


def function(name: str, *arguments: Any) -> Sql:
    """Return a call of a function of the dialect, under this name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(value: Sql, kind: str) -> Sql:
    return exp.Cast(this=value, to=exp.DataType.build(kind))


def lambda_of(names: Sequence[str], body: Sql) -> Sql:
    """Return a function of these parameters."""
    parameters = [exp.Identifier(this=name, quoted=False) for name in names]
    return exp.Lambda(this=body, expressions=parameters)


def named_column(value: Sql, name: str) -> Sql:
    return exp.Alias(this=value, alias=exp.Identifier(this=name, quoted=True))


def with_comment(value: Sql, comment: str) -> Sql:
    """Return the expression with a comment, which cannot end before it should."""
    value.comments = [comment.replace("*/", "* /").replace("/*", "/ *")]
    return value
