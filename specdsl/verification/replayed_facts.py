"""The facts of a replay that bear on nothing that was found: they have their defaults.

A component knows only the facts that it reads, so that its findings stay when others change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from specdsl.base.diagnostics import Diagnostic
from specdsl.frontend.model.nodes import Fact
from specdsl.situations.situation import default_of, to_json
from specdsl.verification.check_session import Findings


def default_values(facts: Sequence[Fact]) -> dict[str, Any]:
    """Return the default of each fact in JSON, by name."""
    return {fact.name: to_json(fact, default_of(fact)) for fact in facts}


def complete_findings(found: Findings, defaults: Mapping[str, Any]) -> Findings:
    """Return the findings with all facts in the situations to replay."""
    return replace(found, diagnostics=tuple(_completed(d, defaults) for d in found.diagnostics))


def _completed(diagnostic: Diagnostic, defaults: Mapping[str, Any]) -> Diagnostic:
    completed = {
        key: _complete(value, defaults)
        for key, value in diagnostic.fields.items()
        if key.endswith("replay")
    }
    return replace(diagnostic, fields={**diagnostic.fields, **completed})


def _complete(situation: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    facts = {**defaults, **situation["facts"]}
    return {**situation, "facts": dict(sorted(facts.items()))}
