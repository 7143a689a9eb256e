"""Options of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specdsl.checks import Progress


def ignore_progress(name: str, done: int, total: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """The options of a site. `report_to`: an address for disagreement, empty for none. `documents`:
    addresses by the name that `source` clauses have before `#`. `thorough`: steering and changes
    are computed however long that takes.
    """

    report_to: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    thorough: bool = False
    progress: Progress = ignore_progress
