"""Whether the check finds exactly what the suite says is to be found, key by key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specdsl.base.diagnostics import Diagnostic, Report
from tests.acceptance.disputed import DISPUTED

Items = frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a suite's findings: the check that answers it and how both sides compare. `also`
    are keys whose findings count here too."""

    check: str
    ours: Callable[[Diagnostic], Hashable]
    theirs: Callable[[Any], Hashable] = lambda item: tuple(item) if isinstance(item, list) else item
    also: tuple[str, ...] = ()


def _rule(finding: Diagnostic) -> Hashable:
    return str(finding.fields["rules"][0])


def _effect(finding: Diagnostic) -> Hashable:
    return _rule(finding), finding.fields["decision"]


def _decision(finding: Diagnostic) -> Hashable:
    return str(finding.fields["decision"])


def _title(finding: Diagnostic) -> Hashable:
    return str(finding.fields["title"])


def _clash(finding: Diagnostic) -> Hashable:
    fields = finding.fields
    rules = frozenset(fields["rules"])
    return fields["decision"], rules, str(finding.severity), bool(fields["needs_instructions"])


def _their_clash(item: Mapping[str, Any]) -> Hashable:
    rules = frozenset(item["rules"])
    severity = item.get("severity", "error")
    return item["decision"], rules, severity, bool(item.get("needs_instructions"))


def _their_rule(item: Any) -> Hashable:
    return str(item[0] if isinstance(item, list) else item)


def _outcome(finding: Diagnostic) -> Hashable:
    return finding.fields["decision"], finding.fields["outcome"]


def _clause(finding: Diagnostic) -> Hashable:
    return tuple(finding.fields["rules"]), finding.fields["clause"]


def _pair(finding: Diagnostic) -> Hashable:
    return tuple(finding.fields["rules"])


KEYS: Mapping[str, Key] = {
    "contradictions": Key("contradiction", _clash, _their_clash),
    "can_conflict": Key("contradiction", _decision),
    "contradiction": Key("contradiction", _decision),
    "dead": Key("dead-rule", _rule),
    "unreachable": Key("unreachable-rule", _rule),
    "unreachable_effects": Key("unreachable-effect", _effect),
    "failing_examples": Key("failing-example", _title),
    "refuted": Key("refuted-assertion", _title),
    "loosens": Key("loosening-layer", _decision),
    # A rule of permissions only is an idle permission here, and may be both there.
    "redundant": Key("redundant-rule", _rule, _their_rule, also=("idle_permissions",)),
    "idle_permissions": Key("idle-permission", _effect),
    "idle_priorities": Key("idle-priority", lambda f: " > ".join(f.fields["priority"])),
    "idle_overrides": Key("idle-override", _pair),
    "idle_facts": Key("idle-fact", lambda f: str(f.fields["fact"])),  # not in the suites: these
    "idle_levels": Key("idle-level", lambda f: str(f.fields["level"])),  # are of tests.bruteforce
    "dead_conjuncts": Key("dead-conjunct", _clause, lambda item: (tuple(item[0]), item[1])),
    "unreachable_outcomes": Key("unreachable-outcome", _outcome),
    "unreachable_without_instructions": Key(
        "instructed-outcome", _outcome, also=("unreachable_outcomes",)
    ),
    "undecided": Key("undecided-situations", _decision),
    "sensitive": Key("sensitive-to-unknown", lambda f: (f.fields["fact"], f.fields["decision"])),
    "open_to_unknown": Key("open-to-unknown", _rule),
}

ONE_DECISION: Mapping[str, str] = {"gap": "undecided", "overlap": "can_conflict"}
"""Keys that ask of one decision whether it is among those of another key."""

OF_SITUATIONS = ("contradiction_in_these_situations", "undecided_in_these_situations")
"""Keys about the listed situations only: `run` answers them while it decides these."""

NOT_COMPARED = frozenset({"decision", "doubtful", "refused", "note", *OF_SITUATIONS})


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of a policy's findings: keys that agree, misses in words, keys passed over."""

    agree: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()  # misses that are held to be the suite's fault


