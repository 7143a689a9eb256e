"""Completion of a component's findings by what does not depend on the component: the defaults of
facts that it does not read, and the path of the spec in commands.

So they can be kept when other parts of the spec change, and serve all specs with the component.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from specdsl.base.diagnostics import Diagnostic, Note
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.situations.situation import default_of, replay_with_path, to_json
from specdsl.verification.check_session import Findings


def default_values(facts: Sequence[Fact]) -> dict[str, Any]:
    """Return the default of each fact in JSON, by name."""
    return {fact.name: to_json(fact, default_of(fact)) for fact in facts}


@dataclass(frozen=True, slots=True)
class FindingCompletion:
    """Completes the findings of the components of one spec."""

    path: str
    defaults: Mapping[str, Any]  # By the name of the fact.

    def complete_findings(self, found: Findings) -> Findings:
        return replace(found, diagnostics=tuple(map(self._complete, found.diagnostics)))

    def _complete(self, diagnostic: Diagnostic) -> Diagnostic:
        fields = {
            key: self._with_all_facts(value) if key.endswith("replay") else value
            for key, value in diagnostic.fields.items()
        }
        notes = tuple(map(self._with_path, diagnostic.notes))
        return replace(diagnostic, fields=fields, notes=notes)

    def _with_all_facts(self, situation: Mapping[str, Any]) -> dict[str, Any]:
        facts = {**self.defaults, **situation["facts"]}
        return {**situation, "facts": dict(sorted(facts.items()))}

    def _with_path(self, note: Note) -> Note:
        if note.title != "replay":
            return note
        return replace(note, text=replay_with_path(note.text, self.path))
