"""A policy as data: its parts can be changed one at a time, and become text only at the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`value` and `overrides` are empty where the rule has none."""

    name: str
    level: str
    conditions: tuple[str, ...]
    effect: str
    value: str = ""
    exceptions: tuple[str, ...] = ()
    overrides: str = ""

    def __str__(self) -> str:
        serving = f" for {self.value}" if self.value else ""
        lines = [f"rule {self.name} at {self.level}{serving}"]
        if self.conditions:
            lines.append("  when " + "\n   and ".join(self.conditions))
        lines += [f"  unless {exception}" for exception in self.exceptions]
        lines.append(f"  then {self.effect}")
        if self.overrides:
            lines.append(f"  overrides {self.overrides}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Example:
    """One that holds whatever the facts are that it does not give."""

    title: str
    given: tuple[str, ...]
    expectation: str

    def __str__(self) -> str:
        given = ", ".join(self.given)
        return f'example "{self.title}"\n  given {given}\n  expect {self.expectation}'


@dataclass(frozen=True, slots=True)
class Policy:
    """`facts` are names (one or several, as the statement has them) and types; the other parts are
    written as in the text."""

    name: str
    levels: tuple[str, ...]
    principals: tuple[str, ...]
    priorities: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, str], ...]
    definitions: tuple[str, ...]
    decisions: tuple[str, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]

    @property
    def text(self) -> str:
        """The spec of this policy."""
        values = sorted({value for chain in self.priorities for value in chain})
        head = [f"spec {self.name}", f"authority {' > '.join(self.levels)}"]
        head += [f"principal {principal}" for principal in self.principals]
        head += [f"value {value}" for value in values]
        head += [f"priority {' > '.join(chain)}" for chain in self.priorities if len(chain) > 1]
        head += [f"fact {names}: {kind}" for names, kind in self.facts]
        head += [*self.definitions, *(f"decision {decision}" for decision in self.decisions)]
        return "\n".join([*head, *map(str, self.rules), *map(str, self.examples)]) + "\n"


def draw_some(draw: random.Random, candidates: Sequence[str], count: int) -> tuple[str, ...]:
    """So many different ones, in the order in which they are given."""
    chosen = {*draw.sample(range(len(candidates)), min(count, len(candidates)))}
    return tuple(one for i, one in enumerate(candidates) if i in chosen)


def list_names(stem: str, count: int) -> tuple[str, ...]:
    """`stem_0`, `stem_1` and so on."""
    return tuple(f"{stem}_{i}" for i in range(count))


def braces(members: Sequence[str]) -> str:
    """The members as a set or an enumeration has them."""
    return f"{{{', '.join(members)}}}"
