"""Small specs, and what the reference interpreter answers of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.frontend.model.nodes import SpecModel
from specdsl.pipeline import load_text
from specdsl.semantics.reference import ReferenceAnswer, Verdict, decide

PEOPLE = """
authority root > dev > user
principal boss at root
principal coder at dev implied at user
principal asker at user
principal tool without authority
"""


def spec(text: str) -> SpecModel:
    """The model of a text that loads."""
    return load_text(text, "small.spec").require_circuit().spec


def say(by: str, effect: str, at: str | None = None, implied: bool = False) -> dict[str, Any]:
    return {"by": by, "effect": effect, "at": at, "implied": implied}


def ask(text: str, *says: Mapping[str, Any], **facts: Any) -> ReferenceAnswer:
    """Decide a situation of a spec with `PEOPLE`."""
    return decide(spec(PEOPLE + text), facts, says)


def verdict(text: str, *says: Mapping[str, Any], **facts: Any) -> Verdict:
    """Return the verdict on the decision `d`."""
    answer = ask(text, *says, **facts)
    assert not answer.faults, answer.faults
    return answer["d"]


def outcome(text: str, *says: Mapping[str, Any], **facts: Any) -> str | None:
    return verdict(text, *says, **facts).outcome


def faults(text: str, *says: Mapping[str, Any], **facts: Any) -> set[str]:
    """Return the names at fault."""
    return set(ask(text, *says, **facts).faults)
