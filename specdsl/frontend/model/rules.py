"""Resolution of policies, rules and effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import assert_never

from specdsl.base.diagnostics import Label, Note, fault
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.declarations import doc_text
from specdsl.frontend.model.expressions import TypeChecker
from specdsl.frontend.model.files import SpecFile
from specdsl.frontend.model.model_codes import EFFECT, LEVEL
from specdsl.frontend.model.names import NO_LEVELS, Scope
from specdsl.frontend.syntax import tree as t

ADD_LEVEL = Note("help", "give it one (`at LEVEL`), or give one to the policy around it")
SENTENCES = ("when", "unless", "because", "source")


@dataclass(slots=True)
class ResolvedRules:
    """The policies and rules of all files, and the trees of what refers to them."""

    policies: list[m.PolicyBlock] = field(default_factory=list)
    rules: list[m.Rule] = field(default_factory=list)
    trees: list[t.RuleNode] = field(default_factory=list)  # The tree of each rule.
    trials: list[m.TrialRule] = field(default_factory=list)
    examples: list[tuple[t.ExampleNode, m.PolicyBlock | None]] = field(default_factory=list)
    asserts: list[tuple[t.AssertNode, m.PolicyBlock | None]] = field(default_factory=list)


def resolve_rules(scope: Scope, units: Sequence[SpecFile], typer: TypeChecker) -> ResolvedRules:
    found = ResolvedRules()
    work = _RuleResolver(scope, typer, found)
    for unit in units:
        for statement in unit.tree.statements:
            work.resolve_statement(statement, None, (), unit.in_base)
    return found


class _RuleResolver:
    def __init__(self, scope: Scope, typer: TypeChecker, found: ResolvedRules) -> None:
        self.scope = scope
        self.typer = typer
        self.found = found
        self.lacks_levels = False  # It is reported that the spec has no levels.

    def resolve_statement(
        self,
        statement: t.Statement,
        around: m.PolicyBlock | None,
        whens: tuple[m.Expr | None, ...],
        in_base: bool,
    ) -> None:
        match statement:
            case t.PolicyNode():
                self.resolve_policy(statement, around, whens, in_base)
            case t.RuleNode():
                self.resolve_rule(statement, around, whens, in_base)
            case t.TrialRuleNode():
                self.declare_trial(statement, in_base)
            case t.ExampleNode():
                self.found.examples.append((statement, around))
            case t.AssertNode():
                self.found.asserts.append((statement, around))
            case t.SpecHeadNode() | t.UseNode() | t.LayerNode() | t.ChangeNode():
                pass
            case t.AuthorityNode() | t.PrincipalNode() | t.DelegateNode():
                pass
            case t.ValueNode() | t.PriorityNode() | t.FactNode() | t.DefineNode():
                pass
            case t.AssumeNode() | t.DecisionNode():
                pass
            case _:
                assert_never(statement)

    def resolve_policy(
        self,
        tree: t.PolicyNode,
        around: m.PolicyBlock | None,
        whens: tuple[m.Expr | None, ...],
        in_base: bool,
    ) -> None:
        self.scope.declare("rule", tree.name)
        level = self.scope.level(tree.level) if tree.level else around.level if around else None
        value = self.scope.value(tree.value) if tree.value else around.value if around else None
        when = None if tree.when is None else self.typer.condition_or_none(tree.when)
        policy = m.PolicyBlock(
            tree.name.text, level, value, when, around, doc_text(tree.doc), tree.name.span
        )
        if level is None and (tree.level or around in self.scope.no_level):
            self.scope.no_level.add(policy)
        self.found.policies.append(policy)
        inside = whens if tree.when is None else (*whens, when)
        for statement in tree.body:
            self.resolve_statement(statement, policy, inside, in_base)

    def report_missing_level(self, rule: t.Name) -> None:
        """Report a rule without a level; if the spec has no levels, the first such rule only."""
        scope, notes = self.scope, [ADD_LEVEL]
        if not scope.levels:
            if self.lacks_levels:
                return
            self.lacks_levels, notes = True, [NO_LEVELS, ADD_LEVEL]
        message = f"rule `{rule.text}` has no level"
        scope.faults.append(fault(LEVEL, message, rule.span, "", *notes))

    def resolve_rule(
        self,
        tree: t.RuleNode,
        around: m.PolicyBlock | None,
        whens: tuple[m.Expr | None, ...],
        in_base: bool,
    ) -> None:
        scope = self.scope
        new = scope.declare("rule", tree.name)
        level = scope.level(tree.level) if tree.level else around.level if around else None
        if level is None and tree.level is None and around not in scope.no_level:
            self.report_missing_level(tree.name)
        value = scope.value(tree.value) if tree.value else around.value if around else None
        own = [self.typer.condition_or_none(expr) for expr in _conditions_of(tree, "when")]
        unlesses = [self.typer.condition_or_none(expr) for expr in _conditions_of(tree, "unless")]
        effects = self.resolve_effects(tree)
        conditions = (*whens, *own, *unlesses)
        if level is None or not new or effects is None or any(c is None for c in conditions):
            self.mark_incomplete(around)
            return
        self.found.trees.append(tree)
        self.found.rules.append(
            m.Rule(
                tree.name.text,
                level,
                value,
                around,
                doc_text(tree.doc),
                tuple(w for w in (*whens, *own) if w is not None),
                tuple(u for u in unlesses if u is not None),
                effects,
                _text_of_clause(tree, "because"),
                _text_of_clause(tree, "source"),
                tree.name.span,
                tree.span,
                in_base,
                tuple(c.span for c in tree.clauses if c.keyword in SENTENCES),
            )
        )

    def declare_trial(self, tree: t.TrialRuleNode, in_base: bool) -> None:
        """Declare the name of a trial rule. What it says is resolved when it counts."""
        name = tree.rule.name
        self.scope.declare("rule", name)
        self.scope.trials.add(name.text)
        self.found.trials.append(m.TrialRule(name.text, name.span, tree.span, in_base))

    def mark_incomplete(self, policy: m.PolicyBlock | None) -> None:
        """Mark the policies around a faulty rule as incomplete."""
        while policy is not None and policy not in self.scope.no_rule:
            self.scope.no_rule.add(policy)
            policy = policy.parent

    def resolve_effects(self, tree: t.RuleNode) -> tuple[m.Effect, ...] | None:
        found: list[m.Effect] = []
        first_of: dict[m.DecisionModel, m.Effect] = {}
        trees = [e for e in listed_values(tree, "then") if isinstance(e, t.EffectNode)]
        for effect_tree in trees:
            made = resolve_effect(self.scope, effect_tree)
            if made is None:
                continue
            first = first_of.setdefault(made.decision, made)
            if first is not made:
                message = f"`{made.decision.name}` is named twice in this `then`"
                label = Label(first.span, "the first")
                self.scope.faults.append(fault(EFFECT, message, made.span, "again", label))
            found.append(made)
        return tuple(found) if len(found) == len(trees) else None


def _clauses_of(tree: t.RuleNode, keyword: str) -> Iterator[t.ClauseNode]:
    return (clause for clause in tree.clauses if clause.keyword == keyword)


def _conditions_of(tree: t.RuleNode, keyword: str) -> Iterator[t.Expr]:
    for clause in _clauses_of(tree, keyword):
        assert not isinstance(clause.value, tuple | t.Text)
        yield clause.value


def listed_values(tree: t.RuleNode, keyword: str) -> Iterator[t.EffectNode | t.Name]:
    for clause in _clauses_of(tree, keyword):
        if isinstance(clause.value, tuple):
            yield from clause.value


def _text_of_clause(tree: t.RuleNode, keyword: str) -> str:
    found = next(_clauses_of(tree, keyword), None)
    return found.value.value if found is not None and isinstance(found.value, t.Text) else ""


def resolve_effect(scope: Scope, tree: t.EffectNode) -> m.Effect | None:
    """Return the effect, or None after a fault. A restriction that restricts nothing is a fault."""
    decision = scope.decision(tree.decision)
    if decision is None:
        return None
    found = [scope.outcome(decision, name) for name in tree.outcomes]
    if any(outcome is None for outcome in found):
        return None
    mask = sum({1 << o for o in found if o is not None})
    if tree.verb == "may be":
        return m.Effect(decision, mask, True, tree.span)
    if tree.verb in ("is not", "not in"):
        mask = decision.all_outcomes & ~mask
    if mask in (0, decision.all_outcomes):
        what = "no outcome" if mask == 0 else "every outcome"
        message = f"`{tree.span.in_a_line}` leaves {what} of `{decision.name}`"
        declared = Label(decision.span, "its outcomes are here")
        scope.faults.append(fault(EFFECT, message, tree.span, "", declared))
        return None
    return m.Effect(decision, mask, False, tree.span)
