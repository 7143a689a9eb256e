"""The emitted module of a policy, run as a program would that imports it."""

from __future__ import annotations

import sys
from types import ModuleType

from specdsl import Policy


def emitted_module(policy: Policy) -> ModuleType:
    """All that its text defines."""
    module = ModuleType(f"emitted_{id(policy)}")
    sys.modules[module.__name__] = module  # dataclasses look their module up while they are made
    try:
        exec(compile(policy.source, "<emitted>", "exec"), module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module
