"""Rules apply together, are not ordered, and leave no outcome.

In some situation the standing rules of a decision cannot all be obeyed: one asks for an outcome
and a peer asks for another one, or several together rule out every outcome. Each minimal set of
such rules is reported once, with a simple situation in which they meet.

Why: the spec does not say which rule counts, so a decision function that reaches the situation
raises `Contradiction`. With `on conflict` the decision is settled, and the finding is a note, or a
warning if a higher rule excludes the outcome that `on conflict` names.

Example:

    rule protect_person at developer for privacy
      when names_a_person
      then reply is declined

    rule answer_press at developer for transparency
      when requester is journalist
      then reply is full

Instead: order what the rules serve (`priority privacy > transparency`), let one rule override the
other (`overrides answer_press`), keep them apart (`unless`), or settle the conflict
(`on conflict declined`).

    rule protect_person at developer for privacy
      when names_a_person
      then reply is declined
      overrides answer_press

    rule answer_press at developer for transparency
      when requester is journalist
      then reply is full

Limits: if a decision has very many contradictions, the text shows the first fifty in full, and
says *at least* where it did not search for the others; `--output-format concise` and the formats
for programs have all of them. The situations of the later ones are not simplified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import (
    Code,
    Diagnostic,
    Label,
    Note,
    Severity,
    join_names,
    sort_key,
)
from specdsl.base.limits import MAX_SHOWN_OF_CODE
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.checks.rule_sentences import rule_statement, sentence_spans
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.prover import Undetermined
from specdsl.situations.situation import effect_text
from specdsl.verification.check_session import (
    Check,
    CheckSession,
    Findings,
    ReplayedDecision,
    rule_label,
)
from specdsl.verification.conflicts.conflict_formula import RuleSet
from specdsl.verification.conflicts.minimal_conflicts import MinimalConflicts, possible_conflicts

CODE = Code(*CONTRADICTION, Severity.ERROR, __doc__ or "")


def find_contradictions(session: CheckSession) -> Findings:
    cut: list[DecisionModel] = []

    def find_some(session: CheckSession, decision: DecisionModel) -> Iterator[Diagnostic]:
        return _find_in_decision(session, decision, cut)

    found = run_per_part(session, session.decisions, find_some, lambda one: one.name)
    return replace(found, more=bool(cut))


CHECK = Check(CODE, find_contradictions, per_component=True)


def _find_in_decision(
    session: CheckSession, decision: DecisionModel, cut: list[DecisionModel]
) -> Iterator[Diagnostic]:
    """Yield the findings about a decision. Raises `Undetermined` at last if there may be more that
    could be shown; if only others were left out, adds the decision to `cut`."""
    clashes = possible_conflicts(session, decision)
    if clashes is None:
        return
    sets, complete = (
        clashes.find_any() if clashes.existence_suffices else clashes.enumerate_conflicts()
    )
    if not complete and session.first_only and len(sets) >= clashes.most:
        cut.append(decision)
        complete = True
    found: list[tuple[RuleSet, Diagnostic]] = []
    for rules in sets:
        try:
            found.append((rules, _build_finding(clashes, rules)))
        except Undetermined:
            complete = False
    places = _shown_places(one for _, one in found)
    for rules, one in found:
        place, place_of_severity = places[id(one)]
        if session.few_situations and place_of_severity >= MAX_SHOWN_OF_CODE:
            yield one
            continue
        try:
            yield _with_situation(session.check_deadline(), clashes, rules, one, place)
        except Undetermined:
            complete = False
    if not complete:
        raise Undetermined


def _shown_places(found: Iterable[Diagnostic]) -> dict[int, tuple[int, int]]:
    """Return of each finding, by its identity, the place among all of them, the severest first, and
    among those of its severity. A report shows the severest first, or goes by place in the spec
    alone: either way those that it shows in full are among the first of their severity.
    """
    ordered, places = sorted(found, key=sort_key), dict[int, tuple[int, int]]()
    for severity in sorted(Severity, reverse=True):
        for place, one in enumerate(one for one in ordered if one.severity is severity):
            places[id(one)] = len(places), place
    return places


def _build_finding(clashes: MinimalConflicts, rules: RuleSet) -> Diagnostic:
    """Build the finding of a minimal conflict, without a situation."""
    decision = clashes.decision
    severity = Severity.NOTE if clashes.existence_suffices else clashes.severity(rules)
    names = sorted(rule.name for rule in rules)
    ordered = sorted(rules, key=lambda r: (r.name_span.source.name, r.name_span.start))
    labels = [_effect_label(rule, decision, primary=rule is ordered[-1]) for rule in ordered]
    verb = "contradict each other" if len(names) > 1 else "contradicts instructions"
    return Diagnostic(
        CODE,
        f"{join_names(names)} {verb} over `{decision.name}`",
        tuple(labels),
        severity=severity,
        fields={"decision": decision.name, "rules": names},
        beside=sentence_spans(ordered),
    )


def _with_situation(
    session: CheckSession,
    clashes: MinimalConflicts,
    rules: RuleSet,
    finding: Diagnostic,
    number: int,
) -> Diagnostic:
    """Add a situation to the finding of a minimal conflict; its replay must confirm the finding."""
    needs, places = False, tuple[str, ...]()
    if not clashes.existence_suffices:
        places = clashes.completing_places(rules)
        needs = clashes.needs_instructions(rules)
    decision, situation = clashes.decision, clashes.situation(rules, number)
    if not _is_confirmed(clashes.replay_situation(situation), frozenset(finding.fields["rules"])):
        raise Undetermined
    by_name = sorted(rules, key=lambda rule: rule.name)
    notes = _explain_conflict(by_name, decision, needs, places)
    notes += _help_notes(decision, finding.severity)
    return replace(
        finding,
        notes=situation_notes(session, situation, *notes),
        fields={
            **finding.fields,
            **situation_fields(situation),
            "needs_instructions": needs,
            "places": list(places),
            "statements": [rule_statement(rule) for rule in by_name],
        },
    )


def _is_confirmed(trace: ReplayedDecision, names: frozenset[str]) -> bool:
    """Return whether the decision function reports the conflict. If it has too many conflicts to
    list all, the rules must at least stand.
    """
    if trace.complete or names in trace.clashes:
        return names in trace.clashes
    return names <= {part.name for part in trace.parts if part.status == "standing"}


def _effect_label(rule: Rule, decision: DecisionModel, primary: bool) -> Label:
    effect = rule.effect_on(decision)
    text = f"asks for `{effect_text(decision, effect.outcomes, effect.permits)}`"
    return rule_label(rule, text, primary)


def _explain_conflict(
    rules: Sequence[Rule], decision: DecisionModel, needs: bool, places: tuple[str, ...]
) -> list[Note]:
    notes = [Note("why", _missing_order_text(rules))]
    if places:
        how = "only with" if needs else "also with"
        notes.append(Note("instructions", f"{how} what is {' or '.join(places)}"))
    if decision.on_conflict is not None:
        settled = decision.outcomes[decision.on_conflict]
        notes.append(Note("note", f"`on conflict {settled}` settles it if that outcome is left"))
    return notes


def _missing_order_text(rules: Sequence[Rule]) -> str:
    levels = {rule.level for rule in rules}
    values = sorted({rule.value.name for rule in rules if rule.value is not None})
    rank = (
        "same authority" if len(levels) == 1 else "the conflict remains under all that ranks higher"
    )
    if len(values) > 1:
        return f"{rank}; {' and '.join(f'`{v}`' for v in values)} are not ordered"
    if len(values) == 1 and all(rule.value for rule in rules):
        return f"{rank}, and all serve `{values[0]}`"
    return f"{rank}, and nothing orders them"


def _help_notes(decision: DecisionModel, severity: Severity) -> list[Note]:
    if severity is Severity.NOTE:
        return []
    text = "order what they serve (`priority`), let one override, or keep them apart (`unless`)"
    if decision.on_conflict is None:
        text += "; or settle every clash (`on conflict`)"
    return [Note("help", text)]
