"""Reports of disagreement, and their text files: what a person saw, and would have wanted."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any

from specdsl.base.quick_dataclass import dataclass

HEADER = "# A report of disagreement. `specdsl feedback triage` asks what becomes of it.\n"
STATES = ("open", "accepted", "declined", "collected")


@dataclass(frozen=True)
class FeedbackReport:
    """A report. `wanted` is an outcome or an effect (`reply is not untrue`); `given` has facts and
    `says` instructions as in an example; `facts` is the JSON of facts that the spec does not take.
    `what` is the change that an accepted report led to, `reason` why one was declined.
    """

    id: str = ""
    received: str = ""
    rule: str = ""
    spec: str = ""
    version: str = ""
    decision_id: str = ""
    decision: str = ""
    saw: str = ""
    wanted: str = ""
    given: str = ""
    says: tuple[str, ...] = ()
    facts: str = ""
    text: str = ""
    credit: str = ""
    origin: str = ""
    state: str = "open"
    what: str = ""
    reason: str = ""

    def content_digest(self) -> str:
        """Return a name for the report that is made of what it says."""
        every = asdict(self).items()
        told = {name: value for name, value in every if value and name not in OWN_FIELDS}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


OWN_FIELDS = frozenset({"received", "state", "what", "reason"})
"""Fields that do not come with the report."""
FIELDS = tuple(one.name for one in fields(FeedbackReport))


class UnreadableReport(ValueError):
    """A file that is no report."""


def report_text(report: FeedbackReport) -> str:
    """Return the contents of a report's file; what is empty is left out."""
    told = {name: value for name, value in asdict(report).items() if value}
    lines = (f"{name} = {_toml_value(value)}\n" for name, value in told.items())
    return HEADER + "".join(lines)


def _toml_value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if len(value) == 1:
        return f"[{_toml_value(value[0])}]"
    return "[\n" + "".join(f"  {_toml_value(one)},\n" for one in value) + "]"


def parse_report(text: str) -> FeedbackReport:
    """Return the report of a file. Raises `UnreadableReport`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UnreadableReport(f"it is no TOML: {problem}") from None
    unknown = [name for name in found if name not in FIELDS]
    if unknown:
        raise UnreadableReport(f"a report has no `{unknown[0]}`")
    report = FeedbackReport(**{name: _field_value(name, value) for name, value in found.items()})
    if report.state not in STATES:
        raise UnreadableReport(f"`state` is {', '.join(STATES[:-1])} or {STATES[-1]}")
    return report


def _field_value(name: str, value: Any) -> Any:
    if name == "says":
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise UnreadableReport("`says` is a list of texts")
    if not isinstance(value, str):
        raise UnreadableReport(f"`{name}` is a text")
    return value


def clean_text(text: str) -> str:
    """Return the text without what UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
