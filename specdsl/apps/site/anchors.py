"""Anchors of a page and names of files: they hold letters, digits, `-`, `_` and `.` only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from specdsl.frontend.model.nodes import DecisionModel, Fact, PolicyBlock, Rule, SpecModel, Value

LONGEST = 60  # Characters of a slug.


def rule_anchor(rule: Rule) -> str:
    return f"rule-{rule.name}"


def trial_anchor(name: str) -> str:
    return f"trial-{name}"


def policy_anchor(policy: PolicyBlock) -> str:
    return f"policy-{policy.name}"


def decision_anchor(decision: DecisionModel) -> str:
    return f"decision-{decision.name}"


def value_anchor(value: Value) -> str:
    return f"value-{value.name}"


def fact_anchor(fact: Fact) -> str:
    return f"fact-{fact.name}"


def slug_of(text: str, otherwise: str) -> str:
    """Return a text in lower case with `-` for everything but letters, digits, `_` and `.`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-.")[:LONGEST].rstrip("-.")
    return re.sub(r"\.\.+", ".", found) or otherwise


def unique_slugs(texts: Iterable[str], otherwise: str) -> list[str]:
    """Return a slug for each text; one that is taken gets a number."""
    found: list[str] = []
    taken: set[str] = set()
    for text in texts:
        slug = base = slug_of(text, otherwise)
        number = 2
        while slug in taken:
            slug = f"{base}-{number}"
            number += 1
        taken.add(slug)
        found.append(slug)
    return found


def name_targets(spec: SpecModel) -> dict[str, str]:
    """Return the anchors of the names that conditions and effects have, as links of the page."""
    found = {fact.name: f"#{fact_anchor(fact)}" for fact in spec.facts}
    found |= {define.name: f"#define-{define.name}" for define in spec.defines}
    return found | {one.name: f"#{decision_anchor(one)}" for one in spec.decisions}
