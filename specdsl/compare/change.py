"""What a change of a spec comes to: where it decides otherwise, and what is not compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from specdsl.compare.edits import Edit
from specdsl.compare.results import Result


class Turn(Enum):
    """What a difference means, the gravest first. Where one of the outcomes is preferred to the
    other the change is looser or tighter; a decision that failed is not compared so."""

    CLASHES = "newly contradictory"
    UNDECIDED = "newly undecided"
    UNTAKEN = "no longer taken"
    LOOSER = "looser"
    OTHER = "otherwise"
    TIGHTER = "tighter"
    DECIDED = "newly decided"
    RESOLVED = "contradiction resolved"
    TAKEN = "taken again"


@dataclass(frozen=True, slots=True)
class Region:
    """Situations in which a decision comes to something else, for one reason.

    `old` and `new` are its results in `situation`, a simple one of them; throughout the region the
    outcomes and `turn` are the same. `looser`: the new outcome is preferred to the old one; None
    where neither is preferred or the decision failed.

    `edits`: a minimal set of edits that, made alone in the old spec, decide every situation of the
    region as the new one does. `instead`: other single edits that would do so in `situation`, too.

    `situation` names only what matters; `old_situation` and `new_situation` are whole, as the two
    decision functions take them; `arguments` are what follows `specdsl decide NEW` to get here.
    `because`: the winners there, before and after, or the rules of a contradiction.
    """

    decision: str
    turn: Turn
    old: Result
    new: Result
    looser: bool | None
    edits: tuple[Edit, ...]
    instead: tuple[Edit, ...]
    text: str
    situation: Mapping[str, Any]
    old_situation: Mapping[str, Any]
    new_situation: Mapping[str, Any]
    arguments: str
    because: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def moves(self) -> bool:
        """Both specs have an outcome here, and not the same."""
        return bool(self.old.outcome and self.new.outcome) and self.old.outcome != self.new.outcome

    @property
    def instructed(self) -> bool:
        """It takes an instruction to get here."""
        return bool(self.situation["says"])


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that only one of the specs knows, or knows otherwise, and what became of it."""

    kind: str
    name: str
    text: str
    situation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`decisions`: those that were compared. `edits`: all statements that changed, whether or not
    they change a decision. `only`: decisions that one of the specs does not have. `apart`: no
    situation is possible in both, so nothing was compared. `told`: false where there are too many
    edits to say which of them make which difference, and regions name none. `unproved`: decisions
    that could not be settled within the limits."""

    old: str
    new: str
    decisions: tuple[str, ...]
    regions: tuple[Region, ...]
    edits: tuple[Edit, ...]
    remarks: tuple[Remark, ...]
    only: tuple[str, ...] = ()
    apart: bool = False
    told: bool = True
    unproved: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Proved: both have the same decisions and decide them alike, outcomes and flags, in every
        situation that both take. What only one of them takes is in `remarks`."""
        return self.settled and not self.regions and not self.only

    @property
    def settled(self) -> bool:
        """Everything was compared, and nothing is unproved."""
        return not self.unproved and not self.apart

    @property
    def tightens(self) -> bool:
        """Proved: some decision gets a less preferred outcome somewhere, and none a more preferred
        one anywhere (nor one that cannot be compared with what it was)."""
        shifts = [region.looser for region in self.regions if region.moves]
        return self.settled and bool(shifts) and all(shift is False for shift in shifts)

    @property
    def loosens(self) -> bool:
        """Somewhere a decision gets a more preferred outcome."""
        return any(region.looser for region in self.regions)

    @property
    def safe(self) -> bool:
        """Proved: no decision gets a more preferred outcome, or one that cannot be compared with
        what it was, and none is newly contradictory, undecided or not taken."""
        grave = (Turn.CLASHES, Turn.UNDECIDED, Turn.UNTAKEN)
        return self.settled and not any(
            region.turn in grave or (region.moves and region.looser is not False)
            for region in self.regions
        )
