"""Suite files as data: one policy a line, with its situations and what must be found in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class SuitePolicy:
    """One line of a suite. `library` holds the files that `use` and `layer` name."""

    id: str
    spec: str
    library: Mapping[str, str]
    situations: tuple[Mapping[str, Any], ...]
    findings: Mapping[str, Any]

    @property
    def refused(self) -> Mapping[str, Any] | None:
        """What must keep the spec from loading; None where it must load."""
        told = self.findings.get("refused")
        if isinstance(told, str):
            return {"kind": told}
        if isinstance(told, Mapping):
            return told
        note = str(self.findings.get("note", ""))
        return {} if told or (not self.situations and "refuse" in note) else None


def folder(given: str | None = None) -> Path:
    """The folder of suites: the one given, the environment's, or the one beside the checkout."""
    return Path(given or os.environ.get("SPECDSL_SUITES") or "../shared/suites")


def files(where: Path) -> tuple[Path, ...]:
    """The suite files of a folder by name; empty where there is none."""
    return tuple(sorted(where.glob("*.jsonl")))


def read(path: Path) -> tuple[SuitePolicy, ...]:
    """The policies of a file, in its order."""
    with path.open(encoding="utf-8") as lines:
        return tuple(_policy(json.loads(line)) for line in lines if line.strip())


def _policy(line: Mapping[str, Any]) -> SuitePolicy:
    return SuitePolicy(
        line["id"],
        line["spec"],
        line.get("library") or {},
        tuple(line["situations"]),
        line.get("findings") or {},
    )
