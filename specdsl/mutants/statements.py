"""All mutants of a spec: small changes of the files that are its author's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from specdsl.diagnostics import Edit
from specdsl.mends.sources import editable
from specdsl.model.nodes import Decision
from specdsl.mutants.conditions import of_numbers, of_unless, of_when
from specdsl.mutants.mutant import Kind, Mutant, removed, replaced
from specdsl.policy import Spec
from specdsl.source import Span
from specdsl.syntax import tree as t

BEFORE = re.compile(r"\bwhen\s+$")
WORD = re.compile(r"#[^\r\n]*|(\S+)")


def mutants(spec: Spec) -> Iterator[Mutant]:
    """In the order of files and of text. Some may not load: two values in the other order can
    close a circle."""
    own = editable(spec)
    files = [file for file in spec.loaded.files if file.source in own]
    making = _Making(spec, files)
    for file in files:
        for statement in file.statements:
            yield from making.of(statement)


class _Making:
    def __init__(self, spec: Spec, files: Sequence[t.File]) -> None:
        self.decisions = {d.name: d for d in spec.model.decisions}
        self.names = [named for file in files for named in _naming(file.statements)]

    def of(self, statement: t.Statement) -> Iterator[Mutant]:
        match statement:
            case t.Rule():
                yield from self._rule(statement)
            case t.Policy():
                yield from self._policy(statement)
            case t.Priority(values=values):
                yield from _swapped(values)
            case t.Assume(name=name):
                text = f"without assumption `{name.text}`"
                edit = Edit(statement.span, "")
                yield Mutant(Kind.NO_ASSUME, text, statement.span, (edit,))
            case t.Decision(default=default) if default is not None:
                yield from _other_defaults(statement, default)
            case t.Define(name=name, expr=expr):
                yield from of_numbers(expr, f"define `{name.text}`")
            case t.Delegate(principal=principal, when=when) if when is not None:
                yield from of_numbers(when, f"delegate `{principal.text}`")
            case _:
                pass

    def _policy(self, policy: t.Policy) -> Iterator[Mutant]:
        if policy.when is not None:
            whose = f"policy `{policy.name.text}`"
            yield from of_when(policy.when, whose, _with_keyword(policy.when.span))
        for statement in policy.body:
            yield from self.of(statement)

    def _rule(self, rule: t.Rule) -> Iterator[Mutant]:
        whose = f"rule `{rule.name.text}`"
        yield self._without(rule)
        for clause in rule.clauses:
            yield from self._clause(clause, whose)

    def _clause(self, clause: t.Clause, whose: str) -> Iterator[Mutant]:
        value = clause.value
        if isinstance(value, tuple):
            yield from self._effects(value, whose)
            yield from _fewer(clause, _names(value), whose)
        elif clause.keyword == "when" and not isinstance(value, t.Text):
            yield from of_when(value, whose, clause.span)
        elif clause.keyword == "unless" and not isinstance(value, t.Text):
            yield from of_unless(value, whose, clause.span)

    def _without(self, rule: t.Rule) -> Mutant:
        """The rule is named nowhere then."""
        name = rule.name.text
        edits = [Edit(rule.span, "")]
        inside = range(rule.span.start, rule.span.end)
        for clause, names in self.names:
            here = clause.source is rule.span.source and clause.start in inside
            if name in names and not here:
                rest = ", ".join(other for other in names if other != name)
                keyword = clause.text.split()[0]
                edits.append(Edit(clause, f"{keyword} {rest}" if rest else ""))
        return Mutant(Kind.NO_RULE, f"without rule `{name}`", rule.name.span, tuple(edits), name)

    def _effects(self, items: Sequence[t.Effect | t.Name], whose: str) -> Iterator[Mutant]:
        for effect in items:
            if isinstance(effect, t.Effect):
                text = _otherwise(effect, self.decisions[effect.decision.text])
                if text:
                    yield replaced(Kind.OUTCOME, whose, effect.span, text)


def _otherwise(effect: t.Effect, decision: Decision) -> str:
    """Of one outcome the next; of several all others. Empty where there are none."""
    names = [name.text for name in effect.outcomes]
    others = [name for name in decision.outcomes if name not in names]
    start = f"{decision.name} {effect.verb}"
    if effect.verb in ("is", "is not"):
        following = decision.outcomes.index(names[0]) + 1
        return f"{start} {decision.outcomes[following % len(decision.outcomes)]}"
    if not others:
        return ""
    if effect.verb == "may be":
        return f"{start} {' or '.join(others)}"
    return f"{start} {{{', '.join(others)}}}"


def _fewer(clause: t.Clause, names: Sequence[t.Name], whose: str) -> Iterator[Mutant]:
    for name in names:
        rest = ", ".join(other.text for other in names if other is not name)
        edit = Edit(clause.span, f"overrides {rest}" if rest else "")
        text = f"{whose}: without `overrides {name.text}`"
        yield Mutant(Kind.NO_OVERRIDE, text, name.span, (edit,))


def _names(items: Sequence[t.Effect | t.Name]) -> list[t.Name]:
    return [item for item in items if isinstance(item, t.Name)]


def _swapped(values: Sequence[t.Name]) -> Iterator[Mutant]:
    for high, low in pairwise(values):
        text = f"priority: `{high.text} > {low.text}` becomes `{low.text} > {high.text}`"
        edits = (Edit(high.span, low.text), Edit(low.span, high.text))
        yield Mutant(Kind.PRIORITY, text, high.span, edits)


def _other_defaults(decision: t.Decision, default: t.Name) -> Iterator[Mutant]:
    """Without it the first outcome is the default, so that one is not put in its place too."""
    whose = f"decision `{decision.name.text}`"
    names = [outcome.text for outcome in decision.outcomes]
    following = names[(names.index(default.text) + 1) % len(names)]
    clause = Span(default.span.source, _before_default(decision), default.span.end)
    if default.text != names[0]:
        yield removed(Kind.DEFAULT, whose, clause)
    if following != names[0]:
        yield replaced(Kind.DEFAULT, whose, clause, f"default {following}")


def _before_default(decision: t.Decision) -> int:
    """Where the clause starts: the first word after the outcomes that is no comment."""
    after = decision.outcomes[-1].span
    return next(m.start() for m in WORD.finditer(after.source.text, after.end) if m[1])


def _with_keyword(span: Span) -> Span | None:
    """The condition of a policy with the keyword before it."""
    found = BEFORE.search(span.source.text, 0, span.start)
    return Span(span.source, found.start(), span.end) if found else None


def _naming(statements: Sequence[t.Statement]) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """The clauses that name rules, `overrides A, B` and `because A, B`, each with the names."""
    for statement in statements:
        match statement:
            case t.Policy(body=body):
                yield from _naming(body)
            case t.Rule(clauses=clauses):
                for clause in clauses:
                    if clause.keyword == "overrides" and isinstance(clause.value, tuple):
                        yield clause.span, tuple(n.text for n in _names(clause.value))
            case t.Example(clauses=clauses):
                yield from _reasons(clauses)
            case _:
                pass


def _reasons(clauses: Sequence[object]) -> Iterator[tuple[Span, tuple[str, ...]]]:
    for clause in clauses:
        match clause:
            case t.Expect(effect=effect, because=names) if names:
                yield _after(effect.span, names[-1].span), tuple(n.text for n in names)
            case t.Talk(text=text, because=name) if name is not None:
                yield _after(text.span, name.span), (name.text,)
            case _:
                pass


def _after(before: Span, last: Span) -> Span:
    """From `because`, which follows a span, to a name."""
    source = before.source
    return Span(source, source.text.index("because", before.end), last.end)
