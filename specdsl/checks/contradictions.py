"""Rules that apply together, are not ordered, and leave no outcome.

Some situation has standing rules whose demands cannot be met together: a rule asks for one
outcome, a peer of it for another (or three of them each rule one out). Nothing in the spec says
which of them counts, so no decision is right. One finding is reported for each minimal set of
rules, with the simplest situation in which they meet, however many situations there are. Where
a decision has very many of them the first are shown, those after the first few with a situation
that names few facts but may not be the simplest, and the rest are counted. Where
`on conflict` settles the decision it is a note, or a warning where the outcome that it names is
itself ruled out by what stands higher.

Mend it by ordering what the rules serve (`priority privacy > transparency`), by naming the
exception (`overrides answer_press`), by a condition that keeps them apart (`unless …`), or by
saying what happens then (`on conflict refused`).
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.checks.clashes import Clashes
from specdsl.checks.context import Check, Context, Findings, replay_note, rule_label
from specdsl.checks.seen_clashes import RuleSet
from specdsl.checks.situations import effect_text
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision, Rule
from specdsl.solver.prover import Unsettled

CODE = Code("SD301", "contradiction", Severity.ERROR, __doc__ or "")
MOST_SHOWN = 200  # of one decision; the others are counted


def run(context: Context) -> Findings:
    found: list[Diagnostic] = []
    unproved: list[str] = []
    for decision in context.decisions:
        try:
            found += _of(context, decision)
        except Unsettled:
            unproved.append(decision.name)
    return Findings(tuple(found), ", ".join(unproved))


CHECK = Check(CODE, run, by_unit=True)


def _of(context: Context, decision: Decision) -> list[Diagnostic]:
    clashes = Clashes(context, decision)
    sets = clashes.sets()
    found = [_report(context, clashes, rules, i) for i, rules in enumerate(sets[:MOST_SHOWN])]
    return [*found, _counted(decision, sets)] if len(sets) > MOST_SHOWN else found


def _counted(decision: Decision, sets: Sequence[RuleSet]) -> Diagnostic:
    """What is not shown one by one."""
    more = len(sets) - MOST_SHOWN
    involved = {rule for rules in sets[MOST_SHOWN:] for rule in rules}
    severity = Severity.ERROR if decision.on_conflict is None else Severity.WARNING
    return Diagnostic(
        CODE,
        f"{more} more sets of rules, of {len(involved)} rules, contradict each other over "
        f"`{decision.name}`",
        (Label(decision.span, "this decision", primary=True),),
        (Note("help", "mend those that are shown, and check again"),),
        severity=severity,
        fields={"decision": decision.name, "more": more},
    )


def _report(context: Context, clashes: Clashes, rules: RuleSet, number: int) -> Diagnostic:
    """The finding as the author reads it; its situation is replayed first."""
    decision, situation = clashes.decision, clashes.situation(rules, number)
    trace = context.replay(situation.to_replay())[decision.name]
    names = sorted(rule.name for rule in rules)
    if frozenset(names) not in trace.clashes:
        raise Unsettled
    severity, places = clashes.severity(rules), clashes.places(rules)
    needs = clashes.needs_instructions(rules)
    ordered = sorted(rules, key=lambda r: (r.name_span.source.name, r.name_span.start))
    labels = [_label(rule, decision, primary=rule is ordered[-1]) for rule in ordered]
    listed = [f"`{name}`" for name in names]
    subject = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(names) > 1 else listed[0]
    verb = "contradict each other" if len(names) > 1 else "contradicts instructions"
    notes = [Note("situation", str(situation)), *_whys(ordered, decision, needs, places)]
    notes += [*_helps(decision, severity), replay_note(context, situation)]
    return Diagnostic(
        CODE,
        f"{subject} {verb} over `{decision.name}`",
        tuple(labels),
        tuple(notes),
        severity=severity,
        fields={
            "decision": decision.name,
            "rules": names,
            "situation": situation.to_json(),
            "replay": situation.to_replay(),
            "needs_instructions": needs,
            "places": list(places),
        },
    )


def _label(rule: Rule, decision: Decision, primary: bool) -> Label:
    effect = rule.on(decision)
    text = f"asks for `{effect_text(decision, effect.outcomes, effect.permits)}`"
    return rule_label(rule, text, primary)


def _whys(
    rules: Sequence[Rule], decision: Decision, needs: bool, places: tuple[str, ...]
) -> list[Note]:
    notes = [Note("why", _why(rules))]
    if places:
        how = "only with" if needs else "also with"
        notes.append(Note("instructions", f"{how} what is {' or '.join(places)}"))
    if decision.on_conflict is not None:
        settled = decision.outcomes[decision.on_conflict]
        notes.append(Note("note", f"`on conflict {settled}` settles it where that is left"))
    return notes


def _why(rules: Sequence[Rule]) -> str:
    levels = {rule.level for rule in rules}
    values = sorted({rule.value.name for rule in rules if rule.value is not None})
    rank = "same authority" if len(levels) == 1 else "the clash remains below what stands higher"
    if len(values) > 1:
        return f"{rank}; {' and '.join(f'`{v}`' for v in values)} are not ordered"
    if len(values) == 1 and all(rule.value for rule in rules):
        return f"{rank}, and all serve `{values[0]}`"
    return f"{rank}, and no order between what they serve"


def _helps(decision: Decision, severity: Severity) -> list[Note]:
    if severity is Severity.NOTE:
        return []
    text = "order what they serve (`priority`), let one override, or keep them apart (`unless`)"
    if decision.on_conflict is None:
        text += "; or settle every clash (`on conflict`)"
    return [Note("help", text)]
