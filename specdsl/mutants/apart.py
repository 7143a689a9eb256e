"""What tells a mutant from the spec: one situation, or the proof that there is none.

The semantic diff finds every difference and its reasons; of a mutant one difference is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from specdsl.compare import Result, diff
from specdsl.compare.asking import Asking
from specdsl.compare.mixtures import Mixing
from specdsl.compare.worlds import Worlds, worlds
from specdsl.policy import Spec, replay
from specdsl.runtime.results import Taken
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Unsettled

LIMITS = Limits(work=20_000_000, seconds=5.0)  # for one question


@dataclass(frozen=True, slots=True)
class Telling:
    """A situation that tells a mutant from the spec, and how. `text` is the situation in a line;
    `replay` has it as the spec and as the mutant decide it; `decision` is empty where only one of
    the two takes it for possible."""

    text: str
    situation: Mapping[str, Any]
    replay: tuple[Mapping[str, Any], ...] = ()
    decision: str = ""
    old: Result | None = None
    new: Result | None = None


def apart(spec: Spec, mutant: Spec) -> Telling | None:
    """A situation in which a decision has another outcome, or where there is none another flag; the
    simplest that comes to these two results. None where both decide all alike, which is proved.
    Raises `Unsettled`."""
    found = worlds(spec.circuit, mutant.circuit, Mixing({}, {}))
    names = [decision.name for decision in spec.model.decisions]
    for flags in (False, True):
        for name in names:
            floors = partial(found.floors, name)
            asking = Asking(found.graph, found.facts, found.possible, floors, LIMITS)
            claim = _first(asking, _differences(found, name, flags))
            if claim is not None:
                return _telling(spec, mutant, name, asking, claim)
    return None


def _differences(found: Worlds, name: str, flags: bool) -> list[int]:
    """Literals of a decision: it comes to a certain other outcome, or also flag."""
    before, after = (found.results(world, name) for world in (found.old, found.new))
    return [
        found.graph.all_of((was, comes))
        for old, was in before.items()
        for new, comes in after.items()
        if old != new and (flags or old.outcome != new.outcome)
    ]


def _first(asking: Asking, claims: Sequence[int]) -> int | None:
    """The first that some situation has, of those that need no instruction if there are any."""
    silent = [slot.used ^ 1 for floor in asking.floors() for slot in floor.slots]
    prover = asking.prover(*claims, *silent)
    for said in (silent, []):
        for claim in claims:
            if prover.settle(claim, *said):
                return claim
    return None


def _telling(spec: Spec, mutant: Spec, name: str, asking: Asking, claim: int) -> Telling:
    witness = asking.simple(claim)
    assert witness is not None, "it has just been found"
    here = asking.situation(witness)
    both = here.of(spec.model), here.of(mutant.model)
    old = _result(replay(spec.circuit)(both[0])[name])
    new = _result(replay(mutant.circuit)(both[1])[name])
    assert old != new, "the replay says otherwise"
    return Telling(str(here), here.to_json(), both, name, old, new)


def _result(taken: Taken) -> Result:
    return Result(taken.outcome or "", taken.decided, taken.conflicted, taken.failed)


def more_possible(spec: Spec, mutant: Spec) -> Telling | None:
    """A situation that only one of the two takes for possible; None where there is none. Raises
    `Unsettled`."""
    change = diff(spec, mutant, LIMITS)
    for remark in change.remarks:
        if remark.situation is not None:
            return Telling(remark.text, remark.situation)
    if not change.equal:
        raise Unsettled
    return None
