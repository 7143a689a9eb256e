"""Whether what an engine said of a situation is what the suite expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """An engine's answer, in one form for all engines.

    `kind` is decided, bad_input or contradiction. `outcomes` are those taken, also where another
    decision failed; `failed` the decisions whose contradiction nothing settles; `clashes` by
    decision the rules of each minimal clash.
    """

    kind: str
    outcomes: Mapping[str, str] = field(default_factory=dict)
    default: frozenset[str] = frozenset()
    conflicted: frozenset[str] = frozenset()
    because: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    failed: frozenset[str] = frozenset()
    not_taken: frozenset[str] = frozenset()
    clashes: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)


def misses(situation: Mapping[str, Any], said: Said) -> Iterator[str]:
    """In words, everything in which the answer differs from what the situation expects."""
    expect = situation["expect"]
    kind = expect if isinstance(expect, str) else "decided"
    if said.kind != kind:
        yield f"{_told(said)}, expected {expect}"
    elif kind == "bad_input":
        if "fault_names" in situation:
            yield from _differ("at fault", set(said.faults), set(situation["fault_names"]))
    elif kind == "contradiction":
        yield from _contradiction(situation, said)
    else:
        yield from _decided(situation, expect, said)


def _contradiction(situation: Mapping[str, Any], said: Said) -> Iterator[str]:
    if "conflicted" in situation:
        yield from _differ("contradictory", set(said.failed), set(situation["conflicted"]))
    if "contradiction" in situation:
        yield from _differ("contradictory", set(said.failed), set(situation["contradiction"]))
    if "taken" in situation and dict(said.outcomes) != situation["taken"]:
        yield f"took {dict(said.outcomes)}, expected {situation['taken']}"
    if "not_taken" in situation:
        yield from _differ("not taken", set(said.not_taken), set(situation["not_taken"]))


def _decided(situation: Mapping[str, Any], expect: Mapping[str, str], said: Said) -> Iterator[str]:
    for decision, outcome in expect.items():
        if said.outcomes.get(decision) != outcome:
            yield f"{decision} is {said.outcomes.get(decision)}, expected {outcome}"
    if "conflicted" in situation:
        yield from _differ("conflicted", set(said.conflicted), set(situation["conflicted"]))
    if "default" in situation:
        yield from _differ("default", set(said.default), set(situation["default"]))
    for decision, decided in situation.get("decided", {}).items():
        if (decision not in said.default) != decided:
            yield f"{decision} decided: {not decided}, expected {decided}"
    yield from _because(situation.get("because", {}), said)


def _because(expected: Mapping[str, list[str]] | list[str], said: Said) -> Iterator[str]:
    if isinstance(expected, Mapping):
        for decision, names in expected.items():
            got = list(said.because.get(decision, ()))
            if got != names:
                yield f"{decision} because {got}, expected {names}"
        return
    # A plain list has all that speak for the one outcome; our winners are the ones that suffice.
    got = [name for names in said.because.values() for name in names]
    if not set(got) <= set(expected) or (expected and not got):
        yield f"because {got}, expected some of {expected}"


def _differ(what: str, got: set[str], expected: set[str]) -> Iterator[str]:
    if got != expected:
        yield f"{what} {sorted(got)}, expected {sorted(expected)}"


def _told(said: Said) -> str:
    if said.kind == "bad_input":
        return f"bad_input {sorted(said.faults)}"
    if said.kind == "contradiction":
        return f"contradiction {sorted(said.failed)}"
    return f"decided {dict(said.outcomes)}"
