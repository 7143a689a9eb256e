"""Sources of rules: the syntax trees behind the rules of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.api import Spec
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax import tree as t


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule and its tree. `whens`: the conditions of the policies around it, outermost first, and
    then its own; `unlesses`: in the order of the rule.
    """

    rule: m.Rule
    tree: t.RuleNode
    whens: tuple[t.Expr, ...]
    unlesses: tuple[t.Expr, ...]

    @property
    def source(self) -> Source:
        return self.tree.span.source


def rule_sources(spec: Spec) -> dict[str, RuleSource]:
    """Return the source of every rule, by its name."""
    rules = {rule.name: rule for rule in spec.model.rules}
    return {
        tree.name.text: RuleSource(
            rules[tree.name.text], tree, (*whens, *_clause_conditions(tree, "when")), unlesses
        )
        for file in spec.loaded.files
        for tree, whens in _rule_trees(file.statements, ())
        for unlesses in [_clause_conditions(tree, "unless")]
    }


def _rule_trees(
    statements: Iterable[t.Statement], whens: tuple[t.Expr, ...]
) -> Iterator[tuple[t.RuleNode, tuple[t.Expr, ...]]]:
    for statement in statements:
        match statement:
            case t.RuleNode():
                yield statement, whens
            case t.PolicyNode(when=when, body=body):
                yield from _rule_trees(body, whens if when is None else (*whens, when))
            case _:
                pass


def _clause_conditions(tree: t.RuleNode, keyword: str) -> tuple[t.Expr, ...]:
    return tuple(
        clause.value
        for clause in tree.clauses
        if clause.keyword == keyword and not isinstance(clause.value, tuple | t.Text)
    )
