"""Enforcement points: a policy in front of an agent's tool calls.

`Guard` turns a decision into allow, ask or deny, with a reason; the other modules fit it into
agent frameworks and protocols, and import those when they are used.
"""

from __future__ import annotations

from specdsl.guard.call_verdict import CallVerdict, RuleNote
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.enforcement import Guard

__all__ = ["CallVerdict", "Conversation", "Guard", "RuleNote", "ToolCall"]
