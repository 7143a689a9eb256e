"""Conversations as far as a policy can use them: who asked for which tool call.

What a tool gave back is a text by a principal without authority. If it names a call that follows,
it has asked for it, and the policy is told so: an instruction that counts for what the policy lends
to that principal, which is nothing unless it says so.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specdsl.base.exact_json import parse_json
from specdsl.base.limits import MAX_OUTPUT_KEPT, MAX_OUTPUTS_KEPT
from specdsl.runtime.results import BadInput, Fault

EXPECTED = "an object of arguments"
SHORT = 4
"""Characters of a value that is too short to tell anything."""


@dataclass(frozen=True)
class ToolCall:
    """A tool call that is about to be made."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None

    @classmethod
    def read(cls, name: str, arguments: str, id_: str | None = None) -> ToolCall:
        """Read a call whose arguments are the text of a JSON object. Raises `BadInput`."""
        try:
            found = parse_json(arguments or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise BadInput((Fault("arguments", "they are no JSON object", EXPECTED),))
        return cls(name, found, id_)


class Conversation:
    """The calls that a user approved, and what tools gave back. One for each session. Of one that
    is not `complete` nobody knows what else was read.
    """

    def __init__(self, complete: bool = True) -> None:
        self._complete = complete
        self._approved: list[tuple[str, Mapping[str, Any]]] = []
        self._outputs: deque[str] = deque(maxlen=MAX_OUTPUTS_KEPT)
        self._read: set[str] = set()

    def approve(self, tool: str, /, **arguments: Any) -> None:
        """Record that the user asked for calls with exactly these values of these arguments: a plan
        that it has confirmed before anything was read, a button that it has pressed.
        """
        self._approved.append((tool, arguments))

    def withdraw(self, tool: str, /, **arguments: Any) -> None:
        """Forget an approval: the call was made, and is not to be made again."""
        self._approved = [one for one in self._approved if one != (tool, arguments)]

    def hear_output(self, tool: str, output: Any) -> None:
        """Record what a tool gave back."""
        self._read.add(tool)
        self._outputs.append(output_text(output)[:MAX_OUTPUT_KEPT])

    def is_approved(self, call: ToolCall) -> bool:
        """Tell whether the user asked for this call."""
        return any(
            tool == call.name
            and all(
                key in call.arguments and call.arguments[key] == value
                for key, value in arguments.items()
            )
            for tool, arguments in self._approved
        )

    def is_named_by_output(self, call: ToolCall) -> bool:
        """Tell whether the output of a tool names this call: all of its values stand in it."""
        values = list(_telling_values(call.arguments)) or [call.name]
        outputs = tuple(self._outputs)  # Other threads may add to them.
        return any(all(_stands_in(value, text) for value in values) for text in outputs)

    def expect_output(self, tool: str) -> None:
        """Record that a call may be made now; here its output counts when it is there."""

    @property
    def tools_read(self) -> frozenset[str] | None:
        """Return the tools whose output was read; None if that is not known."""
        return frozenset(self._read) if self._complete else None


def output_text(output: Any) -> str:
    """Return the text of a tool's output."""
    if isinstance(output, str):
        return output
    try:
        return json.dumps(output, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return str(output)


def _telling_values(value: Any) -> Iterator[str]:
    """Yield the texts and numbers of arguments that are long enough to recognise."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _telling_values(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _telling_values(one)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value).strip()
        if len(text) >= SHORT:
            yield text


def _stands_in(value: str, text: str) -> bool:
    """Tell whether a value stands in a text as words of its own."""
    if value not in text:
        return False
    before, after = (r"(?<!\w)", r"(?!\w)")
    start = before if value[0].isalnum() else ""
    end = after if value[-1].isalnum() else ""
    return re.search(f"{start}{re.escape(value)}{end}", text) is not None
