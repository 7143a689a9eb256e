"""Outlines of policies: the names, types and words that an enforcement point needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from specdsl.guard.call_verdict import RuleNote
from specdsl.runtime.tables import FactRow, Tables

if TYPE_CHECKING:
    from specdsl.facts.tool_call_facts import FactDeclarations
    from specdsl.frontend.model.nodes import Fact, SpecModel
    from specdsl.runtime.results import Decision


class DecisionFunction(Protocol):
    """A decision function: a `Policy`, one that logs, a `PolicyHolder`, an emitted module."""

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = (), /) -> Decision: ...


@dataclass(frozen=True)
class PolicyOutline:
    """The facts, principals and decisions of a policy by name, and the words of its author."""

    name: str = ""
    version: str = ""
    digest: str = ""
    facts: Mapping[str, FactRow] = field(default_factory=dict)
    principals: frozenset[str] = frozenset()
    decisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, RuleNote] = field(default_factory=dict)
    fact_words: Mapping[str, str] = field(default_factory=dict)
    judged: frozenset[str] = frozenset()  # The facts that no tool call may claim.

    @cached_property
    def declarations(self) -> FactDeclarations:
        """Return the declared facts, for the names that a tool call gives them."""
        from specdsl.base.source import Source, Span
        from specdsl.frontend.model.nodes import Fact, Kind, Type

        nowhere = Span(Source("", ""), 0, 0)
        return DeclaredFacts(
            tuple(
                Fact(
                    name,
                    Type(Kind(row.kind), row.members),
                    row.optional,
                    row.secret,
                    "",
                    nowhere,
                    nowhere,
                    judged=name in self.judged,
                )
                for name, row in self.facts.items()
            )
        )


@dataclass(frozen=True)
class DeclaredFacts:
    """The facts of a policy as declarations."""

    facts: tuple[Fact, ...]


def current_policy(policy: Any) -> Any:
    """Return the policy that a holder has now, or the policy itself."""
    return policy.policy if hasattr(policy, "refresh") else policy


def unwrap_policy(policy: Any) -> Any:
    """Return the policy below one that logs."""
    while not hasattr(policy, "tables") and hasattr(policy, "policy"):
        policy = policy.policy
    return policy


def outline_of(policy: Any) -> PolicyOutline:
    """Return the outline of a policy or of an emitted module."""
    ready = getattr(policy, "outline", None)
    if isinstance(ready, PolicyOutline):
        return ready
    policy = unwrap_policy(policy)
    tables = getattr(policy, "tables", None) or getattr(policy, "_TABLES", None)
    if tables is None:
        raise TypeError(f"{type(policy).__name__} is no policy: it has no tables")
    found = make_outline(tables, getattr(policy, "model", None))
    return replace(found, judged=found.judged | getattr(policy, "JUDGED_FACTS", frozenset()))


def make_outline(tables: Tables, spec: SpecModel | None) -> PolicyOutline:
    """Return the outline of decision tables; the words of the author are in the spec alone."""
    because = {
        rule.name: RuleNote(rule.name, because=rule.because)
        for row in tables.decisions
        for level in row.rules
        for rule in level
    }
    name, version, digest = ("", "", "") if spec is None else _version_of_spec(spec)
    return PolicyOutline(
        name,
        version,
        digest,
        tables.facts,
        frozenset(tables.principals),
        {row.name: row.outcomes for row in tables.decisions},
        because if spec is None else _rule_notes(spec),
        {} if spec is None else {fact.name: fact.doc for fact in spec.facts},
        frozenset() if spec is None else frozenset(f.name for f in spec.facts if f.judged),
    )


def _version_of_spec(spec: SpecModel) -> tuple[str, str, str]:
    from specdsl.backends.python.module import spec_digest

    return spec.name, spec.version, spec_digest(spec)


def _rule_notes(spec: SpecModel) -> dict[str, RuleNote]:
    return {
        rule.name: RuleNote(rule.name, rule.doc, rule.because, f"#rule-{rule.name}")
        for rule in spec.rules
    }
