"""Faults of names that are not `lower_snake_case`: one for each name, with all of its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.base.limits import MAX_MISSPELT_PLACES
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.keywords import free_name, lower_snake
from specdsl.frontend.syntax.syntax_codes import SPELLING


def spelling_faults(files: Sequence[t.File]) -> Iterator[Diagnostic]:
    """Yield the faults of files that are read together."""
    places: dict[str, list[t.Name]] = {}
    for name in (name for file in files for name in file.misspelt):
        places.setdefault(name.text, []).append(name)
    if not places:
        return
    first: dict[str, t.Name] = {}
    for name in (n for file in files for s in file.statements for n in declared_names(s)):
        first.setdefault(name.text, name)
    taken = set(first)
    for text, names in places.items():
        proposal = free_name(lower_snake(text), taken)
        taken.add(proposal)
        yield _spelling_fault(text, proposal, names, first.get(text))


def _spelling_fault(
    text: str, proposal: str, names: Sequence[t.Name], declaration: t.Name | None
) -> Diagnostic:
    first = declaration or names[0]
    others = [span for span in dict.fromkeys(n.span for n in names) if span != first.span]
    labels = [Label(span, "and here") for span in others[:MAX_MISSPELT_PLACES]]
    more = len(others) - len(labels)
    rest = [Note("note", f"it stands in {more} more places")] if more else []
    message = f"`{text}` is not spelt as a name: names are `lower_snake_case`"
    help_ = Note("help", f"write `{proposal}`")
    return fault(SPELLING, message, first.span, "", *labels, *rest, help_)


def declared_names(statement: t.Statement) -> Iterable[t.Name]:
    """Return the names that a statement declares."""
    match statement:
        case t.FactNode(names, kind):
            return (*names, *kind.members)
        case t.TrialRuleNode(rule):
            return (rule.name,)
        case t.DecisionNode(name):
            return (name, *statement.outcomes)
        case t.AuthorityNode(levels):
            return levels
        case t.PolicyNode(name):
            return (name, *(n for inner in statement.body for n in declared_names(inner)))
        case (
            t.PrincipalNode(name)
            | t.ValueNode(name)
            | t.DefineNode(name)
            | t.AssumeNode(name)
            | t.RuleNode(name)
        ):
            return (name,)
        case t.SpecHeadNode() | t.UseNode() | t.LayerNode() | t.DelegateNode():
            return ()
        case t.PriorityNode() | t.ExampleNode() | t.AssertNode() | t.ChangeNode():
            return ()
        case _:
            assert_never(statement)
