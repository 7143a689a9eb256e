"""Small random specs and edits of them, as lists of statements with names, and their situations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import specdsl
from specdsl.analyses.diff.classification import (
    DifferenceKind,
    classify_difference,
    outcome_preference,
)
from specdsl.api import Policy, Spec
from specdsl.runtime.results import DecisionTrace
from specdsl.verification.two_specs.decision_results import Result, result_of
from specdsl.verification.two_specs.spec_edits import EditKind, SpecEdit
from specdsl.verification.two_specs.spec_pair import decision_named

HEAD = """
authority root > dev > user
value up value down
fact p, q: bool
fact r: bool?
fact kind: {x, y, z}
define odd = p and not q
"""
PEOPLE = {
    "boss": ("principal boss at root", "principal boss at root implied at dev"),
    "coder": ("principal coder at dev", "principal coder at dev implied at user"),
    "asker": ("principal asker at user", "principal asker at dev"),
    "tool": ("principal tool without authority",),
}
OUTCOMES = ("a", "b", "c")
OTHERS = (OUTCOMES, ("a", "c", "b"), ("z", "a", "b", "c"), ("a", "b", "c", "z"), ("a", "c"))
CONDITIONS = ("p", "not q", "r", "possibly r", "kind is x", "kind in {y, z}", "odd", "r is unknown")
EFFECTS = ("is a", "is b", "is c", "is not a", "is not c", "in {b, c}", "may be b", "may be a or c")

Statements = dict[str, str]
"""By name (`rule r1`, `decision d`, …) the text of a statement."""


def spec(random: Random) -> Statements:
    """A random spec; it may contradict itself, and need not load."""
    found = {f"principal {name}": random.choice(ways) for name, ways in PEOPLE.items()}
    found["decision d"] = _decision(random, "d")
    found["decision e"] = _decision(random, "e")
    for i in range(random.randint(2, 5)):
        found[f"rule r{i}"] = _rule(random, i)
    if random.random() < 0.5:
        found["priority"] = "priority up > down"
    if random.random() < 0.5:
        found["delegate"] = _delegate(random)
    return found


def edit_statements(random: Random, old: Statements) -> Statements:
    """Change, add or remove one to three statements."""
    new = dict(old)
    for _ in range(random.randint(1, 3)):
        match random.choice(["rule"] * 3 + ["decision", "delegate", "priority", "principal"]):
            case "rule":
                i = random.randrange(6)
                new[f"rule r{i}"] = _rule(random, i)
                if random.random() < 0.3:
                    del new[f"rule r{i}"]
            case "decision":
                which = random.choice("de")
                new[f"decision {which}"] = _decision(random, which, random.choice(OTHERS))
            case "principal":
                who = random.choice(sorted(PEOPLE))
                new[f"principal {who}"] = random.choice(PEOPLE[who])
            case "delegate":
                new["delegate"] = _delegate(random)
            case _:
                if new.pop("priority", None) is None:
                    new["priority"] = random.choice(["priority up > down", "priority down > up"])
    return new


def _decision(random: Random, name: str, outcomes: tuple[str, ...] = OUTCOMES) -> str:
    steered = random.choice(["", "", " steered by coder, asker, tool", " steered by nobody"])
    settled = random.choice(["", f" on conflict {outcomes[1]}", " on conflict c"])
    default = random.choice(["", "", f" default {outcomes[1]}", f" default {outcomes[-1]}"])
    return f"decision {name}: {' > '.join(outcomes)}{default}{steered}{settled}"


def _delegate(random: Random) -> str:
    level, on = random.choice(["dev", "user"]), random.choice(["d, e", "d"])
    return f"delegate tool at {level} on {on} when {random.choice(CONDITIONS)}"


def _rule(random: Random, i: int) -> str:
    head = f"rule r{i} at {random.choice(['root', 'dev', 'dev', 'user'])}"
    value = random.choice(["", " for up", " for down"])
    when = " and ".join(random.sample(CONDITIONS, random.randint(1, 2)))
    unless = f" unless {random.choice(CONDITIONS)}" if random.random() < 0.3 else ""
    which = random.choice("de")
    if which == "e" and random.random() < 0.5:
        when += f" and d {random.choice(['is a', 'is not b'])}"
    over = f" overrides r{random.randrange(i)}" if i and random.random() < 0.2 else ""
    return f"{head}{value} when {when}{unless} then {which} {random.choice(EFFECTS)}{over}"


def spec_text(statements: Statements) -> str:
    return HEAD + "\n".join(statements.values()) + "\n"


def load_statements(statements: Statements) -> Spec | None:
    """Return the spec, or None if it does not load."""
    try:
        return specdsl.loads(spec_text(statements))
    except specdsl.SpecError:
        return None


def pair_of_specs(seed: int) -> tuple[Statements, Statements]:
    """Return two specs that load."""
    random = Random(seed)
    while True:
        old = spec(random)
        new = edit_statements(random, old)
        if load_statements(old) is not None and load_statements(new) is not None:
            return old, new


# --- situations ----------------------------------------------------------------------------------


def all_facts() -> Iterator[dict[str, Any]]:
    """Yield all combinations of values."""
    for p, q, r, member in product([False, True], [False, True], [False, True, None], "xyz"):
        yield {"p": p, "q": q, "r": r, "kind": member}


def random_instruction(random: Random) -> dict[str, Any]:
    """Return a random instruction of anybody, which may be bad input."""
    found: dict[str, Any] = {"by": random.choice(["boss", "coder", "asker", "tool"])}
    found["effect"] = f"{random.choice('dde')} {random.choice(EFFECTS)}"
    found["implied"] = random.random() < 0.3
    if random.random() < 0.3:
        found["at"] = random.choice(["root", "dev", "user"])
    return found


def decision_function(spec: Spec) -> Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]:
    """Return the decision function, which raises `BadInput` for what is no situation."""
    policy = Policy(spec.circuit)
    return lambda one: policy.replay_lazily(one["facts"], one.get("says", ()))


@dataclass(eq=False)
class BothFunctions:
    """The decision functions of two specs."""

    old: Spec
    new: Spec

    def __post_init__(self) -> None:
        self.runs = decision_function(self.old), decision_function(self.new)

    def both(self, situation: Mapping[str, Any]) -> dict[str, tuple[Result, Result]] | None:
        """Return the two results of each decision, or None for bad input to one of the specs."""
        try:
            one, two = (run(situation) for run in self.runs)
        except ValueError:
            return None
        return {name: (result_of(one[name]), result_of(two[name])) for name in one}


def kind_of(both: BothFunctions, name: str, old: Result, new: Result) -> DifferenceKind:
    """Return the kind of difference of one of the decisions."""
    one, two = (decision_named(s.model, name) for s in (both.old, both.new))
    return classify_difference(old, new, outcome_preference(one, two))


def apply_edits(old: Statements, new: Statements, edits: Iterable[SpecEdit]) -> Statements:
    """Return the old statements with some of the edits applied."""
    found = dict(old)
    for edit in edits:
        one_of_a_kind = edit.kind in ("priority", "delegate")
        key = edit.kind if one_of_a_kind else f"{edit.kind} {edit.name}"
        match edit.edit_kind:
            case EditKind.REMOVED:
                del found[key]
            case EditKind.ADDED if one_of_a_kind:
                found[f"{key} added"] = new[key]
            case _:
                found[key] = new[key]
    return found
