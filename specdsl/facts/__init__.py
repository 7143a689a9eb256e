"""Facts from elsewhere: of tool calls, of what people and models judge, and of look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specdsl.facts.answered_facts import of_answers, schema_of
    from specdsl.facts.fact_lookup import LookedUpDecision, LookupFailed
    from specdsl.facts.open_facts import OpenFacts
    from specdsl.facts.tool_call_facts import of_call

__all__ = ["LookedUpDecision", "LookupFailed", "OpenFacts", "of_answers", "of_call", "schema_of"]

_HOMES = {
    "LookedUpDecision": "specdsl.facts.fact_lookup",
    "LookupFailed": "specdsl.facts.fact_lookup",
    "OpenFacts": "specdsl.facts.open_facts",
    "of_answers": "specdsl.facts.answered_facts",
    "of_call": "specdsl.facts.tool_call_facts",
    "schema_of": "specdsl.facts.answered_facts",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module `specdsl.facts` has no `{name}`")
    return getattr(import_module(_HOMES[name]), name)
