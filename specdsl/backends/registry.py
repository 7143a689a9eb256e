"""Registry of the targets of `specdsl compile`: what a circuit can be compiled to."""

from __future__ import annotations

from collections.abc import Callable

from specdsl.backends.python.module import emit_module
from specdsl.base.quick_dataclass import dataclass
from specdsl.semantics.circuit import Circuit


@dataclass(frozen=True, slots=True)
class Target:
    """An artifact. `emit` returns its text; the second argument is a line that says how the spec
    was proved.
    """

    name: str
    description: str
    emit: Callable[[Circuit, str], str]


TARGETS = (Target("python", "a module that needs nothing but Python", emit_module),)


def target_named(name: str) -> Target:
    """Return the target of this name."""
    return next(target for target in TARGETS if target.name == name)
