"""Vague names: they say nothing, or leave their meaning to taste."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specdsl.analyses.guidance.hint import build_hint, is_own
from specdsl.base.source import Span
from specdsl.checks.guidance_codes import NAME
from specdsl.frontend.model.nodes import SpecModel
from specdsl.verification.check_session import Check, CheckSession, Findings

# fmt: off
EMPTY = {
    "a", "an", "any", "bar", "baz", "case", "check", "checks", "cond", "condition", "data",
    "decision", "do", "etc", "fact", "flag", "foo", "general", "generic", "handle", "info",
    "information", "input", "instance", "is", "item", "kind", "label", "level", "mode", "misc",
    "my", "name", "new", "number", "obj", "object", "old", "option", "other", "outcome",
    "output", "param", "parameter", "policy", "process", "property", "qux", "result", "rule",
    "some", "something", "state", "status", "stuff", "temp", "test", "text", "the", "thing",
    "things", "this", "tmp", "type", "val", "value", "values", "var", "variable",
}
TASTE = {
    "acceptable", "adequate", "appropriate", "bad", "best", "better", "concerning", "excessive",
    "fair", "fine", "fitting", "good", "harmful", "improper", "inappropriate", "inadequate",
    "normal", "ok", "okay", "proper", "questionable", "reasonable", "right", "sensible",
    "serious", "severe", "significant", "special", "strange", "suitable", "suspicious",
    "unacceptable", "unfair", "unreasonable", "unsuitable", "weird", "worse", "worst", "wrong",
}
# fmt: on
HELP = "name what can be seen, or say in a text after the name what is meant"

Declaration = tuple[str, str, str, Span]
"""A kind of declaration, the name, the text after it, and the place."""


def find_vague_names(session: CheckSession) -> Findings:
    spec = session.spec
    found = (
        build_hint(
            NAME, f"the name of {kind} `{name}` {fault}", place, HELP, kind=kind, declared=name
        )
        for kind, name, doc, place in _declarations(spec)
        if not doc and is_own(spec, place) and (fault := name_fault(name))
    )
    return Findings(tuple(found))


def name_fault(name: str) -> str:
    """Return what is wrong with a name, or nothing if it is telling."""
    words = [word for word in re.sub(r"\d+", "_", name).split("_") if word]
    telling = [word for word in words if len(word) > 1 and word not in EMPTY]
    if not telling:
        return "says nothing"
    return "leaves to taste what it means" if TASTE.issuperset(telling) else ""


def _declarations(spec: SpecModel) -> Iterator[Declaration]:
    """Yield the names that a reader has to understand, without members and outcomes, which are
    understood from the fact or decision that has them.
    """
    yield from (("fact", one.name, one.doc, one.span) for one in spec.facts)
    yield from (("define", one.name, one.doc, one.span) for one in spec.defines)
    yield from (("decision", one.name, one.doc, one.span) for one in spec.decisions)
    yield from (("value", one.name, one.doc, one.span) for one in spec.values)
    yield from (("policy", one.name, one.doc, one.span) for one in spec.policies)
    yield from (("rule", one.name, one.doc, one.name_span) for one in spec.rules)


CHECK = Check(NAME, find_vague_names)
