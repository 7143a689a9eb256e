"""Which rules come from a shipped library."""

from __future__ import annotations

from specdsl.model.nodes import Spec
from specdsl.resources import library_text
from specdsl.source import Source


def is_shipped(spec: Spec, source: Source) -> bool:
    """Checks of what an author should mend pass over these: they are written for more specs than
    one."""
    name = source.name.removeprefix("rules/").removesuffix(".spec")
    used = source is not spec.sources[-1] and source.name == f"rules/{name}.spec"
    return used and library_text(name) == source.text
