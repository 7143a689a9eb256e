"""A guard says allow, ask or deny, why, and never lets an error through."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import specdsl
import specdsl.records
from specdsl.guard import CallVerdict, Conversation, Guard, ToolCall
from tests.guard.guarded import (
    ASKED,
    INJECTED,
    INJECTION,
    PAGE,
    BrokenPolicy,
    agent_guard,
    agent_policy,
    approved_conversation,
)

OPEN = """
authority owner > user
principal user at user
fact tool: {refund, cancel}
fact amount: int 0..1000?
fact card_checked: bool? "somebody has called the bank"
decision call: allow > confirm > deny default deny
rule checked_cards at owner "A card that was checked" when card_checked then call is allow
rule big_refunds at owner for care when tool is refund and possibly amount > 500
  then call is confirm because "A mistake costs a lot" overrides checked_cards
value care
"""


def open_guard(**options: object) -> Guard:
    return Guard(specdsl.compile(specdsl.loads(OPEN)), **options)  # type: ignore[arg-type]


def test_the_injected_call_is_denied_and_the_approved_one_is_not() -> None:
    guard, talk = agent_guard(), approved_conversation()
    assert guard.judge(ToolCall("web_fetch", {"url": PAGE}), talk).action == "allow"
    talk.hear_output("web_fetch", INJECTION)
    found = guard.judge(ToolCall("bash", INJECTED), talk)
    assert found.reason == (
        "Denied by `no_deed_after_a_page`: After a page was read, nothing is done that the user has"
        " not approved. What the agent wants may then be what the page wants."
        " (#rule-no_deed_after_a_page) `tool` asked for this call and has no say in it."
    )
    assert guard.judge(ToolCall("bash", ASKED), talk).action == "allow"


def test_without_a_conversation_nobody_knows_what_was_read() -> None:
    found = agent_guard().judge(ToolCall("bash", {"command": "ls"}))
    assert found.action == "deny"
    assert [fact.name for fact in found.open_facts] == ["outputs_read"]
    assert agent_guard().judge(ToolCall("bash", {"command": "ls"}), Conversation()).allowed


def test_an_approval_is_for_these_values_and_no_others() -> None:
    guard, talk = agent_guard(), approved_conversation()
    talk.hear_output("web_fetch", "")
    for other in ({"command": "pytest -q; rm -r ."}, {"command": ["pytest -q"]}, {}):
        assert guard.judge(ToolCall("bash", other), talk).action == "deny"
    assert guard.judge(ToolCall("write", {"file_path": "pytest -q"}), talk).action == "deny"
    assert guard.judge(ToolCall("bash", {**ASKED, "timeout": 9}), talk).allowed
    talk.withdraw("bash", **ASKED)
    assert guard.judge(ToolCall("bash", ASKED), talk).action == "deny"


def test_an_unknown_fact_that_decided_is_named_with_what_it_could_change() -> None:
    found = open_guard().judge(ToolCall("cancel"))
    assert (found.action, found.outcome) == ("deny", "deny")
    assert found.reason == (
        "Denied: no rule decides this call, and by default `call` is `deny`. `card_checked`"
        " (somebody has called the bank) is not known; once it is, `allow` could be the outcome."
    )
    assert open_guard(context={"card_checked": True}).judge(ToolCall("cancel")).allowed
    asked = open_guard().judge(ToolCall("refund"), context={"card_checked": True})
    assert asked.action == "ask"
    assert "`amount` is not known; once it is, `allow` could be the outcome." in asked.reason


def test_unknown_facts_that_matter_only_together_are_named() -> None:
    text = OPEN.replace("when card_checked", "when card_checked and amount <= 10")
    found = Guard(specdsl.compile(specdsl.loads(text))).judge(ToolCall("cancel"))
    assert [(fact.name, fact.outcomes) for fact in found.open_facts] == [
        ("amount", ()),
        ("card_checked", ()),
    ]
    assert "`amount` is not known, and could matter together with others." in found.reason


def test_links_lead_to_the_published_page() -> None:
    guard = open_guard(pages="https://acme.example/policy/")
    found = guard.judge(ToolCall("refund", {"amount": 600}))
    assert found.to_dict()["rules"] == [
        {
            "name": "big_refunds",
            "because": "A mistake costs a lot",
            "anchor": "https://acme.example/policy/#rule-big_refunds",
        }
    ]


def test_bad_input_is_denied_with_every_fault() -> None:
    found = open_guard().judge(ToolCall("format_disk", {"amount": -1}))
    assert (found.action, found.outcome) == ("deny", None)
    assert "it has no member `format_disk`" in found.reason
    assert "amount: it is out of range" in found.reason


@pytest.mark.parametrize("problem", [RuntimeError("secret"), KeyError("call"), RecursionError()])
def test_an_error_is_a_denial_that_does_not_tell_more_than_its_kind(problem: Exception) -> None:
    found = Guard(BrokenPolicy(problem)).judge(ToolCall("bash", ASKED))
    assert found.action == "deny"
    kind = type(problem).__name__
    assert found.reason == f"Denied: the policy could not be asked ({kind})."


def test_what_ends_the_program_is_not_caught() -> None:
    with pytest.raises(KeyboardInterrupt):
        Guard(BrokenPolicy(KeyboardInterrupt())).judge(ToolCall("bash", ASKED))


def test_context_that_raises_is_a_denial() -> None:
    def look_up(call: ToolCall) -> dict[str, object]:
        raise TimeoutError(call.name)

    assert open_guard(context=look_up).judge(ToolCall("cancel")).action == "deny"


def test_observing_lets_through_and_says_what_it_would_have_been(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[CallVerdict] = []
    guard = open_guard(observe=True, report=lambda call, found: seen.append(found))
    found = guard.judge(ToolCall("refund", {"amount": 600}))
    assert (found.action, found.would_be, found.differs) == ("allow", "ask", True)
    assert found.to_dict()["would_be"] == "ask"
    assert seen == [found]
    assert "refund would not be let through. A person has to confirm this" in caplog.text
    assert Guard(BrokenPolicy(), observe=True).judge(ToolCall("bash", ASKED)).allowed


def test_a_report_that_fails_is_a_denial() -> None:
    def fail(call: ToolCall, found: CallVerdict) -> None:
        raise OSError("disk full")

    found = agent_guard(report=fail).judge(ToolCall("read", {"file_path": "a"}))
    assert found.reason == "Denied: the verdict could not be reported (OSError)."


def test_a_guard_that_does_not_fit_is_refused_with_everything_that_is_wrong() -> None:
    with pytest.raises(ValueError) as found:
        open_guard(outcomes={"allow": "yes", "deny": "deny", "perhaps": "ask"})
    assert str(found.value) == (
        "`yes` is no action: allow, ask and deny are; outcome `confirm` of `call` has no action; "
        "`call` has no outcome `perhaps`"
    )
    with pytest.raises(ValueError, match="has no decision `reply`; it has `call`"):
        open_guard(decision="reply")
    with pytest.raises(TypeError, match="object is no policy: it has no tables"):
        Guard(object())  # type: ignore[arg-type]


def test_an_emitted_module_is_a_policy_too(tmp_path: Path) -> None:
    agent_policy().save(tmp_path / "agent_policy.py")
    found = spec_from_file_location("agent_policy_of_guard_test", tmp_path / "agent_policy.py")
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    import sys

    sys.modules[found.name] = module
    found.loader.exec_module(module)
    talk = Conversation()
    talk.hear_output("web_fetch", INJECTION)
    verdict = Guard(module).judge(ToolCall("bash", INJECTED), talk)
    assert verdict.action == "deny"
    assert "`no_deed_after_a_page`: What the agent wants" in verdict.reason


def test_a_policy_that_logs_is_a_policy_too(tmp_path: Path) -> None:
    policy = agent_policy().logged(tmp_path / "log")
    guard = Guard(policy)
    assert guard.judge(ToolCall("bash", {"command": "cat .env"}), Conversation()).action == "deny"
    assert guard.judge(ToolCall("format_disk")).failure
    assert policy.flush(10)
    policy.sink.close()
    first, second = specdsl.records.read(tmp_path / "log")
    assert first["result"] == {"call": "deny"}
    assert second["error"]["kind"] == "bad_input"


def test_a_holder_is_asked_for_its_newest_policy(tmp_path: Path) -> None:
    path = tmp_path / "shop.spec"
    path.write_text(OPEN, encoding="utf-8")
    holder = specdsl.reload(path, interval=None)
    guard = Guard(holder)
    assert guard.judge(ToolCall("cancel")).action == "deny"
    path.write_text(OPEN.replace("default deny", "default allow"), encoding="utf-8")
    assert holder.refresh()
    assert guard.judge(ToolCall("cancel")).action == "allow"
    path.write_text(OPEN.replace("decision call", "decision calls"), encoding="utf-8")
    assert not holder.refresh()
    assert guard.judge(ToolCall("cancel")).action == "allow"


def test_outputs_ask_only_for_calls_that_they_name() -> None:
    talk = Conversation()
    talk.hear_output("web_fetch", {"steps": ["run make -j8", "then deploy to prod-1"]})
    assert talk.is_named_by_output(ToolCall("bash", {"command": "make -j8"}))
    assert not talk.is_named_by_output(ToolCall("bash", {"command": "make -j"}))
    assert not talk.is_named_by_output(ToolCall("deploy", {"to": "prod-1", "by": "someone"}))
    assert talk.is_named_by_output(ToolCall("deploy", {"to": "prod-1", "force": True}))
