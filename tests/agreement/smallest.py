"""The smallest spec and situation that still show something, by leaving things out one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from specdsl.base.diagnostics import SpecError
from tests.agreement.judges import Judges, Situation
from tests.random_specs import Draft

Shows = Callable[[Judges, Situation], bool]


def smallest(draft: Draft, situation: Situation, shows: Shows) -> tuple[Draft, Situation]:
    """A draft and a situation of it that show it, and do not with any one thing left out."""
    for smaller in _smaller(draft, situation):
        if _shown(*smaller, shows):
            return smallest(*smaller, shows)
    return draft, situation


def _shown(draft: Draft, situation: Situation, shows: Shows) -> bool:
    try:
        judges = Judges(draft.text)
    except SpecError:
        return False
    return shows(judges, situation)


def _smaller(draft: Draft, situation: Situation) -> Iterator[tuple[Draft, Situation]]:
    says, facts = list(situation["says"]), dict(situation["facts"])
    for i in range(len(says)):
        yield draft, {"facts": facts, "says": says[:i] + says[i + 1 :]}
    statements = draft.statements
    for i in range(len(statements)):
        rest: Any = replace(draft, statements=statements[:i] + statements[i + 1 :])
        yield rest, situation
        for name in facts:  # the statement may be this fact's
            if f"fact {name}" in statements[i]:
                yield rest, {"facts": _without(facts, name), "says": says}
    for name in facts:
        yield draft, {"facts": _without(facts, name), "says": says}


def _without(facts: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in facts.items() if other != name}
