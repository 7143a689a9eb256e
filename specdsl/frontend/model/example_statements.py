"""Resolution of examples: what they give, say, expect and talk about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from specdsl.base.diagnostics import Label, Note, fault
from specdsl.base.source import HasSpan
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.model_codes import CYCLE, DUPLICATE, EXAMPLE, UNKNOWN_NAME
from specdsl.frontend.model.names import Scope, shorten_cycle
from specdsl.frontend.model.rules import ResolvedRules, resolve_effect
from specdsl.frontend.model.type_hints import help_for_given
from specdsl.frontend.model.types import LITERAL_SORTS, SORT_OF
from specdsl.frontend.syntax import tree as t


class _ExampleResolver:
    def __init__(self, scope: Scope, found: ResolvedRules, delegates: Sequence[m.Delegate]) -> None:
        self.scope = scope
        self.rules = {rule.name: rule for rule in found.rules}
        self.delegates = delegates
        self.trees: dict[str, tuple[t.ExampleNode, m.PolicyBlock | None]] = {}
        for tree, policy in found.examples:
            first = self.trees.setdefault(tree.title.value, (tree, policy))[0]
            if first is not tree:
                message = f'two examples are titled "{tree.title.value}"'
                label = Label(first.title.span, "the first")
                scope.faults.append(fault(DUPLICATE, message, tree.title.span, "again", label))

    def _add_fault(self, message: str, item: HasSpan, *more: Label | Note) -> None:
        self.scope.faults.append(fault(EXAMPLE, message, item.span, "", *more))

    def resolve_all(self) -> Iterator[m.Example]:
        full: dict[str | None, tuple[dict[str, m.Given], tuple[m.ExampleInstruction, ...]]] = {}
        for title in self.titles_in_order():
            like = self.base_title(title)
            given, says = full.get(like, ({}, ()))
            own_given, own_says = self.own_clauses(self.trees[title][0])
            full[title] = ({**given, **own_given} if own_given else given, (*says, *own_says))
        for title, (tree, policy) in self.trees.items():
            given, says = full[title]
            yield m.Example(
                title,
                tuple(given.values()),
                says,
                tuple(self.resolve_expectations(tree)),
                tuple(self.resolve_talk(tree)),
                tree.title.span,
                policy,
            )

    def base_title(self, title: str) -> str | None:
        """Return the title of the example that this one starts from."""
        likes = _like_clauses(self.trees[title][0])
        return likes[0].title.value if likes else None

    def titles_in_order(self) -> Iterator[str]:
        """Yield the titles in dependency order; missing ones and cycles are faults."""
        done: set[str | None] = set()
        for start in self.trees:
            way: dict[str, None] = {}
            title: str | None = start
            while title is not None and title not in done:
                if title in way:
                    self.add_cycle([*way][list(way).index(title) :])
                    break
                way[title] = None
                title = self.existing_base_title(title)
            done.update(way)
            yield from reversed(way)

    def existing_base_title(self, title: str) -> str | None:
        likes = _like_clauses(self.trees[title][0])
        if len(likes) > 1:
            self._add_fault("an example is like one other", likes[1])
        if not likes or likes[0].title.value in self.trees:
            return likes[0].title.value if likes else None
        missing = likes[0].title
        hint = self.scope.did_you_mean_hint(missing.value, self.trees)
        message = f'there is no example "{missing.value}"{hint}'
        self.scope.faults.append(fault(UNKNOWN_NAME, message, missing.span))
        return None

    def add_cycle(self, titles: Sequence[str]) -> None:
        way = " → ".join(f'"{title}"' for title in shorten_cycle([*titles, titles[0]]))
        message = f"examples are like each other in a circle: {way}"
        first, *more = [_like_clauses(self.trees[title][0])[0].title.span for title in titles]
        labels = [Label(span, "and this") for span in more]
        self.scope.faults.append(fault(CYCLE, message, first, "", *labels))

    def own_clauses(
        self, tree: t.ExampleNode
    ) -> tuple[dict[str, m.Given], list[m.ExampleInstruction]]:
        """Return what the example itself gives and says."""
        given: dict[str, m.Given] = {}
        says: list[m.ExampleInstruction] = []
        for clause in tree.clauses:
            if isinstance(clause, t.GivenClauseNode):
                for item in clause.items:
                    made = self.resolve_given(item)
                    if made is not None and given.setdefault(made.fact.name, made) is not made:
                        first = Label(given[made.fact.name].span, "the first")
                        self._add_fault(f"`{made.fact.name}` is given twice", item, first)
            elif isinstance(clause, t.SaysNode):
                said = self.resolve_instruction(clause)
                says += [] if said is None else [said]
        return given, says

    # --- given ---

    def resolve_given(self, item: t.GivenNode) -> m.Given | None:
        name = item.fact
        fact = self.scope.look_up(self.scope.facts, name, "fact")
        if fact is None:
            return None
        if item.value is None:
            if not fact.optional:
                self._add_fault(f"`{name.text}` is never unknown: its type has no `?`", item)
                return None
            return m.Given(fact, None, item.span)
        value = self._resolve_value(fact, item)
        return None if value is None else m.Given(fact, value, item.span)

    def _resolve_value(
        self, fact: m.Fact, item: t.GivenNode
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
                return self._text_of_fact(fact, item.value.value)
            case t.QuantityLiteral() if LITERAL_SORTS[item.value.kind] is SORT_OF[kind]:
                return self._quantity_in_range(fact, item, item.value.value)
            case _:
                pass
        text = item.span.in_a_line
        sort = "a bool" if kind is m.Kind.BOOL else SORT_OF[kind].value
        message = f"`{text}` does not fit: `{fact.name}` is {sort}"
        self._add_fault(message, item, *help_for_given(fact, item))
        return None

    @staticmethod
    def _text_of_fact(fact: m.Fact, text: str) -> str:
        """Return the text as facts of this type hold it."""
        return fold_case(text) if fact.type.ignoring_case else text

    def _quantity_in_range(
        self, fact: m.Fact, item: t.GivenNode, value: Fraction
    ) -> Fraction | None:
        low, high = fact.type.low, fact.type.high
        if fact.type.kind is m.Kind.INT and value.denominator != 1:
            self._add_fault(
                f"`{item.span.in_a_line}` does not fit: `{fact.name}` is a whole number", item
            )
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            label = Label(fact.type_span, "its range")
            self._add_fault(
                f"`{item.span.in_a_line}` is outside the range of `{fact.name}`", item, label
            )
            return None
        return value

    # --- says ---

    def resolve_instruction(self, clause: t.SaysNode) -> m.ExampleInstruction | None:
        principal = self.scope.principal(clause.principal)
        made = resolve_effect(self.scope, clause.effect)
        at = None if clause.level is None else self.scope.level(clause.level)
        if principal is None or made is None or (clause.level is not None and at is None):
            return None
        if at is not None and clause.level is not None:
            top = self.highest_level(principal, clause.implied, made.decision)
            if top is not None and at.rank < top.rank:
                message = f"`{principal.name}` cannot speak at `{at.name}`, above `{top.name}`"
                self._add_fault(message, clause, Label(principal.span, "declared here"))
                return None
        return m.ExampleInstruction(principal, made, clause.implied, at, clause.span)

    def highest_level(
        self, principal: m.Principal, implied: bool, decision: m.DecisionModel
    ) -> m.Level | None:
        """Return the highest level at which the principal may speak on the decision; None if it is
        ignored.
        """
        if principal.level is not None:
            return principal.implied or principal.level if implied else principal.level
        lent = [
            d.level for d in self.delegates if d.principal is principal and decision in d.decisions
        ]
        return min(lent, key=lambda level: level.rank, default=None)

    # --- expects, talk ---

    def resolve_expectations(self, tree: t.ExampleNode) -> Iterator[m.Expectation]:
        for clause in tree.clauses:
            if isinstance(clause, t.ExpectNode):
                made = resolve_effect(self.scope, clause.effect)
                names = [self._resolve_winner(name) for name in clause.because]
                if made is not None and None not in names:
                    yield m.Expectation(made, tuple(n for n in names if n is not None), clause.span)

    def _resolve_winner(self, name: t.Name) -> m.Rule | m.Principal | None:
        found = self.rules.get(name.text) or self.scope.principals.get(name.text)
        if found is None and self._is_trial(name):
            return None
        if found is None and ("rule", name.text) not in self.scope.places:
            hint = self.scope.did_you_mean_hint(name.text, [*self.rules, *self.scope.principals])
            message = f"there is no rule or principal `{name.text}`{hint}"
            self.scope.faults.append(fault(UNKNOWN_NAME, message, name.span))
        return found

    def _is_trial(self, name: t.Name) -> bool:
        """Return whether a trial rule is named as a reason, which is a fault."""
        if name.text in self.scope.trials:
            message = f"`{name.text}` is a trial rule: nothing is decided because of it yet"
            self.scope.faults.append(fault(EXAMPLE, message, name.span))
        return name.text in self.scope.trials

    def resolve_talk(self, tree: t.ExampleNode) -> Iterator[m.Talk]:
        for clause in tree.clauses:
            if isinstance(clause, t.TalkNode):
                speaker = clause.speaker
                if speaker.text not in ("good", "ok", "bad"):
                    self.scope.principal(speaker)
                because = ""
                if clause.because is not None:
                    because = clause.because.text
                    if self._is_trial(clause.because):
                        continue
                    if ("rule", because) not in self.scope.places:
                        self.scope.look_up(self.rules, clause.because, "rule")
                yield m.Talk(speaker.text, clause.text.value, because, clause.span)


def _like_clauses(tree: t.ExampleNode) -> list[t.LikeExampleNode]:
    return [clause for clause in tree.clauses if isinstance(clause, t.LikeExampleNode)]


def resolve_examples(
    scope: Scope, found: ResolvedRules, delegates: Sequence[m.Delegate]
) -> tuple[m.Example, ...]:
    return tuple(_ExampleResolver(scope, found, delegates).resolve_all())
