"""Names that are not in `lower_snake_case`: one fault each, which shows every place once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.limits import MOST_MISSPELT_PLACES
from specdsl.syntax import tree as t
from specdsl.syntax.codes import SPELLING
from specdsl.syntax.words import free_name, lower_snake


def misspelt(files: Sequence[t.File]) -> Iterator[Diagnostic]:
    """The faults of the files that are read together."""
    places: dict[str, list[t.Name]] = {}
    for name in (name for file in files for name in file.misspelt):
        places.setdefault(name.text, []).append(name)
    if not places:
        return
    first: dict[str, t.Name] = {}
    for name in (n for file in files for s in file.statements for n in declared(s)):
        first.setdefault(name.text, name)
    taken = set(first)
    for text, names in places.items():
        proposal = free_name(lower_snake(text), taken)
        taken.add(proposal)
        yield _fault(text, proposal, names, first.get(text))


def _fault(
    text: str, proposal: str, names: Sequence[t.Name], declaration: t.Name | None
) -> Diagnostic:
    first = declaration or names[0]
    others = [span for span in dict.fromkeys(n.span for n in names) if span != first.span]
    labels = [Label(span, "and here") for span in others[:MOST_MISSPELT_PLACES]]
    more = len(others) - len(labels)
    rest = [Note("note", f"it stands in {more} more places")] if more else []
    message = f"`{text}` is not spelt as a name: names are `lower_snake_case`"
    help_ = Note("help", f"write `{proposal}`")
    return fault(SPELLING, message, first.span, "", *labels, *rest, help_)


def declared(statement: t.Statement) -> Iterable[t.Name]:
    """The names that a statement declares."""
    match statement:
        case t.Fact(names, kind):
            return (*names, *kind.members)
        case t.Decision(name):
            return (name, *statement.outcomes)
        case t.Authority(levels):
            return levels
        case t.Policy(name):
            return (name, *(n for inner in statement.body for n in declared(inner)))
        case t.Principal(name) | t.Value(name) | t.Define(name) | t.Assume(name) | t.Rule(name):
            return (name,)
        case _:
            return ()