def wanted(findings: Mapping[str, Any], checks: Iterable[str]) -> bool:
    """Whether any key can be answered by these checks."""
    known = set(checks)
    return any(
        key == "assumptions_inconsistent" or _check_of(key) in known
        for key in findings
        if key not in NOT_COMPARED
    )


def compare(policy: str, findings: Mapping[str, Any], report: Report) -> Compared:
    """Every key of the findings of a policy, by its id, against the report."""
    agree: list[str] = []
    missed: list[str] = []
    passed_over: list[str] = []
    disputed: list[str] = []
    ran = {one.code.name for one in report.checks}
    for key in findings:
        if key in NOT_COMPARED:
            continue
        if key != "assumptions_inconsistent" and _check_of(key) not in ran:
            passed_over.append(key)
            continue
        problem = _compare_key(key, findings, report)
        if not problem:
            agree.append(key)
        elif reason := DISPUTED.get((policy, key)):
            disputed.append(f"{key}: {problem}; {reason}")
        else:
            missed.append(f"{key}: {problem}")
    return Compared(tuple(agree), tuple(missed), tuple(passed_over), tuple(disputed))


def pass_over(findings: Mapping[str, Any]) -> Compared:
    """A policy none of whose keys has a check that runs."""
    return Compared(passed_over=tuple(key for key in findings if key not in NOT_COMPARED))


def _check_of(key: str) -> str | None:
    found = KEYS.get(ONE_DECISION.get(key, key))
    return found.check if found else None


def _compare_key(key: str, findings: Mapping[str, Any], report: Report) -> str:
    if key == "assumptions_inconsistent":
        got = any(f.code.name == "inconsistent-assumptions" for f in report.findings)
        return "" if got == findings[key] else f"{got}, expected {findings[key]}"
    check = _check_of(key)
    unproved = [one for one in report.unproved if one.code.name == check]
    if unproved:
        return f"left unproved ({unproved[0].detail or 'no reason'})"
    if key in ONE_DECISION:
        got = findings["decision"] in _ours(KEYS[ONE_DECISION[key]], report)
        return "" if got == findings[key] else f"{got}, expected {findings[key]}"
    ours, theirs = both_sides(key, findings, report)
    doubtful = _theirs(key, findings.get("doubtful", {}))
    if key == "idle_permissions":  # who doubts that a rule of permissions is redundant doubts this
        rules = set(findings.get("doubtful", {}).get("redundant", ()))
        doubtful |= {tuple(pair) for pair in findings[key] if pair[0] in rules}
    return _difference(ours - doubtful, theirs - doubtful)


def both_sides(key: str, findings: Mapping[str, Any], report: Report) -> tuple[Items, Items]:
    """What the report and the findings have for a key, in a form that compares."""
    return _ours(KEYS[key], report), _theirs(key, findings)


def _theirs(key: str, findings: Mapping[str, Any]) -> Items:
    spec = KEYS[key]
    keys = (key, *spec.also)
    return frozenset(spec.theirs(item) for one in keys for item in findings.get(one, ()))


def _ours(key: Key, report: Report) -> Items:
    checks = {key.check, *(KEYS[one].check for one in key.also)}
    return frozenset(key.ours(f) for f in report.findings if f.code.name in checks)


def _difference(got: Items, expected: Items) -> str:
    parts = [
        f"{word} {_shown(items)}"
        for word, items in (("missing", expected - got), ("too many", got - expected))
        if items
    ]
    return "; ".join(parts)


def _shown(items: Items) -> str:
    return ", ".join(sorted(_plain(item) for item in items))


def _plain(item: Hashable) -> str:
    if isinstance(item, frozenset):
        return "{" + ", ".join(sorted(map(str, item))) + "}"
    if isinstance(item, tuple):
        return "(" + " ".join(_plain(part) for part in item) + ")"
    return str(item)
