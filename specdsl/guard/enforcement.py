"""Guard: a policy as an enforcement point for tool calls. It fails closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from specdsl.guard.call_facts import facts_of_call
from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.decision_verdicts import (
    denial_because,
    failure_verdict,
    open_facts_of_decision,
    verdict_of_decision,
)
from specdsl.guard.guard_fit import require_fit
from specdsl.guard.policy_outline import (
    DecisionFunction,
    PolicyOutline,
    current_policy,
    outline_of,
)
from specdsl.runtime.results import BadInput, Instruction, one_line

OUTCOMES: Mapping[str, str] = {"allow": "allow", "deny": "deny", "confirm": "ask", "ask": "ask"}
USER, TOOL_OUTPUT = "user", "tool"
Context = Mapping[str, Any] | Callable[[ToolCall], Mapping[str, Any]]


class Guard:
    """Judges tool calls by one decision of a policy.

    `outcomes` maps each outcome of the decision to allow, ask or deny. `context` has facts beside
    those of the call: a mapping, or a function of the call. `tools` maps names of tools to those
    that the policy has for them. `user` and `tool` are the principals that speak for what the user
    approved and for what tools gave back; one that the policy does not declare is not heard. In
    `observe` mode every call is let through, and the verdict says what it would have been. `pages`
    is the address of the published page, for links. `report` is called with every verdict.
    """

    def __init__(
        self,
        policy: DecisionFunction,
        decision: str = "call",
        outcomes: Mapping[str, str] | None = None,
        *,
        context: Context | None = None,
        tools: Mapping[str, str] | None = None,
        user: str = USER,
        tool: str = TOOL_OUTPUT,
        observe: bool = False,
        pages: str = "",
        report: Callable[[ToolCall, CallVerdict], object] | None = None,
    ) -> None:
        """Raises `ValueError` where the policy has no such decision, or an outcome no action."""
        self.policy = policy
        self.decision = decision
        self.outcomes = dict(OUTCOMES if outcomes is None else outcomes)
        self.context = context
        self.tools = dict(tools or {})
        self.user, self.tool = user, tool
        self.observe = observe
        self.pages = pages
        self.report = report
        self._outlined: tuple[Any, PolicyOutline] | None = None
        require_fit(self.outline, decision, self.outcomes, outcomes is not None)

    @property
    def outline(self) -> PolicyOutline:
        """Return the outline of the policy that decides now."""
        return self._outline_of(current_policy(self.policy))

    def _outline_of(self, policy: Any) -> PolicyOutline:
        known = self._outlined
        if known is None or known[0] is not policy:
            known = self._outlined = policy, outline_of(policy)
        return known[1]

    def judge(
        self,
        call: ToolCall,
        conversation: Conversation | None = None,
        context: Mapping[str, Any] | None = None,
        says: Iterable[Any] = (),
    ) -> CallVerdict:
        """Return the verdict on a call. Without a conversation nobody knows what was read before.
        `context` has further facts, `says` further instructions. An error is a denial; only
        exceptions that end the program leave it.
        """
        talk = conversation or Conversation(complete=False)
        try:
            found = self._judge_by_policy(call, talk, context or {}, says)
        except Exception as problem:
            found = failure_verdict(problem)
        return self._conclude(call, found)

    def judge_text(
        self, name: str, arguments: str, conversation: Conversation, id_: str | None = None
    ) -> CallVerdict:
        """Return the verdict on a call whose arguments are the text of a JSON object."""
        try:
            call = ToolCall.read(name, arguments, id_)
        except BadInput as problem:
            return self.refuse(ToolCall(name), problem)
        return self.judge(call, conversation)

    def refuse(self, call: ToolCall, problem: Exception) -> CallVerdict:
        """Return the verdict on a call that could not be read."""
        return self._conclude(call, failure_verdict(problem))

    def at_current_policy(self) -> Guard:
        """Return the guard with the policy that decides now, for several calls of one version."""
        found = copy(self)
        found.policy = current_policy(self.policy)
        return found

    def _conclude(self, call: ToolCall, found: CallVerdict) -> CallVerdict:
        if self.observe:
            found = replace(found, action="allow")
        return self._report_verdict(call, found)

    def _report_verdict(self, call: ToolCall, found: CallVerdict) -> CallVerdict:
        try:
            if found.differs:
                from logging import getLogger  # Its import takes a tenth of a hook's time.

                logger = getLogger("specdsl.guard")
                logger.warning(one_line(f"{call.name} would not be let through. {found.reason}"))
            if self.report is not None:
                self.report(call, found)
        except Exception as problem:
            if not self.observe:
                kind = type(problem).__name__
                return denial_because(f"the verdict could not be reported ({kind}).")
        return found

    def _judge_by_policy(
        self,
        call: ToolCall,
        conversation: Conversation,
        context: Mapping[str, Any],
        says: Iterable[Any],
    ) -> CallVerdict:
        policy = current_policy(self.policy)
        outline = self._outline_of(policy)
        facts = self._facts_of(outline, call, conversation, context)
        heard = [*self._instructions_of(outline, call, conversation), *says]
        decision = policy.decide(facts, heard)
        how = decision, self.decision
        found = verdict_of_decision(*how, self.outcomes, outline, self.pages)
        if found.action == "allow":
            return found
        unknown = open_facts_of_decision(policy, *how, facts, heard, outline)
        return replace(found, open_facts=unknown)

    def _facts_of(
        self,
        outline: PolicyOutline,
        call: ToolCall,
        conversation: Conversation,
        context: Mapping[str, Any],
    ) -> dict[str, Any]:
        own = self.context(call) if callable(self.context) else self.context
        return facts_of_call(outline, call, conversation, {**(own or {}), **context}, self.tools)

    def _instructions_of(
        self, outline: PolicyOutline, call: ToolCall, conversation: Conversation
    ) -> Iterator[Instruction]:
        """Yield who asked for the call: its user, if it approved it, and the output of a tool."""
        wanted = next(
            (one for one in outline.decisions[self.decision] if self.outcomes.get(one) == "allow"),
            None,
        )
        askers = (
            (self.user, conversation.is_approved),
            (self.tool, conversation.is_named_by_output),
        )
        for principal, has_asked in askers:
            if wanted is not None and principal in outline.principals and has_asked(call):
                yield Instruction(principal, f"{self.decision} is {wanted}")
