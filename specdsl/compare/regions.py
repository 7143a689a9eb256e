"""Where two specs decide differently: every such situation, in regions of one reason each."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass

from specdsl.circuit.graph import FALSE
from specdsl.compare.asking import Asking
from specdsl.compare.edits import Edit
from specdsl.compare.kinds import Kind, Preference, kinds
from specdsl.compare.reasons import Edits, Reasons
from specdsl.compare.results import Result, same
from specdsl.limits import MOST_EDIT_SETS
from specdsl.solver.prover import Prover, Unsettled
from specdsl.solver.witness import Witness


@dataclass(frozen=True, slots=True)
class Found:
    """A region before it is put into words: a situation of it, and what it is there."""

    kind: Kind
    old: Result
    new: Result
    edits: Edits
    instead: Edits
    witness: Witness


@dataclass(frozen=True, slots=True)
class Search:
    """The differences of one decision.

    The situations of a kind are divided by the edits that explain them, single edits first. Each
    that differs belongs to a region; one that several edits explain may belong to several.
    """

    asking: Asking
    reasons: Reasons
    better: Preference

    def run(self) -> Iterator[Found]:
        """All regions, the gravest kinds first. Raises `Unsettled`, once those that can be settled
        are found."""
        graph, reasons = self.asking.graph, self.reasons
        differ = same(graph, reasons.old, reasons.new) ^ 1
        if differ == FALSE or not self.asking.prover(differ).settle(differ):
            return
        claims = kinds(graph, reasons.old, reasons.new, self.better)
        if not reasons.told:
            yield from self._untold(claims)
            return
        alone = reasons.alone()
        prover = self.asking.prover(*claims.values(), *alone.values())
        unsettled: list[Unsettled] = []
        for one, claim in claims.items():
            try:
                if prover.settle(claim):
                    left = yield from self._by_one(one, claim, alone, prover)
                    yield from self._by_several(one, claim, left)
            except Unsettled as reason:
                unsettled.append(reason)
        if unsettled:
            raise unsettled[0]

    def _untold(self, claims: Mapping[Kind, int]) -> Iterator[Found]:
        """One region a kind, without its edits."""
        prover = self.asking.prover(*claims.values())
        yield from (self._found(one, (), c) for one, c in claims.items() if prover.settle(c))

    def _by_one(
        self, one: Kind, claim: int, alone: Mapping[Edit, int], prover: Prover
    ) -> Generator[Found, None, int]:
        """Regions that a single edit explains. Returns what none of them explains."""
        graph = self.asking.graph
        left = claim
        for edit, explained in alone.items():
            if prover.settle(graph.all_of((left, explained))):
                yield self._clearest(one, claim, edit, alone, prover)
                left = graph.all_of((left, explained ^ 1))
        return left

    def _clearest(
        self, one: Kind, claim: int, edit: Edit, alone: Mapping[Edit, int], prover: Prover
    ) -> Found:
        """In a simple situation; where it takes no more instructions, one that no other edit
        explains."""
        graph = self.asking.graph
        here = graph.all_of((claim, alone[edit]))
        found = self._found(one, (edit,), here)
        others = (literal ^ 1 for other, literal in alone.items() if other is not edit)
        pure = graph.all_of((here, *others))
        if not found.instead or not prover.settle(pure):
            return found
        clearer = self._found(one, (edit,), pure)
        said, more = (self.asking.said(f.witness) for f in (found, clearer))
        return found if more > said else clearer

    def _by_several(self, one: Kind, claim: int, left: int) -> Iterator[Found]:
        """Regions that only several edits explain together."""
        graph = self.asking.graph
        for _ in range(MOST_EDIT_SETS):
            holds = self.asking.any(left)
            if holds is None:
                return
            edits = self.reasons.needed(holds)
            here = graph.all_of((claim, self.reasons.only_together(edits)))
            yield self._found(one, edits, here)
            left = graph.all_of((left, self.reasons.explained(edits) ^ 1))
        holds = self.asking.any(left)
        if holds is not None:
            yield self._found(one, self.reasons.needed(holds), left)

    def _found(self, one: Kind, edits: Edits, claim: int) -> Found:
        witness = self.asking.simple(claim)
        assert witness is not None, "it has just been found"
        holds = self.asking.truth(witness)
        old = next(result for result, literal in self.reasons.old.items() if holds(literal))
        new = next(result for result, literal in self.reasons.new.items() if holds(literal))
        instead = self.reasons.instead(edits, holds) if len(edits) == 1 else ()
        return Found(one, old, new, edits, instead, witness)
