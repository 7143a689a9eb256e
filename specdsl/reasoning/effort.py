"""The budget of the next query, and the reasons why queries were given up, for the author.

A query that is given up costs its whole budget, so each of them halves the budget of the next
ones. Both are kept by thread and begin anew with each component of a spec, so the same component
has the same answers wherever it is checked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import field

from specdsl.base.limits import MIN_QUERY_SHARE
from specdsl.base.quick_dataclass import dataclass

TIME = (
    "the time for the whole check was over",
    "check a part at a time (`--select CODE`), or split the spec",
)
WORK = (
    "a question was not answered after the work that may be spent on one",
    "conditions with fewer alternatives, or a `define` less that doubles them, are settled sooner",
)
Reason = tuple[str, str]


@dataclass(slots=True)
class QueryEffort:
    """The effort of one component: the share of the limits that the next query gets, and the
    reasons why queries were given up.
    """

    share: float = 1.0
    reasons: dict[Reason, None] = field(default_factory=dict)


class _Current(threading.local):
    def __init__(self) -> None:
        self.effort = QueryEffort()


_current = _Current()


def resume_component(effort: QueryEffort) -> None:
    """Begin or continue the check of a component."""
    _current.effort = effort


def budget_share() -> float:
    """Return the share of the limits that the next query gets."""
    return _current.effort.share


def record_exhausted(reason: Reason) -> None:
    """Record that a query used up its budget without an answer."""
    here = _current.effort
    here.share = max(MIN_QUERY_SHARE, here.share / 2)
    record_undetermined(reason)


def record_undetermined(reason: Reason) -> None:
    """Record that a query was not asked, or not answered for a reason other than its budget."""
    _current.effort.reasons[reason] = None


def take_reasons() -> tuple[Reason, ...]:
    """Return the reasons recorded since the last call."""
    here = _current.effort
    found, here.reasons = tuple(here.reasons), {}
    return found


def texts_reason(names: Iterable[str]) -> Reason:
    return (
        f"too many texts are distinguished by what {_join_names(names)} can match and be compared "
        "with",
        "write fewer `?` after a `*`, or compare fewer texts with each other by `<`, or have the "
        "caller test them and give the answers as facts",
    )


def relations_reason(names: Iterable[str]) -> Reason:
    return (
        f"how {_join_names(names)} are related could not be settled",
        "bound them by ranges (`int 0..100`), or have the caller compute what is compared",
    )


def _join_names(names: Iterable[str]) -> str:
    """Return the names that facts have in the spec, as a list in a sentence; the second copy of a
    fact in paired worlds has the name of the first.
    """
    *first, last = [f"`{name}`" for name in sorted({name.split()[0] for name in names})[:8]]
    return f"{', '.join(first)} and {last}" if first else last
