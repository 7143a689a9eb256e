"""Batch decisions, `specdsl decide FILE --batch situations.jsonl`: one JSON line for each line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from specdsl.apps.cli import standard_input
from specdsl.apps.cli.output import exit_on_file
from specdsl.apps.cli.situation_arguments import parse_situation
from specdsl.base.plain_text import json_text

if TYPE_CHECKING:
    from specdsl.api import Policy

KEYS = ("facts", "says")


def decide_lines(policy: Policy, path: str) -> int:
    """Decide each line. One that cannot be decided yields its error, and the run continues.

    Returns the exit status: 1 if any line yielded an error.
    """
    status = 0
    for number, line in _numbered_lines(path):
        found = _decide_line(policy, number, line)
        status |= "error" in found
        click.echo(json_text(found))
    return status


def _decide_line(policy: Policy, number: int, line: bytes) -> dict[str, Any]:
    from specdsl.runtime.results import BadInput, Contradiction, Fault

    try:
        read = parse_situation(line.strip())
        if not isinstance(read, dict):
            raise ValueError("a situation is an object with `facts` and `says`")
        for key in read:
            if key not in KEYS:
                raise ValueError(f"a situation has no `{key}`; its keys are `facts` and `says`")
        found: dict[str, Any] = policy.decide(read.get("facts", {}), read.get("says", ())).to_dict()
        return found
    except (BadInput, Contradiction) as problem:
        return problem.to_dict()
    except ValueError as problem:
        expected = '{"facts": {…}, "says": […]}'
        fault = Fault(f"line {number}", str(problem), expected).to_dict()
        return {"error": {"kind": "bad_input", "faults": [fault]}}


def _numbered_lines(path: str) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    with ExitStack() as stack:
        try:
            stream = (
                standard_input.input_stream()
                if path == "-"
                else stack.enter_context(open(path, "rb"))
            )
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
        except OSError as problem:
            exit_on_file(path, problem)
