"""What is written instead: helps on values that do not fit where they stand."""

from __future__ import annotations

from specdsl.diagnostics import Note
from specdsl.model import nodes as m
from specdsl.model.sorts import Sort, Typed, text_of
from specdsl.syntax import tree as t
from specdsl.syntax.words import LOWER_SNAKE


def of_listed(item: t.Expr) -> tuple[Note, ...]:
    """A member or an outcome in quotes, in a list."""
    if isinstance(item, t.TextLiteral) and LOWER_SNAKE.fullmatch(item.value):
        return (Note("help", f"write `{item.value}`, without quotes"),)
    return ()


def of_comparison(expr: t.Compare, left: Typed, right: Typed) -> tuple[Note, ...]:
    """A member, an outcome or a truth that is compared as a text."""
    for tree, found, other in ((expr.left, left, expr.right), (expr.right, right, expr.left)):
        if isinstance(other, t.TextLiteral) and expr.op in ("=", "!="):
            test = _test(text_of(tree), found, other.value, expr.op == "!=")
            return (Note("help", f"write `{test}`"),) if test else ()
    return ()


def _test(name: str, found: Typed, text: str, negated: bool) -> str:
    match found.sort:
        case Sort.ENUM | Sort.DECISION:
            return f"{name} is {'not ' * negated}{_likeliest(text, _members(found))}"
        case Sort.SET:
            return f"{'not ' * negated}{name} has {_likeliest(text, _members(found))}"
        case Sort.CONDITION if text.lower() in ("true", "false"):
            return name if (text.lower() == "true") is not negated else f"not {name}"
        case _:
            return ""


def _members(found: Typed) -> tuple[str, ...]:
    if found.decision is not None:
        return found.decision.outcomes
    return found.fact.type.members if found.fact is not None else ()


def _likeliest(text: str, members: tuple[str, ...]) -> str:
    return text if text in members else members[0]


def of_given(fact: m.Fact, item: t.Given) -> tuple[Note, ...]:
    """A value of another form than the fact's, in an example."""
    value, members = item.value, fact.type.members
    match fact.type.kind, value:
        case m.Kind.ENUM, t.TextLiteral():
            instead = f"{fact.name} is {_likeliest(value.value, members)}"
        case m.Kind.SET, t.SetLiteral() | t.TextLiteral() | t.Name():
            instead = f"{fact.name} = {{{', '.join(_listed(value, members))}}}"
        case m.Kind.TEXT, t.Name():
            instead = f'{fact.name} = "{value.text}"'
        case m.Kind.BOOL, t.TextLiteral() if value.value.lower() in ("false", "no"):
            instead = f"not {fact.name}"
        case m.Kind.BOOL, _:
            instead = fact.name
        case _:
            return ()
    return (Note("help", f"write `{instead}`"),)


def _listed(value: t.SetLiteral | t.TextLiteral | t.Name, members: tuple[str, ...]) -> list[str]:
    """The members that are meant, or one to show how they are written."""
    items = value.items if isinstance(value, t.SetLiteral) else (value,)
    texts = [i.text if isinstance(i, t.Name) else getattr(i, "value", "") for i in items]
    return [text for text in texts if text in members] or list(members[:1])
