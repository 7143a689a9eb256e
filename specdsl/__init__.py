"""Rules for assistants, agents and services: written in .spec, checked, compiled to a function.

    spec = specdsl.load("acme.spec")
    report = specdsl.check(spec)
    policy = specdsl.compile(spec)
    policy.decide({"topic": "refunds"}).refund

Modules are imported when they are first used, so the import itself is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from specdsl.checking import check
    from specdsl.compare import Change, diff
    from specdsl.diagnostics import Report, SpecError
    from specdsl.policy import CheckFailed, Policy, Spec, compile, load, loads
    from specdsl.runtime.results import BadInput, Contradiction, Decision, Explanation, Instruction
    from specdsl.session import Session, open

__all__ = [
    "BadInput",
    "Change",
    "CheckFailed",
    "Contradiction",
    "Decision",
    "Explanation",
    "Instruction",
    "Policy",
    "Report",
    "Session",
    "Spec",
    "SpecError",
    "check",
    "compile",
    "diff",
    "load",
    "loads",
    "open",
]

_HOMES = {
    "specdsl.checking": ("check",),
    "specdsl.compare": ("Change", "diff"),
    "specdsl.runtime.results": (
        "BadInput",
        "Contradiction",
        "Decision",
        "Explanation",
        "Instruction",
    ),
    "specdsl.diagnostics": ("Report", "SpecError"),
    "specdsl.session": ("Session", "open"),
    "specdsl.policy": ("CheckFailed", "Policy", "Spec", "compile", "load", "loads"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module `specdsl` has no `{name}`")
