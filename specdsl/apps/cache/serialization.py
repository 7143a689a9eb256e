"""Serialization of reports and findings as JSON: each class by its fields, as their types say.

Spans are numbers (see `span_codec.py`), and codes are their ids. What is read counts only if
writing it again gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from specdsl.apps.cache.span_codec import SpanCodec
from specdsl.base.diagnostics import Code, Report
from specdsl.base.source import Span

if TYPE_CHECKING:
    from specdsl.checks import Findings

MALFORMED = (KeyError, TypeError, ValueError, RecursionError)

Coding = Callable[[Any, SpanCodec], Any]  # A value to JSON, or back.


class _Malformed(ValueError):
    """The JSON was not written by this module."""


def dump_report(report: Report, places: SpanCodec) -> bytes | None:
    """Serialize a report as ASCII text. Returns None if it could not be read back, for instance
    because a check in it is unproved.
    """
    return None if report.unproved else _dump(report, Report, places)


def load_report(body: bytes, places: SpanCodec) -> Report | None:
    """Deserialize a report; None for anything that `dump_report` does not write."""
    found: Report | None = _load(body, Report, places)
    return None if found is None or found.unproved else found


def dump_findings(found: Sequence[Findings], places: SpanCodec) -> bytes | None:
    """Serialize the findings of some checks; None under the same conditions."""
    settled = not any(one.unproved for one in found)
    return _dump(tuple(found), _findings_type(), places) if settled else None


def load_findings(body: bytes, places: SpanCodec) -> list[Findings] | None:
    """Deserialize findings of checks; None for anything that `dump_findings` does not write."""
    found: tuple[Findings, ...] | None = _load(body, _findings_type(), places)
    return None if found is None or any(one.unproved for one in found) else [*found]


def _findings_type() -> Any:
    from specdsl.checks import Findings

    return tuple[Findings, ...]


def _dump(value: Any, kind: Any, places: SpanCodec) -> bytes | None:
    try:
        body = _to_json(_codings(kind)[0](value, places))
    except MALFORMED:
        return None
    return body if _load(body, kind, places) == value else None


def _load(body: bytes, kind: Any, places: SpanCodec) -> Any:
    encode, decode = _codings(kind)
    try:
        found = decode(json.loads(body.decode("ascii")), places)
        return found if _to_json(encode(found, places)) == body else None
    except MALFORMED:
        return None


def _to_json(found: object) -> bytes:
    return json.dumps(found, allow_nan=False, separators=(",", ":")).encode("ascii")


@cache
def _codings(kind: Any) -> tuple[Coding, Coding]:
    """Return how values of a type are written, and how they are read."""
    if kind is Span:
        return _encode_span, _decode_span
    if kind is Code:
        return lambda code, _: code.id, lambda found, _: _codes_by_id()[found]
    if dataclasses.is_dataclass(kind):
        return _class_codings(kind)
    if get_origin(kind) is tuple:
        return _tuple_codings(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return lambda value, _: int(value), lambda found, _: kind(_expect(int, found))
    plain: type = dict if get_origin(kind) is Mapping else kind
    return lambda value, _: value, lambda found, _: _expect(plain, found)


def _class_codings(kind: Any) -> tuple[Coding, Coding]:
    """Write an object as its fields that count when objects are compared."""
    types = get_type_hints(kind)
    fields = {
        one.name: _codings(types[one.name]) for one in dataclasses.fields(kind) if one.compare
    }

    def encode(value: Any, places: SpanCodec) -> Any:
        return {name: code(getattr(value, name), places) for name, (code, _) in fields.items()}

    def decode(found: Any, places: SpanCodec) -> Any:
        if _expect(dict, found).keys() != fields.keys():
            raise _Malformed
        return kind(**{name: read(found[name], places) for name, (_, read) in fields.items()})

    return encode, decode


def _tuple_codings(kinds: tuple[Any, ...]) -> tuple[Coding, Coding]:
    if kinds[-1] is Ellipsis:
        write, read = _codings(kinds[0])
        return (
            lambda value, places: [write(one, places) for one in value],
            lambda found, places: tuple(read(one, places) for one in _expect(list, found)),
        )
    codings = [_codings(kind) for kind in kinds]

    def encode(value: Any, places: SpanCodec) -> Any:
        return [code(one, places) for one, (code, _) in zip(value, codings, strict=True)]

    def decode(found: Any, places: SpanCodec) -> Any:
        pairs = zip(_expect(list, found), codings, strict=True)
        return tuple(read(one, places) for one, (_, read) in pairs)

    return encode, decode


def _expect(kind: type, found: Any) -> Any:
    if type(found) is not kind:
        raise _Malformed
    return found


def _encode_span(span: Span, places: SpanCodec) -> Any:
    return places.encode_span(span)


def _decode_span(found: Any, places: SpanCodec) -> Span:
    first, second, third = (_expect(int, one) for one in _expect(list, found))
    return places.decode_span((first, second, third))


@cache
def _codes_by_id() -> Mapping[str, Code]:
    from specdsl.checks.catalogue import codes

    return {code.id: code for code in codes()}
