"""Mutation operators for statements: generates all mutants of the files of a spec's author."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import assert_never

from specdsl.analyses.fixes.edited_texts import editable_sources
from specdsl.analyses.mutation.mutant import (
    Mutant,
    MutationKind,
    removal_mutant,
    replacement_mutant,
)
from specdsl.analyses.mutation.mutate_conditions import mutate_constants, mutate_unless, mutate_when
from specdsl.api import Spec
from specdsl.base.diagnostics import Edit
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.frontend.syntax import tree as t

WHEN_BEFORE = re.compile(r"\bwhen\s+$")
WORD_OR_COMMENT = re.compile(r"#[^\r\n]*|(\S+)")


def generate_mutants(spec: Spec) -> Iterator[Mutant]:
    """Yield all mutants in the order of files and of their text. Some may not load: swapping two
    priorities can close a cycle."""
    own = editable_sources(spec)
    files = [file for file in spec.loaded.files if file.source in own]
    generator = _MutantGenerator(spec, files)
    for file in files:
        for statement in file.statements:
            yield from generator.of_statement(statement)


class _MutantGenerator:
    def __init__(self, spec: Spec, files: Sequence[t.File]) -> None:
        self.decisions = {d.name: d for d in spec.model.decisions}
        self.names = [named for file in files for named in _clauses_naming_rules(file.statements)]

    def of_statement(self, statement: t.Statement) -> Iterator[Mutant]:
        match statement:
            case t.RuleNode():
                yield from self._of_rule(statement)
            case t.PolicyNode():
                yield from self._of_policy(statement)
            case t.PriorityNode(values=values):
                yield from _swap_priorities(values)
            case t.AssumeNode(name=name):
                text = f"without assumption `{name.text}`"
                edit = Edit(statement.span, "")
                yield Mutant(MutationKind.NO_ASSUME, text, statement.span, (edit,))
            case t.DecisionNode(default=default) if default is not None:
                yield from _mutate_default(statement, default)
            case t.DefineNode(name=name, expr=expr):
                yield from mutate_constants(expr, f"define `{name.text}`")
            case t.DelegateNode(principal=principal, when=when) if when is not None:
                yield from mutate_constants(when, f"delegate `{principal.text}`")
            case t.DecisionNode() | t.DelegateNode() | t.SpecHeadNode() | t.UseNode():
                pass
            case t.LayerNode() | t.AuthorityNode() | t.PrincipalNode() | t.ValueNode():
                pass
            case t.FactNode() | t.ExampleNode() | t.AssertNode() | t.ChangeNode():
                pass
            case t.TrialRuleNode():
                pass
            case _:
                assert_never(statement)

    def _of_policy(self, policy: t.PolicyNode) -> Iterator[Mutant]:
        if policy.when is not None:
            whose = f"policy `{policy.name.text}`"
            yield from mutate_when(policy.when, whose, _with_keyword(policy.when.span))
        for statement in policy.body:
            yield from self.of_statement(statement)

    def _of_rule(self, rule: t.RuleNode) -> Iterator[Mutant]:
        whose = f"rule `{rule.name.text}`"
        yield self._remove_rule(rule)
        for clause in rule.clauses:
            yield from self._of_clause(clause, whose)

    def _of_clause(self, clause: t.ClauseNode, whose: str) -> Iterator[Mutant]:
        value = clause.value
        if isinstance(value, tuple):
            yield from self._replace_outcomes(value, whose)
            yield from _remove_overrides(clause, _rule_names(value), whose)
        elif clause.keyword == "when" and not isinstance(value, t.Text):
            yield from mutate_when(value, whose, clause.span)
        elif clause.keyword == "unless" and not isinstance(value, t.Text):
            yield from mutate_unless(value, whose, clause.span)

    def _remove_rule(self, rule: t.RuleNode) -> Mutant:
        """Remove a rule with all mentions of its name."""
        name = rule.name.text
        edits = [Edit(rule.span, "")]
        inside = range(rule.span.start, rule.span.end)
        for clause, names in self.names:
            here = clause.source is rule.span.source and clause.start in inside
            if name in names and not here:
                rest = ", ".join(other for other in names if other != name)
                keyword = clause.text.split()[0]
                edits.append(Edit(clause, f"{keyword} {rest}" if rest else ""))
        return Mutant(
            MutationKind.NO_RULE, f"without rule `{name}`", rule.name.span, tuple(edits), name
        )

    def _replace_outcomes(
        self, items: Sequence[t.EffectNode | t.Name], whose: str
    ) -> Iterator[Mutant]:
        for effect in items:
            if isinstance(effect, t.EffectNode):
                text = _other_effect(effect, self.decisions[effect.decision.text])
                if text:
                    yield replacement_mutant(MutationKind.OUTCOME, whose, effect.span, text)


def _other_effect(effect: t.EffectNode, decision: DecisionModel) -> str:
    """Return the effect with the next outcome instead of one, or with all others instead of
    several; empty if there are no others."""
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


def _remove_overrides(
    clause: t.ClauseNode, names: Sequence[t.Name], whose: str
) -> Iterator[Mutant]:
    for name in names:
        rest = ", ".join(other.text for other in names if other is not name)
        edit = Edit(clause.span, f"overrides {rest}" if rest else "")
        text = f"{whose}: without `overrides {name.text}`"
        yield Mutant(MutationKind.NO_OVERRIDE, text, name.span, (edit,))


def _rule_names(items: Sequence[t.EffectNode | t.Name]) -> list[t.Name]:
    return [item for item in items if isinstance(item, t.Name)]


def _swap_priorities(values: Sequence[t.Name]) -> Iterator[Mutant]:
    for high, low in pairwise(values):
        text = f"priority: `{high.text} > {low.text}` becomes `{low.text} > {high.text}`"
        edits = (Edit(high.span, low.text), Edit(low.span, high.text))
        yield Mutant(MutationKind.PRIORITY, text, high.span, edits)


def _mutate_default(decision: t.DecisionNode, default: t.Name) -> Iterator[Mutant]:
    """Remove the default, and replace it by the next outcome. The first outcome is the default if
    none is declared, so the two never make the same mutant."""
    whose = f"decision `{decision.name.text}`"
    names = [outcome.text for outcome in decision.outcomes]
    following = names[(names.index(default.text) + 1) % len(names)]
    clause = Span(default.span.source, _default_start(decision), default.span.end)
    if default.text != names[0]:
        yield removal_mutant(MutationKind.DEFAULT, whose, clause)
    if following != names[0]:
        yield replacement_mutant(MutationKind.DEFAULT, whose, clause, f"default {following}")


def _default_start(decision: t.DecisionNode) -> int:
    """Return where the clause starts: at the first word after the outcomes outside a comment."""
    after = decision.outcomes[-1].span
    return next(m.start() for m in WORD_OR_COMMENT.finditer(after.source.text, after.end) if m[1])


def _with_keyword(span: Span) -> Span | None:
    """Extend the condition of a policy by the keyword before it."""
    found = WHEN_BEFORE.search(span.source.text, 0, span.start)
    return Span(span.source, found.start(), span.end) if found else None


def _clauses_naming_rules(
    statements: Sequence[t.Statement],
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield the clauses that name rules, `overrides A, B` and `because A, B`, with the names."""
    for statement in statements:
        match statement:
            case t.PolicyNode(body=body):
                yield from _clauses_naming_rules(body)
            case t.TrialRuleNode(rule=rule):
                yield from _clauses_naming_rules((rule,))
            case t.RuleNode(clauses=clauses):
                for clause in clauses:
                    if clause.keyword == "overrides" and isinstance(clause.value, tuple):
                        yield clause.span, tuple(n.text for n in _rule_names(clause.value))
            case t.ExampleNode(clauses=clauses):
                yield from _because_clauses(clauses)
            case _:
                pass


def _because_clauses(clauses: Sequence[object]) -> Iterator[tuple[Span, tuple[str, ...]]]:
    for clause in clauses:
        match clause:
            case t.ExpectNode(effect=effect, because=names) if names:
                yield _because_span(effect.span, names[-1].span), tuple(n.text for n in names)
            case t.TalkNode(text=text, because=name) if name is not None:
                yield _because_span(text.span, name.span), (name.text,)
            case _:
                pass


def _because_span(before: Span, last: Span) -> Span:
    """Return the span of a `because` after `before`, up to its last name."""
    source = before.source
    return Span(source, source.text.index("because", before.end), last.end)
