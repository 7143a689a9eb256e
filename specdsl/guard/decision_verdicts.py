"""Verdicts of decisions: the action of an outcome, the rules behind it, the facts that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specdsl.guard.call_verdict import CallVerdict, OpenFact, RuleNote, action_of
from specdsl.guard.policy_outline import PolicyOutline, unwrap_policy
from specdsl.runtime.results import BadInput, Contradiction

if TYPE_CHECKING:
    from specdsl.runtime.results import Decision, DecisionTrace


def verdict_of_decision(
    decision: Decision, name: str, outcomes: Mapping[str, str], outline: PolicyOutline, pages: str
) -> CallVerdict:
    """Return the verdict of one decision, without the facts that are open."""
    outcome = decision[name]
    action = action_of(outcomes, outcome)
    trace = next(one for one in decision.traces if one.name == name)
    rules = tuple(_note_of_winner(outline, one, pages) for one in dict.fromkeys(trace.because))
    unheard, detail = _unheard_principals(trace), _undecided_text(trace)
    return CallVerdict(action, action, outcome, rules, unheard=unheard, detail=detail)


def open_facts_of_decision(
    policy: Any,
    decision: Decision,
    name: str,
    facts: Mapping[str, Any],
    says: Sequence[Any],
    outline: PolicyOutline,
) -> tuple[OpenFact, ...]:
    """Return the unknown facts that could change the outcome, each with the outcomes that it could
    lead to; if none can alone, the ones that can together.
    """
    alone = decision.explain().unknown.get(name, {})
    found = {fact: tuple(outcomes) for fact, outcomes in alone.items()}
    below = unwrap_policy(policy)
    if not found and hasattr(below, "open_facts"):
        found = dict.fromkeys(below.open_facts(facts, says, (), {name}), ())
    words = outline.fact_words
    return tuple(OpenFact(fact, words.get(fact, ""), to) for fact, to in found.items())


def failure_verdict(problem: Exception) -> CallVerdict:
    """Return the denial of a call on which there is no decision. What an unforeseen error says may
    be private, so its kind alone is told.
    """
    return denial_because(_failure_text(problem))


def denial_because(why: str) -> CallVerdict:
    return CallVerdict("deny", "deny", failure=why)


def _failure_text(problem: Exception) -> str:
    if isinstance(problem, BadInput):
        return f"the policy cannot judge this call. {problem}."
    if isinstance(problem, Contradiction):
        return f"the policy contradicts itself here. {problem}."
    return f"the policy could not be asked ({type(problem).__name__})."


def _note_of_winner(outline: PolicyOutline, name: str, pages: str) -> RuleNote:
    """Return the words of a rule; an instruction wins under the name of its principal."""
    note = outline.notes.get(name, RuleNote(name))
    return replace(note, anchor=f"{pages}{note.anchor}") if note.anchor else note


def _undecided_text(trace: DecisionTrace) -> str:
    """Explain an outcome that no rule and no instruction won."""
    if trace.conflicted:
        return f"rules contradict each other here; `{trace.name}` is then `{trace.outcome}`."
    return f"no rule decides this call, and by default `{trace.name}` is `{trace.outcome}`."


def _unheard_principals(trace: DecisionTrace) -> tuple[str, ...]:
    """Return the principals whose instructions were ignored."""
    ignored = (one.name for one in trace.parts if one.instruction and one.status == "ignored")
    return tuple(dict.fromkeys(ignored))
