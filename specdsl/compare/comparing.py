"""`diff`: what a change of a spec decides otherwise, proved over all situations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specdsl.compare.asking import Asking
from specdsl.compare.change import Change, Region
from specdsl.compare.edits import Edit, edits
from specdsl.compare.kinds import preference
from specdsl.compare.mixtures import Mixing
from specdsl.compare.reasons import Reasons, told
from specdsl.compare.regions import Found, Search
from specdsl.compare.remarks import remarks
from specdsl.compare.results import Result
from specdsl.compare.situations import Situation
from specdsl.compare.statements import table
from specdsl.compare.worlds import Worlds, decision, worlds
from specdsl.policy import Spec, replay
from specdsl.runtime.results import Taken
from specdsl.solver.engines import Answer, Limits
from specdsl.solver.prover import Prover, Unsettled

Replay = Callable[[Mapping[str, Any]], Mapping[str, Taken]]


def diff(old: Spec, new: Spec, limits: Limits | None = None) -> Change:
    """Where the two decide differently, over all situations that both take: any facts, unknown
    where they may be, and any instructions. Each region's situation has been decided by both
    decision functions."""
    return _Diff(old, new, limits or Limits()).run()


class _Diff:
    def __init__(self, old: Spec, new: Spec, limits: Limits) -> None:
        self.old, self.new, self.limits = old, new, limits
        mixing = Mixing(table(old.loaded.files), table(new.loaded.files))
        self.edits: tuple[Edit, ...] = edits(mixing.old, mixing.new)
        self.worlds: Worlds = worlds(old.circuit, new.circuit, mixing)
        self.replays: tuple[Replay, Replay] = replay(old.circuit), replay(new.circuit)

    def run(self) -> Change:
        before, after = ([d.name for d in s.model.decisions] for s in (self.old, self.new))
        common = tuple(name for name in after if name in before)
        apart = self._apart()
        found: list[Region] = []
        unproved: list[str] = []
        for name in () if apart else common:
            try:
                found += self._regions(name)
            except Unsettled:
                unproved.append(name)
        return Change(
            self.old.loaded.path,
            self.new.loaded.path,
            common,
            tuple(found),
            self.edits,
            remarks(self.worlds, self.limits),
            tuple(name for name in (*before, *after) if name not in common),
            apart,
            told(self.worlds, self.edits),
            tuple(unproved),
        )

    def _apart(self) -> bool:
        """No situation is possible in both. What cannot be settled is taken for possible."""
        possible = self.worlds.possible
        if any(shared.impossible for shared in self.worlds.facts.facts):
            return True
        return Prover(self.worlds.graph, (possible,), self.limits).ask(possible) is Answer.NO

    def _regions(self, name: str) -> Iterator[Region]:
        before, after = (decision(s.model, name) for s in (self.old, self.new))
        worlds = self.worlds
        asking = Asking(
            worlds.graph, worlds.facts, worlds.possible, lambda: worlds.floors(name), self.limits
        )
        reasons = Reasons(worlds, name, self.edits)
        for found in Search(asking, reasons, preference(before, after)).run():
            yield self._region(name, found, asking.situation(found.witness))

    def _region(self, name: str, found: Found, here: Situation) -> Region:
        whole = here.of(self.old.model), here.of(self.new.model)
        taken = [run(one)[name] for run, one in zip(self.replays, whole, strict=True)]
        assert [_result(t) for t in taken] == [found.old, found.new], "the replay says otherwise"
        return Region(
            name,
            found.kind.turn,
            found.old,
            found.new,
            found.kind.looser,
            found.edits,
            found.instead,
            str(here),
            here.to_json(),
            *whole,
            here.arguments(self.new.model),
            (_because(taken[0]), _because(taken[1])),
        )


def _result(taken: Taken) -> Result:
    return Result(taken.outcome or "", taken.decided, taken.conflicted, taken.failed)


def _because(taken: Taken) -> tuple[str, ...]:
    """The winners; of a contradiction one minimal clash."""
    if not taken.conflicted:
        return taken.because
    clashes = (tuple(sorted(clash)) for clash in taken.clashes)
    return min(clashes, key=lambda names: (len(names), names), default=())
