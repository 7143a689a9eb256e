"""The difference of the say that principals have in two specs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from specdsl.analyses.steering.steering_result import SpeechManner, SteeringGoal
from specdsl.base.quick_dataclass import dataclass
from specdsl.verification.two_specs.region_cover import Extent


class SayTrend(Enum):
    """The two trends: a principal can do what it could not do, or it no longer can."""

    GAINED = "gained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class SayRegion:
    """The facts with which the strongest word of a speaker on the decision reaches its goal in one
    spec and not in the other, while nobody else speaks.

    In the simple situation `text` it says `says`; the
    outcome is then `with_old` in the old spec and `with_new` in the new one, and without it
    `without_old` and `without_new`. `situation` has that as `specdsl decide --batch` takes it, for
    the two specs in turn.
    """

    extent: Extent
    text: str
    says: tuple[str, ...]
    without_old: str
    with_old: str
    without_new: str
    with_new: str
    situation: tuple[Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SayChange:
    """The change of what a principal can do with one outcome of a decision.

    `could` and `can` are the two entries of the tables of `steer`: whether it reaches the goal in
    any situation, whoever else speaks; None if that is not determined. `lost` and `gained` are
    regions where it alone reaches it in one spec only.
    """

    decision: str
    principal: str
    manner: SpeechManner
    outcome: str
    goal: SteeringGoal
    could: bool | None
    can: bool | None
    lost: SayRegion | None = None
    gained: SayRegion | None = None

    @property
    def is_undetermined(self) -> bool:
        """Tell whether an entry of the tables is not determined."""
        return self.could is None or self.can is None

    @property
    def is_difference(self) -> bool:
        """Tell whether something is known to differ."""
        tables = None not in (self.could, self.can) and self.could is not self.can
        return tables or self.lost is not None or self.gained is not None

    def region(self, trend: SayTrend) -> SayRegion | None:
        """Return the region that was gained, or the one that was lost."""
        return self.gained if trend is SayTrend.GAINED else self.lost

    def is_total(self, trend: SayTrend) -> bool:
        """Tell whether it could not do it at all before, or cannot any more."""
        return (self.could, self.can) == (
            (False, True) if trend is SayTrend.GAINED else (True, False)
        )


@dataclass(frozen=True, slots=True)
class SayDifference:
    """The difference of the say in two specs.

    `decisions` were compared, `equal` of them have the same rules, ranks and speakers. `only` are
    decisions of one spec; `undetermined` could not be compared where nobody else speaks. `apart`:
    no situation is possible in both specs, so nothing was compared.
    """

    old: str
    new: str
    decisions: tuple[str, ...]
    equal: tuple[str, ...]
    only: tuple[str, ...]
    changes: tuple[SayChange, ...]
    undetermined: tuple[str, ...]
    apart: bool = False

    @property
    def is_settled(self) -> bool:
        """Tell whether everything was determined."""
        return (
            not self.apart
            and not self.undetermined
            and not any(one.is_undetermined for one in self.changes)
        )

    @property
    def differences(self) -> tuple[SayChange, ...]:
        return tuple(one for one in self.changes if one.is_difference)

    @property
    def open_questions(self) -> tuple[SayChange, ...]:
        return tuple(one for one in self.changes if one.is_undetermined)
