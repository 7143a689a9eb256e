"""Options of the commands that put a policy in front of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def add_outcome_option(command: F) -> F:
    """Add the option that maps outcomes of the decision to actions, as `mapped`."""
    return click.option(
        "--outcome",
        "mapped",
        multiple=True,
        metavar="OUTCOME=ACTION",
        help="What becomes of a call: allow, ask or deny. Name all outcomes, or none.",
    )(command)


def parse_outcomes(texts: Iterable[str]) -> dict[str, str] | None:
    """Return the actions of outcomes as they were typed; None if there are none."""
    found: dict[str, str] = {}
    for text in texts:
        outcome, equals, action = text.partition("=")
        if not equals:
            raise click.UsageError(f"`{text}` is not of the form OUTCOME=ACTION")
        found[outcome.strip()] = action.strip()
    return found or None
