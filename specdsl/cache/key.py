"""The digest of all that a report depends on."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from specdsl import __version__
from specdsl.diagnostics import Code
from specdsl.model.nodes import Spec
from specdsl.pipeline import Loaded
from specdsl.resources import HERE, grammar_text, library_names
from specdsl.source import Source

PACKAGES = ("lark", "networkx", "python-sat", "z3-solver")


def key_of(
    tool: str,
    loaded: Loaded,
    only: frozenset[Code] | None,
    allowing: bool = True,
    mends: str = "few",
    detail: str = "all",
) -> str:
    """In hex: of the program, of all files that were read, of the codes that are asked for, whether
    comments that allow findings count, how many mends are looked for, and what is made for people
    to read. What else a check could be asked is fixed by the program."""
    files = [(s.name, os.path.realpath(s.name), s.shipped, s.text) for s in _sources(loaded)]
    wanted = None if only is None else sorted(code.id for code in only)
    return digest(tool, loaded.path, files, wanted, allowing, mends, detail)


def tool() -> str | None:
    """In hex: of this program by what its files hold, and of all that it calls on; None where it
    has no files to be told by."""
    try:
        code = [
            (p.relative_to(HERE).as_posix(), p.read_bytes()) for p in sorted(HERE.rglob("*.py"))
        ]
        packages = [(name, version(name)) for name in PACKAGES]
    except (OSError, PackageNotFoundError):
        return None
    machine = (sys.version, sys.platform, platform.machine())
    shipped = (grammar_text(), library_names())
    return digest(__version__, code, packages, machine, shipped) if code else None


def _sources(loaded: Loaded) -> Iterator[Source]:
    """Of the spec's own files, and of the base of a layer, which is read a second time."""
    yield from (file.source for file in loaded.files)
    spec: Spec | None = loaded.spec
    while spec is not None and spec.layer is not None:
        spec = spec.layer.base
        yield from spec.sources


def digest(*parts: object) -> str:
    """What `repr` writes of texts, numbers and sequences of them can be read back: no two of them
    are written alike."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
