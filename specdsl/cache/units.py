"""What was found of the units of a spec: after an edit only those are checked again on which what
was edited bears.

A unit is found by a digest of all that its checks get, wherever it stands in the texts: of the unit
itself, resolved, not of what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from specdsl.cache.contents import Contents, Untold
from specdsl.cache.form import findings_read, findings_written
from specdsl.cache.key import digest
from specdsl.cache.places import Spans
from specdsl.cache.store import Memory, Store
from specdsl.checks import Asked, Check, Findings, Known, Unit

Told = tuple[str, Spans]


@dataclass(frozen=True)
class KnownUnits(Known):
    """Of one spec. `tool`: the digest of the program; `same`: whether that is still so. `by_check`:
    what each check found is kept by itself, so that it is known to whoever asks fewer of them."""

    store: Store | Memory
    tool: str
    same: Callable[[], bool]
    by_check: bool = False
    _contents: Contents = field(default_factory=Contents)
    _all_told: dict[Asked, Told | None] = field(default_factory=dict)

    def find(self, every: Sequence[Asked], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        found: dict[Unit, list[Findings]] = {}
        for asked in every:
            known = (self._found(one, checks) for one in _as_good(asked))
            findings = next((one for one in known if one is not None), None)
            if findings is not None:
                found[asked.unit] = findings
        return found

    def _found(self, asked: Asked, checks: Sequence[Check]) -> list[Findings] | None:
        found: list[Findings] = []
        for some in self._shares(checks):
            told = self._told(asked, some)
            body = told and self.store.read(told[0])
            findings = findings_read(body, told[1]) if told and body else None
            if findings is None or len(findings) != len(some):
                return None
            found += findings
        return found

    def _shares(self, checks: Sequence[Check]) -> list[Sequence[Check]]:
        """Checks whose findings are kept together."""
        return [[one] for one in checks] if self.by_check else [checks]

    def keep(self, found: Mapping[Asked, list[Findings]], checks: Sequence[Check]) -> None:
        same = self.same()
        for asked, findings in found.items() if same else ():
            of = dict(zip(checks, findings, strict=True))
            for some in self._shares(checks):
                told = self._told(asked, some)
                body = told and findings_written([of[one] for one in some], told[1])
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


def _as_good(asked: Asked) -> Iterator[Asked]:
    """As it is asked for; where nobody will read situations, with any situations."""
    yield asked
    if asked.brief:
        yield replace(asked, brief=False)
        yield replace(asked, brief=False, note_lines=not asked.note_lines)
