"""A changelog entry: what is decided differently from one spec to the next."""

from __future__ import annotations

from specdsl.analyses.steering.say_change import SayDifference
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import HistoryEntry
from specdsl.verification.two_specs.region_cover import Extent


@dataclass(frozen=True, slots=True)
class OutcomeShift:
    """Facts with which a decision has another outcome than before, while nobody speaks.

    `situation` is a simple situation of them, in which `before` and `now` decide it: winners, or
    the rules of a contradiction.
    """

    decision: str
    old: str
    new: str
    extent: Extent
    situation: str
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExampleFlip:
    """An example of one of the specs that the other one decides differently."""

    title: str
    decision: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SpecHead:
    """The names of a spec, of which a reader sees one."""

    name: str
    title: str
    version: str

    def __str__(self) -> str:
        return self.version or self.title or self.name


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """The entry of a new spec. `authority` is the order of levels in both, if it differs.

    `together` are decisions that differ only where several speak; `undetermined` says what could
    not be settled. `gone` and `come` are the decisions of one spec alone, and `renewed` has
    decisions with outcomes of the old spec alone, and of the new one alone.
    """

    old: SpecHead
    new: SpecHead
    announced: tuple[HistoryEntry, ...]
    authority: tuple[str, ...]
    shifts: tuple[OutcomeShift, ...]
    say: SayDifference
    flips: tuple[ExampleFlip, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    renewed: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    docs: tuple[tuple[str, str], ...]
    together: tuple[str, ...]
    undetermined: tuple[str, ...]

    @property
    def doc_of(self) -> dict[str, str]:
        """Return the documentation of decisions by name."""
        return dict(self.docs)

    @property
    def is_settled(self) -> bool:
        """Tell whether everything was computed."""
        return self.say.is_settled and not self.undetermined

    @property
    def is_empty(self) -> bool:
        """Tell whether the two specs are proved to decide alike, in words and in deed."""
        differs = (*self.announced, *self.authority, *self.shifts, *self.flips, *self.together)
        declared = (*self.gone, *self.come, *self.renewed)
        return self.is_settled and not (differs or declared or self.say.differences)
