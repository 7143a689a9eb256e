"""A smaller spec of which the same can be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from tests.bruteforce.walk import inside


def smallest(text: str, still: Callable[[str], bool]) -> str:
    """The text with lines left out, one or some together, and conditions replaced by parts of them
    (where it is the text of a spec), as long as `still` holds of it."""
    before = ""
    while before != text:
        before = text
        text = _first_to_last(text, _fewer_lines, still)
        text = _first_to_last(text, _simpler_conditions, still)
    return text


def _first_to_last(
    text: str, ways: Callable[[str], Iterator[str]], still: Callable[[str], bool]
) -> str:
    """Takes each way that will do, until none does."""
    while True:
        for smaller in ways(text):
            if still(smaller):
                text = smaller
                break
        else:
            return text


def _fewer_lines(text: str) -> Iterator[str]:
    lines = text.split("\n")
    for count in (8, 4, 2, 1):
        for at in range(len(lines) - count + 1):
            yield "\n".join(lines[:at] + lines[at + count :])
    for at, line in enumerate(lines):  # the head and the end of a policy
        for end in range(at + 1, len(lines)):
            if line.lstrip().startswith("policy") and lines[end].strip() == "}":
                yield "\n".join(lines[:at] + lines[at + 1 : end] + lines[end + 1 :])


def _simpler_conditions(text: str) -> Iterator[str]:
    spec = load_text(text, "random.spec").spec
    if spec is None:
        return
    for whole in _spans(spec):
        for part in _spans(spec):
            if whole.start <= part.start and part.end <= whole.end and part != whole:
                yield f"{text[: whole.start]}({part.text}){text[whole.end :]}"


def _spans(spec: m.SpecModel) -> list[Span]:
    """Of all expressions, the long ones first."""
    exprs = [clause for rule in spec.rules for clause in (*rule.whens, *rule.unlesses)]
    exprs += [one.expr for one in spec.assumes] + [one.expr for one in spec.defines]
    exprs += [one.when for one in spec.delegates if one.when is not None]
    exprs += [one.when for one in spec.assertions if one.when is not None]
    exprs += [one.claim.expr for one in spec.assertions if isinstance(one.claim, m.Holds)]
    found = {node.span for expr in exprs for node in inside(expr)}
    return sorted(found, key=lambda span: (span.start - span.end, span.start))
