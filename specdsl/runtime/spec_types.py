"""Types of a spec, for programs that look at them when they run."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.runtime.tables import FactRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def spec_type(tables: Tables, outcome_types: Sequence[str], name: str) -> Any:
    """Return a type of an emitted module by its name: that of facts, or one of those of outcomes,
    which are in the order of the decisions. Raises `AttributeError`.
    """
    import typing

    if name in outcome_types:
        return typing.Literal[tables.decisions[outcome_types.index(name)].outcomes]
    if name != "Facts":
        raise AttributeError(f"there is no `{name}`")
    fields = {fact: _type_of_fact(row) for fact, row in tables.facts.items()}
    return typing.TypedDict("Facts", fields)  # type: ignore[operator]


def _type_of_fact(row: FactRow) -> Any:
    """Return the type of the values that are given for a fact."""
    import typing
    from collections.abc import Iterable
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction

    member: Any = typing.Literal[row.members]
    kinds: dict[str, Any] = {
        "enum": member,
        "set": Iterable[member],
        "bool": bool,
        "int": int,
        "number": int | float | Decimal | Fraction | str,
        "text": str,
        "date": date | str,
        "time": datetime | str,
        "duration": timedelta | str,
    }
    return typing.NotRequired[kinds[row.kind] | None] if row.optional else kinds[row.kind]
