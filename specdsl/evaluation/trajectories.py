"""Reader of trajectories: recorded conversations of an agent that calls tools.

The form is that of the τ-bench benchmark (Yao et al., 2024, https://arxiv.org/abs/2406.12045): a
list of conversations, each with its messages in the form of OpenAI's chat completions (`traj`), the
reward that the benchmark gave, and the actions that it expected (`info.task.actions`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specdsl.base.quick_dataclass import dataclass

FAILURE = "Error"
"""What a tool's answer begins with where it did nothing."""


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A tool with the arguments that an agent calls it with."""

    tool: str
    arguments: Mapping[str, Any]
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class TalkMessage:
    """A message of a conversation: of the system, the user, the assistant or a tool. One of a tool
    answers the request `answers`.
    """

    role: str
    text: str
    requests: tuple[ToolRequest, ...] = ()
    answers: str = ""


@dataclass(frozen=True, slots=True)
class ExecutedCall:
    """A call that a tool has answered. `index` is the position, from 0, of the message that makes
    the call; `before` are all messages before that one.
    """

    index: int
    request: ToolRequest
    answer: str
    before: tuple[TalkMessage, ...]

    @property
    def failed(self) -> bool:
        """Return whether the tool did nothing, by its answer."""
        return self.answer.startswith(FAILURE)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A conversation, with the reward that a benchmark gave and the calls that it expected."""

    task_id: int | str
    trial: int
    reward: float | None
    messages: tuple[TalkMessage, ...]
    expected: tuple[ToolRequest, ...] = ()


class UnreadableTrajectories(ValueError):
    """A document that has no trajectories. `problems` names all that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def executed_calls(trajectory: Trajectory) -> Iterator[ExecutedCall]:
    """Yield the calls that a tool has answered, in order. A request without an answer was not
    executed. The answers stand directly after the requests; ids may be used again later.
    """
    messages = trajectory.messages
    for index, message in enumerate(messages):
        answers = list(_following_answers(messages, index)) if message.requests else []
        for request in message.requests:
            answer = next((one for one in answers if one.answers == request.request_id), None)
            if answer is not None:
                answers.remove(answer)
                yield ExecutedCall(index, request, answer.text, messages[:index])


def _following_answers(messages: Sequence[TalkMessage], index: int) -> Iterator[TalkMessage]:
    for message in messages[index + 1 :]:
        if message.role != "tool":
            return
        yield message


# --- from JSON -----------------------------------------------------------------------------------


def read_trajectories(text: str | bytes) -> tuple[Trajectory, ...]:
    """Read the conversations of a JSON document. Raises `UnreadableTrajectories`, which names every
    fault of every conversation.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        why = "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem)
        raise UnreadableTrajectories((f"it is no JSON: {why}",)) from None
    if not isinstance(document, list):
        raise UnreadableTrajectories(("it is no list of conversations",))
    problems: list[str] = []
    found = [
        _read_conversation(item, f"conversation {number}", problems)
        for number, item in enumerate(document)
    ]
    if problems:
        raise UnreadableTrajectories(tuple(problems))
    return tuple(one for one in found if one is not None)


def _read_conversation(item: Any, where: str, problems: list[str]) -> Trajectory | None:
    if not isinstance(item, dict):
        problems.append(f"{where} is no object")
        return None
    task_id, trial, reward = item.get("task_id"), item.get("trial", 0), item.get("reward")
    if isinstance(task_id, bool) or not isinstance(task_id, int | str):
        problems.append(f"{where}: `task_id` is no number and no text")
        task_id = ""
    if isinstance(trial, bool) or not isinstance(trial, int):
        problems.append(f"{where}: `trial` is no whole number")
        trial = 0
    if reward is not None and (isinstance(reward, bool) or not isinstance(reward, int | float)):
        problems.append(f"{where}: `reward` is no number")
        reward = None
    messages = item.get("traj")
    if not isinstance(messages, list):
        problems.append(f"{where}: `traj` is no list of messages")
        messages = []
    talk = tuple(
        _read_message(one, f"{where}, message {number}", problems)
        for number, one in enumerate(messages)
    )
    return Trajectory(task_id, trial, reward, talk, _expected_requests(item, where, problems))


def _read_message(item: Any, where: str, problems: list[str]) -> TalkMessage:
    if not isinstance(item, dict) or not isinstance(item.get("role"), str):
        problems.append(f"{where} has no role")
        return TalkMessage("", "")
    text = item.get("content")
    if text is not None and not isinstance(text, str):
        problems.append(f"{where}: `content` is no text")
        text = None
    requests = item.get("tool_calls") or []
    if not isinstance(requests, list):
        problems.append(f"{where}: `tool_calls` is no list")
        requests = []
    found = tuple(_read_request(one, where, problems) for one in requests)
    answers = item.get("tool_call_id")
    return TalkMessage(item["role"], text or "", found, answers if isinstance(answers, str) else "")


def _read_request(item: Any, where: str, problems: list[str]) -> ToolRequest:
    function = item.get("function") if isinstance(item, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        problems.append(f"{where}: a tool call has no name")
        return ToolRequest("", {})
    request_id = item.get("id")
    arguments = _read_arguments(function.get("arguments"))
    if arguments is None:
        problems.append(f"{where}: the arguments of `{function['name']}` are no JSON object")
    return ToolRequest(
        function["name"], arguments or {}, request_id if isinstance(request_id, str) else ""
    )


def _read_arguments(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _expected_requests(
    item: Mapping[str, Any], where: str, problems: list[str]
) -> tuple[ToolRequest, ...]:
    """Return the actions of the task; none where the conversation has no task."""
    info = item.get("info")
    task = info.get("task") if isinstance(info, dict) else None
    actions = task.get("actions") if isinstance(task, dict) else None
    found = []
    for number, action in enumerate(actions if isinstance(actions, list) else []):
        name = action.get("name") if isinstance(action, dict) else None
        arguments = action.get("kwargs") if isinstance(action, dict) else None
        if not isinstance(name, str) or not isinstance(arguments, dict):
            problems.append(f"{where}: action {number} of its task has no name or no `kwargs`")
        else:
            found.append(ToolRequest(name, arguments))
    return tuple(found)
