"""A rule that applies but can never take effect.

In every situation in which it applies, rules that rank higher leave nothing of what it asks for:
it is always overridden. Often no single one of them does it alone; the finding names a minimal
set that together covers every case.

Mend it by giving it a higher level or a value that ranks above theirs, by an `overrides` that
names the exception, by narrowing what shadows it, or delete it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specdsl.checks.context import Check, Context, Findings
from specdsl.checks.situations import effect_text
from specdsl.circuit.graph import Input
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision, Effect, Rule
from specdsl.priority.ranks import RankedLevel
from specdsl.solver.engines import Answer
from specdsl.solver.prover import Unsettled

CODE = Code("SD402", "unreachable-rule", Severity.ERROR, __doc__ or "")
EFFECT = Code(
    "SD403",
    "unreachable-effect",
    Severity.ERROR,
    """One effect of a rule can never stand, while another of its effects does.

In every situation in which the rule applies, what ranks higher leaves nothing of what this effect
asks for. It reads as if it counted, and it never does.

Mend it as an unreachable rule, or take the effect out of `then`.
""",
)


MOST_QUESTIONS = 500  # of one decision, to make the sets of rules minimal


@dataclass(frozen=True, slots=True)
class Shadowed:
    """An effect that never stands, with rules that together see to it; `minimal`: none of them can
    be left out."""

    rule: Rule
    effect: Effect
    by: tuple[Rule, ...]
    minimal: bool = False


def run(context: Context) -> Findings:
    found: list[Shadowed] = []
    unproved: list[str] = []
    for rule in context.rules:
        if context.applies(rule) is not Answer.YES:
            continue
        try:
            found += [s for effect in rule.effects if (s := _shadowed(context, rule, effect))]
        except Unsettled:
            unproved.append(rule.name)
    by_rule: dict[Rule, list[Shadowed]] = {}
    for one in _minimal(context, found):
        by_rule.setdefault(one.rule, []).append(one)
    reported = [d for rule in context.rules for d in _reported(context, by_rule.get(rule, []))]
    return Findings(tuple(reported), ", ".join(unproved))


CHECK = Check(CODE, run, also=(EFFECT,), by_unit=True)


def _reported(context: Context, shadowed: Sequence[Shadowed]) -> list[Diagnostic]:
    """What is said of one rule."""
    if shadowed and len(shadowed) == len(shadowed[0].rule.effects):
        return [_rule(context, shadowed)]
    return [_effect(one) for one in shadowed]


def _shadowed(context: Context, rule: Rule, effect: Effect) -> Shadowed | None:
    stands = context.reach(effect.decision).stands[rule]
    if stands is Answer.UNSETTLED:
        raise Unsettled
    if stands is Answer.YES:
        return None
    higher = _higher(context, rule, effect.decision)
    hard, soft = _nothing_left(context, rule, effect, higher)
    kept = context.prover(effect.decision).enough(hard, soft)
    return Shadowed(rule, effect, tuple(higher[i] for i in kept))


def _minimal(context: Context, found: Sequence[Shadowed]) -> list[Shadowed]:
    """The small sets first, as long as questions are left; each takes one for each of its rules."""
    made = dict(enumerate(found))
    left = dict.fromkeys(context.decisions, MOST_QUESTIONS)
    for i in sorted(made, key=lambda i: len(found[i].by)):
        one = found[i]
        left[one.effect.decision] -= len(one.by)
        if left[one.effect.decision] >= 0:
            hard, soft = _nothing_left(context, one.rule, one.effect, one.by)
            try:
                kept, _ = context.prover(one.effect.decision).core(hard, soft)
            except Unsettled:
                continue
            made[i] = Shadowed(one.rule, one.effect, tuple(one.by[k] for k in kept), minimal=True)
    return [made[i] for i in range(len(found))]


def _nothing_left(
    context: Context, rule: Rule, effect: Effect, higher: Sequence[Rule]
) -> tuple[list[int], list[int]]:
    """Literals that no situation has together: that the rule applies and some outcome of the
    effect is left, and by higher rule that it excludes none of those."""
    graph = context.circuit.graph
    decision = effect.decision
    resolution = context.world.decide(decision)
    named = [o for o in range(len(decision.outcomes)) if effect.outcomes >> o & 1]
    open_bits = {o: graph.atom(Input(f"{decision.name} open {o}")) for o in named}
    soft = [
        graph.all_of(
            graph.any_of((bit ^ 1, resolution.rules[r].excludes[o] ^ 1))
            for o, bit in open_bits.items()
            if resolution.rules[r].excludes
        )
        for r in higher
    ]
    said = [
        graph.any_of((bit ^ 1, standing.excludes[o] ^ 1))
        for level, _, standing in resolution.steps
        if standing.excludes and level.rank <= rule.level.rank
        for o, bit in open_bits.items()
    ]
    hard = [resolution.ready, resolution.applies[rule], *said, graph.any_of(open_bits.values())]
    return hard, soft


def _higher(context: Context, rule: Rule, decision: Decision) -> Sequence[Rule]:
    """The rules that outrank it, the nearest last."""
    found: list[Rule] = []
    for ranked in context.circuit.ranks.levels[decision]:
        if ranked.level is rule.level:
            return [*found, *_above(ranked, rule)]
        found += ranked.rules
    return found


def _above(ranked: RankedLevel, rule: Rule) -> list[Rule]:
    mask = ranked.above[ranked.rules.index(rule)]
    return [r for i, r in enumerate(ranked.rules) if mask >> i & 1]


def _rule(context: Context, shadowed: Sequence[Shadowed]) -> Diagnostic:
    rule = shadowed[0].rule
    by = sorted({r for one in shadowed for r in one.by}, key=lambda r: r.name)
    futile = context.spec.layer is not None and not rule.in_base and all(r.in_base for r in by)
    message = f"rule `{rule.name}` can never take effect"
    if futile and by:
        message = f"rule `{rule.name}` of the layer can never take effect against its base"
    labels = [Label(rule.name_span, "always overridden", primary=True)]
    labels += [Label(r.name_span, _label_text(rule, r, shadowed)) for r in by]
    together = _together(by, all(one.minimal for one in shadowed))
    notes = [Note("note", together), Note("help", _help(rule, by))]
    fields = {"rules": [rule.name, *(r.name for r in by)]}
    return Diagnostic(CODE, message, tuple(labels), tuple(notes), fields=fields)


def _effect(one: Shadowed) -> Diagnostic:
    rule, effect = one.rule, one.effect
    text = effect_text(effect.decision, effect.outcomes, effect.permits)
    by = sorted(one.by, key=lambda r: r.name)
    labels = [Label(effect.span, "always overridden", primary=True)]
    labels += [Label(r.name_span, _label_text(rule, r, (one,))) for r in by]
    notes = [Note("note", _together(by, one.minimal)), Note("help", _help(rule, by))]
    fields = {"rules": [rule.name, *(r.name for r in by)], "decision": effect.decision.name}
    message = f"`{text}` of rule `{rule.name}` can never take effect"
    return Diagnostic(EFFECT, message, tuple(labels), tuple(notes), fields=fields)


def _label_text(rule: Rule, shadow: Rule, shadowed: Sequence[Shadowed]) -> str:
    if shadow.level is not rule.level:
        how = f"ranks higher: {shadow.level.name} > {rule.level.name}"
    elif shadow.value and rule.value and shadow.value is not rule.value:
        how = f"ranks higher: {shadow.value.name} > {rule.value.name}"
    else:
        how = "ranks higher"
    asked = [e for one in shadowed for e in shadow.effects if e.decision is one.effect.decision]
    texts = " and ".join(f"`{effect_text(e.decision, e.outcomes, e.permits)}`" for e in asked)
    return f"{how}, and asks for {texts}" if texts else how


def _together(by: Sequence[Rule], minimal: bool) -> str:
    match len(by):
        case 0:
            return "the decision is never taken where it applies"
        case 1:
            return f"overridden by `{by[0].name}` wherever it applies"
        case n if minimal:
            return f"overridden by {n} rules together; none of them can be left out"
        case n:
            return f"overridden by {n} rules together; some of them may not be needed for it"


def _help(rule: Rule, by: Sequence[Rule]) -> str:
    peers = [r for r in by if r.level is rule.level]
    if peers:
        return f"carve it out with `overrides {peers[0].name}`, or delete it"
    return "move it to a higher level, narrow what overrides it, or delete it"
