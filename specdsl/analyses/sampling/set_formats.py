"""Formats of sampled sets: files by name, for other tools to read.

`inspect` is for https://inspect.aisi.org.uk, `promptfoo` for https://promptfoo.dev; the chat and
preference lines have the form that tools for fine-tuning take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from specdsl.analyses.sampling.case_text import answer_text, case_json, question_text
from specdsl.analyses.sampling.sampled_set import SampledCase, SampledSet
from specdsl.base.plain_text import json_text

Files = Mapping[str, str]
"""Texts by the names of their files; a single one has the empty name."""

SYSTEM = (
    "You apply a written policy. Answer with the outcome, and the reason that it gives, if any."
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

INSPECT_TASK = '''"""The cases of {spec} as a task of Inspect: `inspect eval {name}`."""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import choice
from inspect_ai.solver import multiple_choice


@task
def {identifier}() -> Task:
    dataset = json_dataset(str(Path(__file__).with_name("dataset.jsonl")))
    return Task(dataset=dataset, solver=multiple_choice(), scorer=choice())
'''

PROMPTFOO_ASSERTION = '''"""Assertion of promptfoo: an answer names the right outcome first."""

import re


def get_assert(output: str, context: dict) -> dict:
    expected, outcomes = context["vars"]["outcome"], context["config"]["outcomes"]
    named = [word for word in re.findall(r"\\w+", output) if word in outcomes]
    right = bool(named) and named[0] == expected
    return {"pass": right, "score": float(right), "reason": f"expected {expected}"}
'''


def jsonl_files(found: SampledSet, name: str) -> Files:
    """Return a line a case."""
    return {"": _json_lines(case_json(case, n, found) for n, case in _numbered_cases(found))}


def chat_files(found: SampledSet, name: str) -> Files:
    """Return a conversation a line; the twin of a case is one of its own."""
    return {"": _json_lines({"messages": _chat(case, found)} for _, case in _training_cases(found))}


def preference_files(found: SampledSet, name: str) -> Files:
    """Return a prompt with a good and a bad answer a line. The bad one has the outcome of the twin,
    or else the one that differs most in preference.
    """

    def row(case: SampledCase) -> dict[str, Any]:
        *prompt, good = _chat(case, found)
        bad = {**good, "content": f"{_wrong_outcome(case)}."}
        return {"prompt": prompt, "chosen": [good], "rejected": [bad]}

    return {"": _json_lines(row(case) for _, case in _training_cases(found))}


def inspect_files(found: SampledSet, name: str) -> Files:
    """Return a data set for Inspect, and the task that reads and scores it."""

    def row(number: int, case: SampledCase) -> dict[str, Any]:
        outcomes = list(case.decision.outcomes)
        return {
            "id": f"{case.decision.name}-{number:06}",
            "input": question_text(case),
            "choices": outcomes,
            "target": _letter(outcomes.index(case.outcome)),
            "metadata": case_json(case, number, found),
        }

    identifier = "".join(char if char.isalnum() else "_" for char in name)
    task = INSPECT_TASK.format(spec=name, name="task.py", identifier=identifier)
    return {
        "dataset.jsonl": _json_lines(row(*one) for one in _numbered_cases(found)),
        "task.py": task,
    }


def promptfoo_files(found: SampledSet, name: str) -> Files:
    """Return tests for promptfoo, its assertion in Python, and a configuration to begin with. A
    variable that is a list would be one test for each of its values.
    """
    assertion = {"type": "python", "value": "file://judge_outcome.py"}

    def row(number: int, case: SampledCase) -> dict[str, Any]:
        question = question_text(case)
        return {
            "description": f"{case.decision.name}-{number:06}: {case.shows or case.region}",
            "vars": {"question": question, "outcome": case.outcome},
            "assert": [{**assertion, "config": {"outcomes": list(case.decision.outcomes)}}],
            "metadata": {"region": case.region, "split": found.split_of(case)},
        }

    config = {
        "description": name,
        "prompts": [f"{SYSTEM}\n\n{{{{question}}}}"],
        "providers": ["echo"],
        "tests": "file://tests.jsonl",
    }
    return {
        "promptfooconfig.json": json_text(config, 2, only_ascii=False) + "\n",
        "tests.jsonl": _json_lines(row(*one) for one in _numbered_cases(found)),
        "judge_outcome.py": PROMPTFOO_ASSERTION,
    }


SET_FORMATS: Mapping[str, Callable[[SampledSet, str], Files]] = {
    "jsonl": jsonl_files,
    "chat-jsonl": chat_files,
    "preferences": preference_files,
    "inspect": inspect_files,
    "promptfoo": promptfoo_files,
}


# --- rows ----------------------------------------------------------------------------------------


def _numbered_cases(found: SampledSet) -> Iterator[tuple[int, SampledCase]]:
    return enumerate(found.cases, 1)


def _training_cases(found: SampledSet) -> Iterator[tuple[int, SampledCase]]:
    """Yield the cases that are not held out: what is trained on is not measured with."""
    return (
        (number, case)
        for number, case in _numbered_cases(found)
        if case.region not in found.held_out
    )


def _chat(case: SampledCase, found: SampledSet) -> list[dict[str, str]]:
    answer = answer_text(case.outcome, case.because, found.rules)
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": question_text(case)},
        {"role": "assistant", "content": answer},
    ]


def _wrong_outcome(case: SampledCase) -> str:
    if case.twin is not None:
        return case.twin.outcome
    outcomes = case.decision.outcomes
    place = outcomes.index(case.outcome)
    return max(outcomes, key=lambda outcome: abs(outcomes.index(outcome) - place))


def _letter(place: int) -> str:
    return LETTERS[place] if place < len(LETTERS) else str(place + 1)


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json_text(row, only_ascii=False) + "\n" for row in rows)
