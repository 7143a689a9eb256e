"""What was found of the units of a spec: after an edit only those are checked again on which what
was edited bears.

A unit is found by a digest of all that its checks get, wherever it stands in the texts: of the unit
itself, resolved, not of what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from specdsl.cache.contents import Contents, Untold
from specdsl.cache.form import findings_read, findings_written
from specdsl.cache.key import digest
from specdsl.cache.places import Spans
from specdsl.cache.store import Memory, Store
from specdsl.checks import Asked, Check, Findings, Known, Unit

Told = tuple[str, Spans]


@dataclass(frozen=True)
class KnownUnits(Known):
    """Of one spec. `tool`: the digest of the program; `same`: whether that is still so."""

    store: Store | Memory
    tool: str
    same: Callable[[], bool]
    _contents: Contents = field(default_factory=Contents)
    _all_told: dict[Asked, Told | None] = field(default_factory=dict)

    def find(self, every: Sequence[Asked], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        found: dict[Unit, list[Findings]] = {}
        for asked in every:
            told = self._told(asked, checks)
            body = told and self.store.read(told[0])
            findings = findings_read(body, told[1]) if told and body else None
            if findings is not None and len(findings) == len(checks):
                found[asked.unit] = findings
        return found

    def keep(self, found: Mapping[Asked, list[Findings]], checks: Sequence[Check]) -> None:
        same = self.same()
        for asked, findings in found.items():
            told = self._told(asked, checks) if same else None
            body = told and findings_written(findings, told[1])
            if told and body:
                self.store.write(told[0], body)

    def _told(self, asked: Asked, checks: Sequence[Check]) -> Told | None:
        """The key in hex and the places of a unit; None where it holds what cannot be told."""
        if asked not in self._all_told:
            self._all_told[asked] = self._read(asked)
        told = self._all_told[asked]
        codes = [code.id for one in checks for code in (one.code, *one.also)]
        return told and (digest(self.tool, "unit", told[0], codes), told[1])

    def _read(self, asked: Asked) -> Told | None:
        try:
            return self._contents.told(asked)
        except (Untold, RecursionError):  # what is very deep is checked each time
            return None
