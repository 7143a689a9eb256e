"""Text facts that are compared only with a few listed texts, and could be enumerations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from specdsl.analyses.guidance.hint import build_hint, is_own
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import MAX_MEMBERS_PROPOSED
from specdsl.checks.guidance_codes import TEXT
from specdsl.frontend.model.nodes import (
    Compare,
    Expr,
    Fact,
    Holds,
    Kind,
    OneOf,
    SpecModel,
    TextConstant,
    TextFact,
)
from specdsl.frontend.model.traversal import subexpressions
from specdsl.frontend.syntax.keywords import LOWER_SNAKE
from specdsl.verification.check_session import Check, CheckSession, Findings


def find_listed_texts(session: CheckSession) -> Findings:
    spec = session.spec
    seen = _compared_texts(spec)
    found = (
        _build_finding(fact, tuple(dict.fromkeys(texts)))
        for fact, texts in seen.items()
        if texts and is_own(spec, fact.span) and len(set(texts)) <= MAX_MEMBERS_PROPOSED
    )
    return Findings(tuple(found))


def _build_finding(fact: Fact, texts: tuple[str, ...]) -> Diagnostic:
    one = len(texts) == 1
    listed = f'"{texts[0]}"' if one else f"{len(texts)} texts"
    message = f"fact `{fact.name}` is a text, and is only compared with {listed}"
    return build_hint(
        TEXT, message, fact.span, _help_text(fact, texts), fact=fact.name, texts=list(texts)
    )


def _help_text(fact: Fact, texts: tuple[str, ...]) -> str:
    """Propose the enumeration, if the texts can be turned into names."""
    members = [re.sub(r"\W+", "_", text.lower()).strip("_") for text in texts]
    members += [] if "other" in members else ["other"]
    named = len(set(members)) == len(members) and all(map(LOWER_SNAKE.fullmatch, members))
    optional = "?" if fact.optional else ""
    listed = f"`fact {fact.name}: {{{', '.join(members)}}}{optional}`"
    return f"an enumeration would do: {listed if named else 'give each of them a name'}"


def _compared_texts(spec: SpecModel) -> Mapping[Fact, list[str]]:
    """Return, by text fact, the texts it is compared with; without facts that are read in another
    way.
    """
    found: dict[Fact, list[str]] = {f: [] for f in spec.facts if f.type.kind is Kind.TEXT}
    otherwise: set[Fact] = set()
    stack = list(_all_conditions(spec))
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


def _all_conditions(spec: SpecModel) -> Iterator[Expr]:
    """Yield all conditions of the spec."""
    for rule in spec.rules:
        yield from (*rule.whens, *rule.unlesses)
    yield from (one.expr for one in spec.defines)
    yield from (one.expr for one in spec.assumes)
    yield from (one.when for one in spec.delegates if one.when is not None)
    yield from (one.when for one in spec.assertions if one.when is not None)
    yield from (one.claim.expr for one in spec.assertions if isinstance(one.claim, Holds))


CHECK = Check(TEXT, find_listed_texts)
