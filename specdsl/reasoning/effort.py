"""Why questions were given up, in the author's words, and how long the next one is thought about.

What is given up costs as much as it may; of very many such questions nobody waits for the last. So
each time less is spent on the next one. All of it is by thread, and begins anew with each part of a
spec that is looked at alone: the same part has the same answers, wherever it is looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

LEAST = 1 / 64  # of what the limits allow

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
class Effort:
    """What goes into a part of a spec that is looked at alone. `share`: of what the limits allow
    for a question, how much is spent on the next one; `reasons`: why questions were given up."""

    share: float = 1.0
    reasons: dict[Reason, None] = field(default_factory=dict)


class _Current(threading.local):
    def __init__(self) -> None:
        self.effort = Effort()


_current = _Current()


def begin() -> None:
    """A part of a spec is looked at, from the beginning."""
    _current.effort = Effort()


def resume(effort: Effort) -> None:
    """A part of a spec is looked at further."""
    _current.effort = effort


def share() -> float:
    """Of what the limits allow for a question, how much is spent on the next one."""
    return _current.effort.share


def gave_up(reason: Reason) -> None:
    """A question was given up after all the work that it may cost."""
    here = _current.effort
    here.share = max(LEAST, here.share / 2)
    refused(reason)


def refused(reason: Reason) -> None:
    """A question was not asked, or what is known does not answer it."""
    _current.effort.reasons[reason] = None


def reasons() -> tuple[Reason, ...]:
    """Why, since this was asked last."""
    here = _current.effort
    found, here.reasons = tuple(here.reasons), {}
    return found


def texts(names: Iterable[str]) -> Reason:
    return (
        f"too many texts are told apart by what {_listed(names)} can match and be compared with",
        "write fewer `?` after a `*`, or compare fewer texts with each other by `<`, or have the "
        "caller test them and give the answers as facts",
    )


def relations(names: Iterable[str]) -> Reason:
    return (
        f"how {_listed(names)} are related could not be settled",
        "bound them by ranges (`int 0..100`), or have the caller compute what is compared",
    )


def _listed(names: Iterable[str]) -> str:
    """As the author has them: of a fact that is looked at twice, the name that it has there."""
    *first, last = [f"`{name}`" for name in sorted({name.split()[0] for name in names})[:8]]
    return f"{', '.join(first)} and {last}" if first else last
