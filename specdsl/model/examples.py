"""Examples and assertions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from specdsl.diagnostics import Label, Note, did_you_mean, fault
from specdsl.model import nodes as m
from specdsl.model.codes import CYCLE, DUPLICATE, EXAMPLE, UNKNOWN_NAME
from specdsl.model.expressions import LITERAL_SORTS, SORT_OF, Typer
from specdsl.model.names import Scope
from specdsl.model.rules import Rules, effect
from specdsl.syntax import tree as t


class _Examples:
    def __init__(self, scope: Scope, found: Rules, delegates: Sequence[m.Delegate]) -> None:
        self.scope = scope
        self.rules = {rule.name: rule for rule in found.rules}
        self.delegates = delegates
        self.trees: dict[str, tuple[t.Example, m.Policy | None]] = {}
        for tree, policy in found.examples:
            first = self.trees.setdefault(tree.title.value, (tree, policy))[0]
            if first is not tree:
                message = f'two examples are titled "{tree.title.value}"'
                label = Label(first.title.span, "the first")
                scope.faults.append(fault(DUPLICATE, message, tree.title.span, "again", label))

    def _fault(self, message: str, item: object, *more: Label | Note) -> None:
        self.scope.faults.append(fault(EXAMPLE, message, item.span, "", *more))  # type: ignore[attr-defined]

    def all(self) -> Iterator[m.Example]:
        own = {title: self.own(tree) for title, (tree, _) in self.trees.items()}
        for title, (tree, policy) in self.trees.items():
            chain = self.chain(tree)
            given: dict[str, m.Given] = {}
            says: list[m.Said] = []
            for name in chain:
                given.update((g.fact.name, g) for g in own[name][0])
                says += own[name][1]
            expectations = tuple(self.expectations(tree))
            talk = tuple(self.talk(tree))
            if not expectations and not any(isinstance(c, t.Expect) for c in tree.clauses):
                self._fault(f'example "{title}" expects nothing', tree.title)
            yield m.Example(
                title,
                tuple(given.values()),
                tuple(says),
                expectations,
                talk,
                tree.title.span,
                policy,
            )

    def chain(self, tree: t.Example) -> list[str]:
        """The titles that it starts from, the first first, itself last."""
        titles = [tree.title.value]
        while True:
            likes = [c for c in self.trees[titles[0]][0].clauses if isinstance(c, t.LikeExample)]
            if len(likes) > 1 and titles[0] == tree.title.value:
                self._fault("an example is like one other", likes[1])
            if not likes:
                return titles
            title = likes[0].title
            if title.value not in self.trees:
                if len(titles) == 1:
                    hint = did_you_mean(title.value, self.trees)
                    message = f'there is no example "{title.value}"{hint}'
                    self.scope.faults.append(fault(UNKNOWN_NAME, message, title.span))
                return titles
            if title.value in titles:
                if title.value == tree.title.value:
                    way = " → ".join(f'"{name}"' for name in [title.value, *titles])
                    message = f"examples are like each other in a circle: {way}"
                    self.scope.faults.append(fault(CYCLE, message, title.span))
                return titles
            titles.insert(0, title.value)

    def own(self, tree: t.Example) -> tuple[list[m.Given], list[m.Said]]:
        """What the example itself gives and says."""
        given: dict[str, m.Given] = {}
        says: list[m.Said] = []
        for clause in tree.clauses:
            if isinstance(clause, t.GivenClause):
                for item in clause.items:
                    made = self.given(item)
                    if made is not None and given.setdefault(made.fact.name, made) is not made:
                        first = Label(given[made.fact.name].span, "the first")
                        self._fault(f"`{made.fact.name}` is given twice", item, first)
            elif isinstance(clause, t.Says):
                said = self.says(clause)
                says += [] if said is None else [said]
        return list(given.values()), says

    # --- given ---

    def given(self, item: t.Given) -> m.Given | None:
        name = item.fact
        fact = self.scope.look_up(self.scope.facts, name, "fact")
        if fact is None:
            return None
        if item.value is None:
            if not fact.optional:
                self._fault(f"`{name.text}` is never unknown: its type has no `?`", item)
                return None
            return m.Given(fact, None, item.span)
        value = self._value(fact, item)
        return None if value is None else m.Given(fact, value, item.span)

    def _value(
        self, fact: m.Fact, item: t.Given
    ) -> bool | Fraction | str | int | frozenset[int] | None:
        kind = fact.type.kind
        match item.value:
            case bool() if kind is m.Kind.BOOL:
                return item.value
            case t.Name() if kind is m.Kind.ENUM:
                found = self.scope.members(fact, [item.value])
                return found[0] if found else None
            case t.SetLiteral() if kind is m.Kind.SET:
                names = [
                    t.Name(i.name, i.span) for i in item.value.items if isinstance(i, t.NameRef)
                ]
                members = self.scope.members(fact, names)
                if len(names) == len(item.value.items):
                    return frozenset(members) if len(members) == len(names) else None
            case t.TextLiteral() if kind is m.Kind.TEXT:
                return item.value.value
            case t.Literal() if LITERAL_SORTS[item.value.kind] is SORT_OF[kind]:
                return self._quantity(fact, item, item.value.value)
            case _:
                pass
        text = item.span.text
        sort = "a bool" if kind is m.Kind.BOOL else SORT_OF[kind].value
        self._fault(f"`{text}` does not fit: `{fact.name}` is {sort}", item)
        return None

    def _quantity(self, fact: m.Fact, item: t.Given, value: Fraction) -> Fraction | None:
        low, high = fact.type.low, fact.type.high
        if fact.type.kind is m.Kind.INT and value.denominator != 1:
            self._fault(f"`{item.span.text}` does not fit: `{fact.name}` is a whole number", item)
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            label = Label(fact.type_span, "its range")
            self._fault(f"`{item.span.text}` is outside the range of `{fact.name}`", item, label)
            return None
        return value

    # --- says ---

    def says(self, clause: t.Says) -> m.Said | None:
        principal = self.scope.principal(clause.principal)
        made = effect(self.scope, clause.effect)
        at = None if clause.level is None else self.scope.level(clause.level)
        if principal is None or made is None or (clause.level is not None and at is None):
            return None
        if at is not None and clause.level is not None:
            top = self.highest(principal, clause.implied, made.decision)
            if top is not None and at.rank < top.rank:
                message = f"`{principal.name}` cannot speak at `{at.name}`, above `{top.name}`"
                self._fault(message, clause, Label(principal.span, "declared here"))
                return None
        return m.Said(principal, made, clause.implied, at, clause.span)

    def highest(
        self, principal: m.Principal, implied: bool, decision: m.Decision
    ) -> m.Level | None:
        """The highest level at which it may speak on the decision; None where all are ignored."""
        if principal.level is not None:
            return principal.implied or principal.level if implied else principal.level
        lent = [
            d.level for d in self.delegates if d.principal is principal and decision in d.decisions
        ]
        return min(lent, key=lambda level: level.rank, default=None)

    # --- expects, talk ---

    def expectations(self, tree: t.Example) -> Iterator[m.Expectation]:
        for clause in tree.clauses:
            if isinstance(clause, t.Expect):
                made = effect(self.scope, clause.effect)
                names = [self._winner(name) for name in clause.because]
                if made is not None and None not in names:
                    yield m.Expectation(made, tuple(n for n in names if n is not None), clause.span)

    def _winner(self, name: t.Name) -> m.Rule | m.Principal | None:
        found = self.rules.get(name.text) or self.scope.principals.get(name.text)
        if found is None and ("rule", name.text) not in self.scope.places:
            hint = did_you_mean(name.text, [*self.rules, *self.scope.principals])
            message = f"there is no rule or principal `{name.text}`{hint}"
            self.scope.faults.append(fault(UNKNOWN_NAME, message, name.span))
        return found

    def talk(self, tree: t.Example) -> Iterator[m.Talk]:
        for clause in tree.clauses:
            if isinstance(clause, t.Talk):
                speaker = clause.speaker
                if speaker.text not in ("good", "ok", "bad"):
                    self.scope.principal(speaker)
                because = ""
                if clause.because is not None:
                    self._winner(clause.because)
                    because = clause.because.text
                yield m.Talk(speaker.text, clause.text.value, because, clause.span)


def examples(scope: Scope, found: Rules, delegates: Sequence[m.Delegate]) -> tuple[m.Example, ...]:
    return tuple(_Examples(scope, found, delegates).all())


# --- assertions ----------------------------------------------------------------------------------


def assertions(scope: Scope, found: Rules, typer: Typer) -> tuple[m.Assertion, ...]:
    made: list[m.Assertion] = []
    first: dict[str, t.Assert] = {}
    for tree, policy in found.asserts:
        title = tree.title.value if tree.title is not None else tree.name_text
        if first.setdefault(title, tree) is not tree:
            message = f'two asserts are named "{title}"'
            label = Label(first[title].span, "the first")
            scope.faults.append(fault(DUPLICATE, message, tree.span, "again", label))
        claim = _claim(scope, tree, typer)
        when = None if tree.when is None else typer.condition(tree.when)
        if claim is not None and (tree.when is None or when is not None):
            made.append(m.Assertion(title, claim, when, tree.span, policy))
    return tuple(made)


def _claim(scope: Scope, tree: t.Assert, typer: Typer) -> m.Claim | None:
    match tree.claim:
        case t.Holds():
            expr = typer.condition(tree.claim.expr)
            return None if expr is None else m.Holds(expr)
        case t.CanBe():
            decision = scope.decision(tree.claim.decision)
            outcome = None if decision is None else scope.outcome(decision, tree.claim.outcome)
            return None if decision is None or outcome is None else m.CanBe(decision, outcome)
        case t.IsDecided():
            decision = scope.decision(tree.claim.decision)
            return None if decision is None else m.IsDecided(decision)
        case t.CannotChange():
            decision = scope.decision(tree.claim.decision)
            table: dict[str, m.Principal | m.Fact] = {**scope.principals, **scope.facts}
            subject = scope.look_up(table, tree.claim.subject, "principal or fact")
            if decision is None or subject is None:
                return None
            return m.CannotChange(subject, decision)


def changes(statements: Sequence[t.Change]) -> tuple[m.Change, ...]:
    """The history, newest first."""
    made = [
        m.Change(c.date.span.text, c.what.value, _doc(c.credit), _doc(c.feedback), c.span)
        for c in statements
    ]
    return tuple(sorted(made, key=lambda change: change.date, reverse=True))


def _doc(text: t.Text | None) -> str:
    return "" if text is None else text.value
