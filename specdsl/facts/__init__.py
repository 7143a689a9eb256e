"""Facts from elsewhere: tool definitions as declarations, and the facts of a tool call.

facts = specdsl.facts.of_call(policy, "refund", {"amount": 20}, {"caller_is_owner": True})
policy.decide(facts).call
"""

from __future__ import annotations

from specdsl.facts.tool_call_facts import of_call

__all__ = ["of_call"]
