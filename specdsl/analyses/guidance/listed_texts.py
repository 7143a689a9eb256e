"""Facts that are texts, and are only ever compared with a few that the spec lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from specdsl.analyses.guidance.hint import hint, own
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import MOST_MEMBERS_PROPOSED
from specdsl.checks.guidance_codes import TEXT
from specdsl.frontend.model.nodes import (
    Compare,
    Expr,
    Fact,
    Holds,
    Kind,
    OneOf,
    Spec,
    TextConstant,
    TextFact,
)
from specdsl.frontend.model.traversal import subexpressions
from specdsl.frontend.syntax.keywords import LOWER_SNAKE
from specdsl.verification.check_session import Check, CheckSession, Findings


def run(session: CheckSession) -> Findings:
    spec = session.spec
    seen = _compared(spec)
    found = (
        _diagnostic(fact, tuple(dict.fromkeys(texts)))
        for fact, texts in seen.items()
        if texts and own(spec, fact.span) and len(set(texts)) <= MOST_MEMBERS_PROPOSED
    )
    return Findings(tuple(found))


def _diagnostic(fact: Fact, texts: tuple[str, ...]) -> Diagnostic:
    one = len(texts) == 1
    listed = f'"{texts[0]}"' if one else f"{len(texts)} texts"
    message = f"fact `{fact.name}` is a text, and is only compared with {listed}"
    return hint(TEXT, message, fact.span, _help(fact, texts), fact=fact.name, texts=list(texts))


def _help(fact: Fact, texts: tuple[str, ...]) -> str:
    """The enumeration, where the texts make names."""
    members = [re.sub(r"\W+", "_", text.lower()).strip("_") for text in texts]
    members += [] if "other" in members else ["other"]
    named = len(set(members)) == len(members) and all(map(LOWER_SNAKE.fullmatch, members))
    optional = "?" if fact.optional else ""
    listed = f"`fact {fact.name}: {{{', '.join(members)}}}{optional}`"
    return f"an enumeration would do: {listed if named else 'give each of them a name'}"


def _compared(spec: Spec) -> Mapping[Fact, list[str]]:
    """By text fact what it is compared with; of one that is read otherwise nothing."""
    found: dict[Fact, list[str]] = {f: [] for f in spec.facts if f.type.kind is Kind.TEXT}
    otherwise: set[Fact] = set()
    stack = list(_expressions(spec))
    while stack:
        expr = stack.pop()
        match expr:
            case Compare(op="=" | "!=", left=TextFact(fact=fact), right=TextConstant(value=text)):
                found[fact].append(text)
            case Compare(op="=" | "!=", left=TextConstant(value=text), right=TextFact(fact=fact)):
                found[fact].append(text)
            case OneOf(operand=TextFact(fact=fact), constants=constants):
                found[fact] += [str(one) for one in constants]
            case TextFact(fact=fact):
                otherwise.add(fact)
            case _:
                stack += subexpressions(expr)
    return {fact: sorted(texts) for fact, texts in found.items() if fact not in otherwise}


def _expressions(spec: Spec) -> Iterator[Expr]:
    """All conditions of the spec."""
    for rule in spec.rules:
        yield from (*rule.whens, *rule.unlesses)
    yield from (one.expr for one in spec.defines)
    yield from (one.expr for one in spec.assumes)
    yield from (one.when for one in spec.delegates if one.when is not None)
    yield from (one.when for one in spec.assertions if one.when is not None)
    yield from (one.claim.expr for one in spec.assertions if isinstance(one.claim, Holds))


CHECK = Check(TEXT, run)
