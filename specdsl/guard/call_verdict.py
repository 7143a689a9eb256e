"""Verdicts on tool calls: allow, ask or deny, with a reason for a person or an agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["allow", "ask", "deny"]
ACTIONS: tuple[Action, ...] = ("allow", "ask", "deny")
OPENINGS = {"allow": "Allowed", "ask": "A person has to confirm this", "deny": "Denied"}


@dataclass(frozen=True)
class RuleNote:
    """A rule or a principal behind a verdict, in its author's words. `anchor` is its place in the
    published page.
    """

    name: str
    words: str = ""
    because: str = ""
    anchor: str = ""

    def __str__(self) -> str:
        said = ". ".join(one.rstrip(".") for one in (self.words, self.because) if one)
        found = f"`{self.name}`: {said}." if said else f"`{self.name}`."
        return f"{found} ({self.anchor})" if self.anchor else found

    def to_dict(self) -> dict[str, str]:
        found = {"words": self.words, "because": self.because, "anchor": self.anchor}
        return {"name": self.name, **{key: value for key, value in found.items() if value}}


@dataclass(frozen=True)
class OpenFact:
    """An unknown fact that could change a verdict: what its author says of it, and the outcomes
    that it could lead to; none if it takes others that are unknown to change it.
    """

    name: str
    words: str
    outcomes: tuple[str, ...]

    def __str__(self) -> str:
        meant = f" ({self.words})" if self.words else ""
        if not self.outcomes:
            return f"`{self.name}`{meant} is not known, and could matter together with others."
        could = " or ".join(f"`{outcome}`" for outcome in self.outcomes)
        return f"`{self.name}`{meant} is not known; once it is, {could} could be the outcome."

    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "outcomes": list(self.outcomes)}
        return {**found, "words": self.words} if self.words else found


@dataclass(frozen=True)
class CallVerdict:
    """The verdict on a tool call. `action` is what happens to the call; in `observe` mode it is
    always allow, and `would_be` what it would be otherwise. `outcome` is that of the decision, None
    if there is none; `failure` then says why.
    """

    action: Action
    would_be: Action
    outcome: str | None = None
    rules: tuple[RuleNote, ...] = ()
    open_facts: tuple[OpenFact, ...] = ()
    unheard: tuple[str, ...] = ()  # Principals that asked for the call without being heard.
    detail: str = ""  # How the outcome came about where no rule decided.
    failure: str = ""

    @property
    def allowed(self) -> bool:
        return self.action == "allow"

    @property
    def differs(self) -> bool:
        """Tell whether the call is let through although the policy would not allow it."""
        return self.action != self.would_be

    @property
    def reason(self) -> str:
        """Return the reason as sentences, which a person or an agent can act on."""
        return " ".join(self._reason_sentences())

    def _reason_sentences(self) -> Iterator[str]:
        opening = OPENINGS[self.would_be]
        if self.failure:
            yield f"{opening}: {self.failure}"
            return
        if self.rules:
            yield f"{opening} by {' '.join(map(str, self.rules))}"
        else:
            yield f"{opening}: {self.detail}"
        if self.would_be != "allow":
            yield from map(str, self.open_facts)
            for name in self.unheard:
                yield f"`{name}` asked for this call and has no say in it."

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict for a JSON log; it holds no value of a secret fact."""
        found: dict[str, Any] = {"action": self.action, "reason": self.reason}
        if self.differs:
            found["would_be"] = self.would_be
        if self.failure:
            return {**found, "failure": self.failure}
        found["outcome"] = self.outcome
        found["rules"] = [rule.to_dict() for rule in self.rules]
        if self.open_facts:
            found["open_facts"] = [fact.to_dict() for fact in self.open_facts]
        return found


def action_of(outcomes: Mapping[str, str], outcome: str) -> Action:
    """Return the action of an outcome; one that is not mapped is denied."""
    found = outcomes.get(outcome)
    return next((action for action in ACTIONS if action == found), "deny")
