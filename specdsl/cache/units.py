"""What was found of the units of a spec: after an edit only those are checked again on which what
was edited bears.

A unit is found by a digest of the statements that it is checked with, wherever they stand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.cache.form import findings_read, findings_written
from specdsl.cache.key import digest
from specdsl.cache.places import Pieces
from specdsl.cache.store import Memory, Store
from specdsl.checks import Check, Findings, Known, Unit
from specdsl.pipeline import Loaded


@dataclass(frozen=True)
class KnownUnits(Known):
    """`tool`: the digest of the program; `same`: whether that is still so."""

    store: Store | Memory
    tool: str
    same: Callable[[], bool]
    loaded: Loaded

    def find(self, every: Sequence[Unit], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        found: dict[Unit, list[Findings]] = {}
        for unit in every:
            pieces = Pieces(self.loaded.files, unit.spec)
            body = self.store.read(self._key(pieces, checks))
            findings = None if body is None else findings_read(body, pieces)
            if findings is not None and len(findings) == len(checks):
                found[unit] = findings
        return found

    def keep(self, found: Mapping[Unit, list[Findings]], checks: Sequence[Check]) -> None:
        same = self.same()
        for unit, findings in found.items():
            pieces = Pieces(self.loaded.files, unit.spec)
            body = findings_written(findings, pieces)
            if body is not None and same:
                self.store.write(self._key(pieces, checks), body)

    def _key(self, pieces: Pieces, checks: Sequence[Check]) -> str:
        """In hex."""
        texts = [(os.path.realpath(s.source.name), s.source.name, s.text) for s in pieces.spans]
        codes = [code.id for one in checks for code in (one.code, *one.also)]
        return digest(self.tool, "unit", self.loaded.path, texts, codes)
