"""The contents of a prompt as JSON, for programs that word it themselves."""

from __future__ import annotations

from typing import Any

from specdsl.analyses.prompt.prompt_contents import Prompt, PromptRule
from specdsl.base.plain_text import json_text
from specdsl.reports.style import Style
from specdsl.situations.situation import effect_text


def render_prompt_json(prompt: Prompt, style: Style) -> str:
    """Return the rules that can matter, and the rules that are left out, as JSON text."""
    found = {
        "version": 1,
        "rules": [_rule_dict(one) for one in prompt.rules],
        "left_out": [rule.name for rule in prompt.left_out],
        "decisions": {one.decision.name: list(one.outcomes) for one in prompt.decisions},
        "facts": [fact.name for fact in prompt.facts],
        "undetermined": list(prompt.undetermined),
    }
    return json_text(found, indent=2) + "\n"


def _rule_dict(one: PromptRule) -> dict[str, Any]:
    return {
        "rule": one.rule.name,
        "level": one.rule.level.name,
        "conditions": [f"{c.keyword} {c.expr.span.in_a_line}" for c in one.clauses],
        "effects": [effect_text(e.decision, e.outcomes, e.permits) for e in one.effects],
        "because": one.rule.because or None,
    }
