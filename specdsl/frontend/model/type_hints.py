"""Suggestions of what to write instead of values that do not fit."""

from __future__ import annotations

from specdsl.base.diagnostics import Note
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.types import Sort, TypedExpr, text_of
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.keywords import LOWER_SNAKE


def help_for_list(item: t.Expr) -> tuple[Note, ...]:
    """Suggest to drop the quotes of a member or an outcome in a list."""
    if isinstance(item, t.TextLiteral) and LOWER_SNAKE.fullmatch(item.value):
        return (Note("help", f"write `{item.value}`, without quotes"),)
    return ()


def help_for_comparison(expr: t.CompareNode, left: TypedExpr, right: TypedExpr) -> tuple[Note, ...]:
    """Suggest a test in place of a comparison of a member, an outcome or a truth value
    with a text.
    """
    for tree, found, other in ((expr.left, left, expr.right), (expr.right, right, expr.left)):
        if isinstance(other, t.TextLiteral) and expr.op in ("=", "!="):
            test = _suggested_test(text_of(tree), found, other.value, expr.op == "!=")
            return (Note("help", f"write `{test}`"),) if test else ()
    return ()


def _suggested_test(name: str, found: TypedExpr, text: str, negated: bool) -> str:
    match found.sort:
        case Sort.ENUM | Sort.DECISION:
            return f"{name} is {'not ' * negated}{_likeliest_member(text, _members_of(found))}"
        case Sort.SET:
            return f"{'not ' * negated}{name} has {_likeliest_member(text, _members_of(found))}"
        case Sort.CONDITION if text.lower() in ("true", "false"):
            return name if (text.lower() == "true") is not negated else f"not {name}"
        case _:
            return ""


def _members_of(found: TypedExpr) -> tuple[str, ...]:
    if found.decision is not None:
        return found.decision.outcomes
    return found.fact.type.members if found.fact is not None else ()


def _likeliest_member(text: str, members: tuple[str, ...]) -> str:
    return text if text in members else members[0]


def help_for_given(fact: m.Fact, item: t.GivenNode) -> tuple[Note, ...]:
    """Suggest how to give a value of the fact's type, in an example."""
    value, members = item.value, fact.type.members
    match fact.type.kind, value:
        case m.Kind.ENUM, t.TextLiteral():
            instead = f"{fact.name} is {_likeliest_member(value.value, members)}"
        case m.Kind.SET, t.SetLiteral() | t.TextLiteral() | t.Name():
            instead = f"{fact.name} = {{{', '.join(_likely_members(value, members))}}}"
        case m.Kind.TEXT, t.Name():
            instead = f'{fact.name} = "{value.text}"'
        case m.Kind.BOOL, t.TextLiteral() if value.value.lower() in ("false", "no"):
            instead = f"not {fact.name}"
        case m.Kind.BOOL, _:
            instead = fact.name
        case _:
            return ()
    return (Note("help", f"write `{instead}`"),)


def _likely_members(
    value: t.SetLiteral | t.TextLiteral | t.Name, members: tuple[str, ...]
) -> list[str]:
    """Return the members that are meant, or one as an illustration."""
    items = value.items if isinstance(value, t.SetLiteral) else (value,)
    texts = [i.text if isinstance(i, t.Name) else getattr(i, "value", "") for i in items]
    return [text for text in texts if text in members] or list(members[:1])
