"""Namespace of an emitted module: all that the files of the runtime define and import."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import import_module

RUNTIME = (
    "plain_dataclasses",
    "results",
    "tables",
    "wildcards",
    "casefold",
    "plain_values",
    "quantities",
    "quick_values",
    "read_situation",
    "minimal_covers",
    "resolution",
    "decision_traces",
    "quick_resolution",
    "spec_types",
)


@cache
def runtime_names() -> Mapping[str, object]:
    """Return the names of the runtime as an emitted module has them."""
    modules = (import_module(f"specdsl.runtime.{name}") for name in RUNTIME)
    found = {name: thing for module in modules for name, thing in vars(module).items()}
    found["Fraction"] = Fraction  # Conditions may have fractions.
    return {name: thing for name, thing in found.items() if not name.startswith("__")}
