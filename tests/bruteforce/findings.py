"""All findings of a spec, keyed as in the suites (and `idle_facts`, `idle_levels`,
`dead_conjuncts`, `dead_cells`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specdsl.frontend.model import nodes as m
from tests.bruteforce import claims, idle
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.study import MOST, Study
from tests.bruteforce.worlds import Side


@dataclass(slots=True)
class Enumerated:
    """`found` by key. `partial`: keys of which only a part was enumerated, since what is said
    counts at different levels in two worlds: of those that name what changes nothing there are
    fewer, of the others there may be more. `too_large`: keys that were not enumerated, with the
    reason."""

    found: dict[str, Any] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    too_large: dict[str, str] = field(default_factory=dict)


def enumerate_findings(
    spec: m.SpecModel, keys: Iterable[str] | None = None, most: int = MOST
) -> Enumerated:
    """Those of these keys (default: all). Raises `Unenumerable` where the values of the facts are
    too many."""
    study = Study(spec, most)
    if not study.valuations:
        return Enumerated({"assumptions_inconsistent": True})
    made = Enumerated({"assumptions_inconsistent": False})
    for key in KEYS if keys is None else (key for key in keys if key in KEYS):
        study.explorer.partial = False
        try:
            made.found[key] = sorted(map(_plain, KEYS[key](study)), key=str)
        except Unenumerable as error:
            made.too_large[key] = str(error)
        else:
            made.partial |= {key} if study.explorer.partial else set()
    if "idle_permissions" in made.partial:  # it is compared with what is found of both
        made.partial.add("redundant")
    return made


def _plain(item: Any) -> Any:
    return [_plain(part) for part in item] if isinstance(item, tuple) else item


def _contradictions(study: Study) -> Iterator[Mapping[str, Any]]:
    for (decision, rules), seen in study.seen.clashes.items():
        settled = study.meaning.by_name[decision].decision.on_conflict is not None
        yield {
            "decision": decision,
            "rules": sorted(rules),
            "severity": "error" if not settled else "warning" if seen.undone else "note",
            "needs_instructions": not seen.alone,
        }


def _can_conflict(study: Study) -> Iterator[str]:
    for name, results in study.seen.results.items():
        if any(result.conflicted for result in results):
            yield name


def _dead(study: Study) -> Iterator[str]:
    yield from (rule.name for rule in study.spec.rules if rule.name not in study.seen.applies)


def _unreachable(study: Study) -> Iterator[str]:
    for rule in study.spec.rules:
        if rule.name in study.seen.applies and not any(_standing(study, rule)):
            yield rule.name


def _unreachable_effects(study: Study) -> Iterator[tuple[str, str]]:
    for rule in study.spec.rules:
        stands = list(_standing(study, rule))
        for effect, here in zip(rule.effects, stands, strict=True):
            if not here and any(stands):
                yield rule.name, effect.decision.name


def _standing(study: Study, rule: m.Rule) -> Iterator[bool]:
    for effect in rule.effects:
        yield (rule.name, effect.decision.name) in study.seen.stands


def _redundant(study: Study) -> Iterator[str]:
    yield from (rule.name for rule in idle.removable(study))


def _unreachable_outcomes(study: Study) -> Iterator[tuple[str, str]]:
    for name, results in study.seen.results.items():
        yield from _missing(study, name, {result.outcome for result in results})


def _without_instructions(study: Study) -> Iterator[tuple[str, str]]:
    for found in study.meaning.decisions:
        name = found.decision.name
        yield from _missing(study, name, study.seen.silent.get(name, set()))


def _missing(study: Study, name: str, reached: set[int]) -> Iterator[tuple[str, str]]:
    for number, outcome in enumerate(study.meaning.by_name[name].decision.outcomes):
        if number not in reached:
            yield name, outcome


def _undecided(study: Study) -> Iterator[str]:
    for name, results in study.seen.results.items():
        if any(result.outcome >= 0 and not result.decided for result in results):
            yield name


def _sensitive(study: Study) -> Iterator[tuple[str, str]]:
    """In some situation the fact is unknown, and were it known the outcome would be another."""
    for fact in study.spec.facts:
        if fact.optional:
            names = {found.decision.name for found in study.meaning.decisions}
            unknown = list(study.learned(fact))
            for name in names:
                if any(_outcome_differs(study, pair, name) for pair in unknown):
                    yield fact.name, name


def _outcome_differs(study: Study, pair: tuple[Side, Side], name: str) -> bool:
    found = study.explorer.pairs(pair[0], pair[1], None, {name})
    return any(0 <= s[name].outcome != t[name].outcome >= 0 for s, t in found)


def _open_to_unknown(study: Study) -> Iterator[str]:
    for rule in study.spec.rules:
        restricts = any(not effect.permits for effect in rule.effects)
        if rule.level.rank == 0 and restricts and rule.name in study.seen.unknown:
            yield rule.name


KEYS: Mapping[str, Callable[[Study], Iterable[Any]]] = {
    "contradictions": _contradictions,
    "can_conflict": _can_conflict,
    "dead": _dead,
    "unreachable": _unreachable,
    "unreachable_effects": _unreachable_effects,
    "redundant": _redundant,
    "idle_permissions": idle.idle_permissions,
    "idle_priorities": idle.idle_priorities,
    "idle_overrides": idle.idle_overrides,
    "idle_facts": idle.idle_facts,
    "idle_levels": idle.idle_levels,
    "dead_conjuncts": idle.dead_conjuncts,
    "dead_cells": idle.dead_cells,
    "unreachable_outcomes": _unreachable_outcomes,
    "unreachable_without_instructions": _without_instructions,
    "undecided": _undecided,
    "sensitive": _sensitive,
    "open_to_unknown": _open_to_unknown,
    "failing_examples": claims.failing_examples,
    "refuted": claims.refuted,
    "loosens": claims.loosens,
}
