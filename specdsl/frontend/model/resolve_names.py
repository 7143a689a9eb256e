"""Name resolution: syntax trees of all files → Spec, typed, with layers enforced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.base.diagnostics import Diagnostic, Label, fault
from specdsl.base.source import Span
from specdsl.frontend.model import declarations, definitions, layers
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.assertions_and_changes import change_history, resolve_assertions
from specdsl.frontend.model.example_statements import resolve_examples
from specdsl.frontend.model.expressions import TypeChecker
from specdsl.frontend.model.files import GatheredFiles, SpecFile
from specdsl.frontend.model.model_codes import CYCLE, LAYER
from specdsl.frontend.model.names import Scope, shorten_cycle
from specdsl.frontend.model.overrides import resolve_overrides
from specdsl.frontend.model.rules import ResolvedRules, resolve_rules
from specdsl.frontend.model.traversal import decisions_read
from specdsl.frontend.syntax import tree as t


def resolve_spec(
    gathered: GatheredFiles, stem: str, base: m.SpecModel | None
) -> tuple[m.SpecModel | None, tuple[Diagnostic, ...]]:
    """Return the spec, or None, and its faults. `base` is the spec of the layer's base alone."""
    scope = Scope()
    units = gathered.units
    typer = TypeChecker(scope)
    found_levels = declarations.declare_levels(scope, units)
    found_principals = declarations.declare_principals(scope, units)
    found_values = declarations.declare_values(scope, units)
    found_priorities = declarations.declare_priorities(scope, units)
    found_facts = declarations.declare_facts(scope, units)
    declarations.declare_decisions(scope, units)
    found_defines = definitions.resolve_defines(scope, units, typer)
    found_assumes = definitions.resolve_assumptions(scope, units, typer)
    found_delegates = definitions.resolve_delegates(scope, units, typer)
    found = resolve_rules(scope, units, typer)
    found_overrides = resolve_overrides(scope, found)
    found_examples = resolve_examples(scope, found, found_delegates)
    found_assertions = resolve_assertions(scope, found, typer)
    order, reads = _order_decisions(scope, found, found_delegates)
    head = next((s for s in units[-1].tree.statements if isinstance(s, t.SpecHeadNode)), None)
    spec = m.SpecModel(
        name=head.name.text if head else stem,
        title=declarations.doc_text(head.title) if head else "",
        version=declarations.doc_text(head.version) if head else "",
        sources=tuple(unit.tree.source for unit in units),
        levels=found_levels,
        principals=found_principals,
        values=found_values,
        priorities=found_priorities,
        facts=found_facts,
        defines=found_defines,
        assumes=found_assumes,
        decisions=order,
        reads=reads,
        delegates=found_delegates,
        policies=tuple(found.policies),
        rules=tuple(found.rules),
        overrides=found_overrides,
        examples=found_examples,
        assertions=found_assertions,
        changes=change_history([s for s, _ in declarations.statements_of(units, t.ChangeNode)]),
        layer=_resolve_layer(scope, gathered, base),
        trials=tuple(found.trials),
        span=head.name.span if head else None,
    )
    _report_stray_layers(scope, gathered, units)
    if gathered.layer is not None:
        layers.enforce_ceiling(scope, units, gathered.layer, spec)
    return (None if scope.faults else spec), tuple(scope.faults)


def _resolve_layer(
    scope: Scope, gathered: GatheredFiles, base: m.SpecModel | None
) -> m.Layer | None:
    tree = gathered.layer
    if tree is None or base is None:
        return None
    level = scope.levels.get(tree.level.text)
    return None if level is None else m.Layer(level, tree.tightening, base, tree.span)


def _report_stray_layers(scope: Scope, gathered: GatheredFiles, units: Sequence[SpecFile]) -> None:
    in_base = {id(unit.tree) for unit in units if unit.in_base}
    for file, tree in gathered.layers:
        if tree is not gathered.layer and id(file) not in in_base:
            message = "a file that is used is no layer: only the main file, or a base, is one"
            scope.faults.append(fault(LAYER, message, tree.span))


def _order_decisions(
    scope: Scope, found: ResolvedRules, delegates: Sequence[m.Delegate]
) -> tuple[tuple[m.DecisionModel, ...], dict[m.DecisionModel, tuple[m.DecisionModel, ...]]]:
    """Return the decisions in dependency order, and the ones that each reads; cycles are faults."""
    reads: dict[m.DecisionModel, dict[m.DecisionModel, m.Rule | m.Delegate]] = {
        decision: {} for decision in scope.decisions.values()
    }
    for rule in found.rules:
        for decision in decisions_read(*rule.whens, *rule.unlesses):
            for effect in rule.effects:
                reads[effect.decision].setdefault(decision, rule)
    for delegate in delegates:
        for decision in decisions_read(delegate.when):
            for lent in delegate.decisions:
                reads[lent].setdefault(decision, delegate)
    order = _topological_order(scope, reads)
    place = {decision: i for i, decision in enumerate(order)}
    return order, {d: tuple(sorted(reads[d], key=place.__getitem__)) for d in order}


_Reads = dict[m.DecisionModel, dict[m.DecisionModel, m.Rule | m.Delegate]]


def _topological_order(scope: Scope, reads: _Reads) -> tuple[m.DecisionModel, ...]:
    done: dict[m.DecisionModel, None] = {}
    for start in reads:
        path: dict[m.DecisionModel, None] = {}
        stack: list[tuple[m.DecisionModel, Iterator[m.DecisionModel]]] = []
        following: m.DecisionModel | None = None if start in done else start
        while following is not None or stack:
            if following is None:
                here, _ = stack.pop()
                path.pop(here)
                done[here] = None
            elif following in path:
                _add_cycle(scope, [*path][list(path).index(following) :], reads)
                done[following] = None
            else:
                path[following] = None
                stack.append((following, iter(sorted(reads[following], key=lambda d: d.name))))
            following = next((d for d in stack[-1][1] if d not in done), None) if stack else None
    return tuple(done)


def _add_cycle(
    scope: Scope,
    circle: Sequence[m.DecisionModel],
    reads: _Reads,
) -> None:
    names = [f"`{name}`" for name in shorten_cycle([d.name for d in (*circle, circle[0])])]
    message = f"decisions read each other in a circle: {' reads '.join(names)}"
    if len(circle) == 1:
        message = f"decision {names[0]} reads itself"
    steps = zip(circle, (*circle[1:], circle[0]), strict=True)
    labels = [
        Label(_span_of_read(reads[one][two], two), f"`{one.name}` reads `{two.name}` here")
        for one, two in steps
    ]
    first, *more = labels
    scope.faults.append(fault(CYCLE, message, first.span, first.text, *more))


def _span_of_read(reader: m.Rule | m.Delegate, decision: m.DecisionModel) -> Span:
    """Return where a rule or delegation reads the decision."""
    if isinstance(reader, m.Delegate):
        return reader.when.span if reader.when is not None else reader.span
    conditions = [*reader.whens, *reader.unlesses]
    return next(c.span for c in conditions if decision in decisions_read(c))
