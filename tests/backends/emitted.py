"""The emitted module of a policy, run as a program would that imports it."""

from __future__ import annotations
import __future__

import sys
from functools import lru_cache
from types import CodeType, ModuleType

from specdsl import Policy


def emitted_module(policy: Policy) -> ModuleType:
    """All that its text defines."""
    return run_module(policy.source)


def run_module(source: str) -> ModuleType:
    """A module of this text. Most of it is the same in all: statements between two empty lines are
    compiled once, and run anew."""
    module = ModuleType(f"emitted_{id(source)}")
    sys.modules[module.__name__] = module  # dataclasses look their module up while they are made
    try:
        for statements in source.split("\n\n\n"):
            exec(_compiled(statements), module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module


@lru_cache(maxsize=2_000)
def _compiled(statements: str) -> CodeType:
    """Annotations are no statements of their own in any part, as they are not in the whole."""
    flags = __future__.annotations.compiler_flag
    code: CodeType = compile(statements, "<emitted>", "exec", flags=flags, dont_inherit=True)
    return code
