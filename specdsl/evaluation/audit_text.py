"""Reports of a call audit: as text for a person, and as JSON, an object a call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from specdsl.base.plain_text import visible
from specdsl.evaluation.call_audit import CONTRADICTION, OPEN, AuditedCall, CallAudit
from specdsl.reports.checked_spec import count_of

FULL_REWARD = 1.0


def audit_json(audit: CallAudit) -> str:
    """Return the executed calls as a JSON list."""
    return json.dumps([call.to_dict() for call in audit.executed], indent=2, ensure_ascii=False)


def audit_text(audit: CallAudit, against: str) -> str:
    """Return the sums, then the calls that break the policy, near misses, and the
    expected actions that break it. `against`: the outcome of a call that breaks the policy.
    """
    return "\n".join(visible(line) for line in _audit_lines(audit, against))


def _audit_lines(audit: CallAudit, against: str) -> Iterator[str]:
    executed = audit.executed
    broken = [call for call in executed if call.verdict.verdict == against]
    talks = count_of(audit.conversations, "conversation")
    yield f"{count_of(len(executed), 'executed call')} of {talks}"
    verdicts = [call.verdict.verdict for call in executed]
    for verdict in (*sorted({*verdicts} - {OPEN}), OPEN):
        yield f"  {verdict}: {verdicts.count(verdict)}"
    rewards = {(call.task_id, call.trial): call.reward for call in broken}
    rewarded = sum(reward == FULL_REWARD for reward in rewards.values())
    yield (
        f"{count_of(len(rewards), 'conversation')} with a call that breaks the policy, "
        f"{rewarded} of them rewarded {FULL_REWARD}"
    )
    yield from _section("calls that break the policy, by rule", broken, lambda c: c.verdict.because)
    clashing = [call for call in executed if call.verdict.verdict == CONTRADICTION]
    yield from _section("calls over which rules contradict", clashing, lambda c: c.verdict.because)
    missed = [call for call in executed if call.verdict.unchecked]
    title = "near misses, by what was not looked up"
    yield from _section(title, missed, lambda call: [", ".join(sorted(call.verdict.unchecked))])
    still_open = [call for call in executed if call.verdict.verdict == OPEN]
    yield from _counts("open, by the fact that would settle it", still_open)
    failed = [call for call in executed if call.verdict.problem]
    yield from _section("calls without facts", failed, lambda call: (call.verdict.problem,))
    wrong = [call for call in audit.expected if call.verdict.verdict == against]
    title = f"expected actions that break the policy: {len(wrong)} of {len(audit.expected)}"
    yield from _section(title, wrong, lambda call: call.verdict.because) if wrong else ("", title)


def _section(
    title: str, calls: Iterable[AuditedCall], keys: Callable[[AuditedCall], Iterable[str]]
) -> Iterator[str]:
    """Yield the calls below each of their keys; nothing if there are none."""
    groups: dict[str, list[AuditedCall]] = {}
    for call in calls:
        for key in keys(call) or ("",):
            groups.setdefault(key, []).append(call)
    if groups:
        yield from ("", title)
    for key, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        yield f"  {key}: {len(found)}"
        yield from (f"    {_call_line(call)}" for call in found)


def _counts(title: str, calls: Iterable[AuditedCall]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for call in calls:
        for fact in call.verdict.open_facts:
            counts[fact] = counts.get(fact, 0) + 1
    if counts:
        yield from ("", title)
    for fact, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {fact}: {count}"


def _call_line(call: AuditedCall) -> str:
    about = " ".join(value for value in call.subject.values() if value)
    reward = "" if call.reward is None else f", rewarded {call.reward}"
    place = f"task {call.task_id}, trial {call.trial}, message {call.index}"
    if call.reward is None:
        place = f"task {call.task_id}, action {call.index}"
    return f"{place}: {call.tool} {about}".rstrip() + reward
