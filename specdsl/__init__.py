"""Rules for assistants, agents and services: written in .spec, checked, compiled to a function.

    spec = specdsl.load("acme.spec")
    report = specdsl.check(spec)
    policy = specdsl.compile(spec)
    policy.decide({"topic": "refunds"}).refund

Modules are imported when they are first used, so the import itself is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specdsl.base.version import __version__ as __version__

if TYPE_CHECKING:
    from specdsl.analyses.diff import Change, diff
    from specdsl.api import CheckFailed, Policy, Spec, compile, load, loads
    from specdsl.apps.check_with_fixes import check
    from specdsl.apps.edit_session import Session, open
    from specdsl.base.diagnostics import Report, SpecError
    from specdsl.reloading import PolicyHolder, reload
    from specdsl.runtime.results import BadInput, Contradiction, Decision, Explanation, Instruction

__all__ = [
    "BadInput",
    "Change",
    "CheckFailed",
    "Contradiction",
    "Decision",
    "Explanation",
    "Instruction",
    "Policy",
    "PolicyHolder",
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
    "reload",
]

_HOMES = {
    "specdsl.apps.check_with_fixes": ("check",),
    "specdsl.analyses.diff": ("Change", "diff"),
    "specdsl.runtime.results": (
        "BadInput",
        "Contradiction",
        "Decision",
        "Explanation",
        "Instruction",
    ),
    "specdsl.base.diagnostics": ("Report", "SpecError"),
    "specdsl.reloading": ("PolicyHolder", "reload"),
    "specdsl.apps.edit_session": ("Session", "open"),
    "specdsl.api": ("CheckFailed", "Policy", "Spec", "compile", "load", "loads"),
}
_ROOMS = ("facts", "guard", "records")
"""Packages for programs that use a policy: `specdsl.records.read` needs no import of its own."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _ROOMS:
        return import_module(f"specdsl.{name}")
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module `specdsl` has no `{name}`")
