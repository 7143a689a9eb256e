"""The Python of an example project, loaded as its own files load each other."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def modules(example: str) -> SimpleNamespace:
    """By name the modules of an example. Those of two examples have the same names, so none stays
    where it would be found by another one."""
    folder = EXAMPLES / example
    names = sorted(path.stem for path in folder.glob("*.py"))
    aside = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.path.insert(0, str(folder))
    try:
        return SimpleNamespace(**{name: import_module(name) for name in names})
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(aside)
