"""Cache keys: the digest of all that a report depends on."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from specdsl.base.diagnostics import Code
from specdsl.base.resources import PACKAGE, grammar_text, library_names
from specdsl.base.source import Source
from specdsl.base.version import __version__

if TYPE_CHECKING:
    from specdsl.frontend.model.nodes import SpecModel
    from specdsl.pipeline import Loaded

PACKAGES = ("lark", "networkx", "python-sat", "z3-solver")


def report_key(
    tool: str,
    loaded: Loaded,
    only: frozenset[Code] | None,
    allowing: bool = True,
    mends: str = "few",
    detail: str = "all",
) -> str:
    """Return the digest of the program, of all files that were read and of all options of
    the check.
    """
    files = [(s.name, os.path.realpath(s.name), s.shipped, s.text) for s in _all_sources(loaded)]
    wanted = None if only is None else sorted(code.id for code in only)
    return digest(tool, loaded.path, files, wanted, allowing, mends, detail)


def program_digest() -> str | None:
    """Return the digest of this program: its files, its dependencies, the interpreter and the
    machine. None if its files cannot be read.
    """
    try:
        code = [
            (p.relative_to(PACKAGE).as_posix(), p.read_bytes())
            for p in sorted(PACKAGE.rglob("*.py"))
        ]
        packages = [(name, installed_version(name)) for name in PACKAGES]
    except (OSError, ImportError):
        return None
    machine = (sys.version, sys.platform, platform.machine())
    shipped = (grammar_text(), library_names())
    return digest(__version__, code, packages, machine, shipped) if code else None


def installed_version(package: str) -> str:
    """Return the version of a package; raises `ImportError` if it is not installed."""
    from importlib.metadata import version  # It is slow to import.

    return version(package)


def _all_sources(loaded: Loaded) -> Iterator[Source]:
    """Yield the sources of the spec and, for a layer, those of its base, which is loaded again."""
    yield from (file.source for file in loaded.files)
    spec: SpecModel | None = loaded.spec
    while spec is not None and spec.layer is not None:
        spec = spec.layer.base
        yield from spec.sources


def digest(*parts: object) -> str:
    """Return the SHA-256 of the values' `repr`, which is injective on texts, numbers and
    sequences.
    """
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
