"""The semantic difference of two specs: regions of differing situations, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.verification.two_specs.decision_results import Result
from specdsl.verification.two_specs.spec_edits import SpecEdit


class ChangeKind(Enum):
    """The kinds of change, the gravest first. A change is looser or tighter if one of the two
    outcomes is preferred; a decision that failed has no such order."""

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
    """A set of situations in which a decision differs for one reason.

    `old` and `new` are its results in `situation`, a simple one of them; the outcomes and `turn`
    are the same throughout the region. `looser` tells whether the new outcome is preferred to the
    old one; it is None if neither is preferred or the decision failed.

    `edits` is a minimal set of edits that, applied alone to the old spec, decide every situation
    of the region as the new spec does. `instead` has other single edits that do so in `situation`.

    `situation` has the relevant facts only; `old_situation` and `new_situation` are complete, as
    the two decision functions take them; `arguments` are those of `specdsl decide NEW`.
    `because` has the winners before and after, or the rules of a contradiction.
    """

    decision: str
    turn: ChangeKind
    old: Result
    new: Result
    looser: bool | None
    edits: tuple[SpecEdit, ...]
    instead: tuple[SpecEdit, ...]
    text: str
    situation: Mapping[str, Any]
    old_situation: Mapping[str, Any]
    new_situation: Mapping[str, Any]
    arguments: str
    because: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def changes_outcome(self) -> bool:
        """Tell whether both specs have an outcome, and not the same."""
        return bool(self.old.outcome and self.new.outcome) and self.old.outcome != self.new.outcome

    @property
    def needs_instruction(self) -> bool:
        """Tell whether the region's situation has an instruction."""
        return bool(self.situation["says"])


@dataclass(frozen=True, slots=True)
class Incomparable:
    """A declaration that the specs do not share, or a situation possible in only one of them."""

    kind: str
    name: str
    text: str
    situation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The differences of two specs.

    `decisions` were compared; `only` are those of one spec alone; `unproved` could not be settled
    within the limits. `edits` has all changed statements, whether or not they change a decision.
    `apart`: no situation is possible in both specs, so nothing was compared. `told` is false if
    there are too many edits to attribute the differences to them; then regions have no edits."""

    old: str
    new: str
    decisions: tuple[str, ...]
    regions: tuple[Region, ...]
    edits: tuple[SpecEdit, ...]
    remarks: tuple[Incomparable, ...]
    only: tuple[str, ...] = ()
    apart: bool = False
    told: bool = True
    unproved: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Tell whether both specs provably have the same decisions, with equal outcomes and flags
        in every situation that both accept. (Situations of one alone are in `remarks`.)"""
        return self.is_settled and not self.regions and not self.only

    @property
    def is_settled(self) -> bool:
        """Tell whether everything was compared and nothing is unproved."""
        return not self.unproved and not self.apart

    @property
    def tightens(self) -> bool:
        """Tell whether provably some decision gets a less preferred outcome somewhere, and none a
        more preferred or an incomparable one anywhere."""
        shifts = [region.looser for region in self.regions if region.changes_outcome]
        return self.is_settled and bool(shifts) and all(shift is False for shift in shifts)

    @property
    def loosens(self) -> bool:
        """Tell whether a decision gets a more preferred outcome somewhere."""
        return any(region.looser for region in self.regions)

    @property
    def safe(self) -> bool:
        """Tell whether provably no decision gets a more preferred or an incomparable outcome, and
        none is newly contradictory, undecided or not taken."""
        grave = (ChangeKind.CLASHES, ChangeKind.UNDECIDED, ChangeKind.UNTAKEN)
        return self.is_settled and not any(
            region.turn in grave or (region.changes_outcome and region.looser is not False)
            for region in self.regions
        )
