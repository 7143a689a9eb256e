"""Compiled policies in the cache: the same decisions and explanations, never stale."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import specdsl
from specdsl.api import Policy
from specdsl.apps.cache.compiled_policies import CompiledPolicy, open_policy
from specdsl.guard.fact_representatives import representative_values
from specdsl.guard.policy_outline import outline_of

EXAMPLES = Path(specdsl.__file__).parent.parent / "examples"
SPECS = ("agent_guard/agent.spec", "support_bot/support.spec")
RELATED = """
authority owner
fact price, balance: int 0..9?
fact trusted: bool?
decision call: allow > deny
rule covered at owner when possibly balance < price unless trusted then call is deny
"""
SMALL = """
spec small version "{version}"
authority owner > user
principal user at user
use "facts.spec"
decision call: allow > deny
rule limit at owner "Not too much" when possibly amount > 5 then call is deny
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECDSL_CACHE", "1")
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "policies"


def write_small(folder: Path, version: int = 1, facts: str = "fact amount: int 0..9?") -> str:
    (folder / "facts.spec").write_text(facts, encoding="utf-8")
    (folder / "small.spec").write_text(SMALL.format(version=version), encoding="utf-8")
    return str(folder / "small.spec")


def drawn_facts(policy: Policy, draw: random.Random) -> dict[str, Any]:
    """Facts of which many are not known."""
    values = representative_values(policy.circuit)
    found: dict[str, Any] = {}
    for name, row in policy.tables.facts.items():
        if row.optional and draw.random() < 0.6:
            found[name] = None
        elif row.kind == "bool":
            found[name] = draw.random() < 0.5
        elif row.kind == "enum":
            found[name] = draw.choice(row.members)
        elif row.kind == "set":
            found[name] = [one for one in row.members if draw.random() < 0.5]
        elif row.kind == "text":
            found[name] = draw.choice(values.get(name, ["a"]))
        else:
            low = 0 if row.low is None else int(row.low)
            found[name] = low + draw.randrange(3)
    return found


def as_sets(unknown: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, Any]:
    return {
        decision: {fact: set(outcomes) for fact, outcomes in facts.items()}
        for decision, facts in unknown.items()
    }


@pytest.mark.parametrize("name", SPECS)
def test_decisions_and_explanations_are_those_of_the_policy(name: str) -> None:
    compare_with_policy(str(EXAMPLES / name), 60)


def test_facts_that_are_compared_with_others_are_explained_by_the_spec(tmp_path: Path) -> None:
    (tmp_path / "related.spec").write_text(RELATED, encoding="utf-8")
    compare_with_policy(str(tmp_path / "related.spec"), 12)


def compare_with_policy(path: str, count: int) -> None:
    """Draws situations, and holds decisions and explanations beside those of the policy."""
    policy, compiled = open_policy(path), open_policy(path)
    assert isinstance(policy, Policy)
    assert isinstance(compiled, CompiledPolicy)
    assert compiled.outline.notes == outline_of(policy).notes
    assert compiled.outline.digest == outline_of(policy).digest
    draw, explained = random.Random(1), 0
    for _ in range(count):
        facts = drawn_facts(policy, draw)
        try:
            expected = policy.decide(facts)
        except specdsl.BadInput:  # An assumption is false.
            continue
        found = compiled.decide(facts)
        assert found == expected
        assert found.because == expected.because
        wanted = as_sets(expected.explain().unknown)
        assert as_sets(found.explain().unknown) == wanted, facts
        explained += bool(wanted)
    assert explained


def test_a_change_of_any_file_is_seen(tmp_path: Path) -> None:
    path = write_small(tmp_path)
    assert open_policy(path).decide({"amount": 6}).call == "deny"
    assert isinstance(open_policy(path), CompiledPolicy)
    write_small(tmp_path, version=2)
    assert isinstance(open_policy(path), Policy)
    write_small(tmp_path, version=2, facts="fact amount: int 0..5")
    with pytest.raises(specdsl.SpecError):  # The rule is dead now.
        open_policy(path)
    write_small(tmp_path, version=2)
    assert isinstance(open_policy(path), CompiledPolicy)
    (tmp_path / "facts.spec").unlink()
    with pytest.raises(specdsl.SpecError):
        open_policy(path)


def test_a_damaged_entry_is_made_again(tmp_path: Path, cache: Path) -> None:
    path = write_small(tmp_path)
    open_policy(path)
    (entry,) = cache.glob("*.json")
    data = entry.read_bytes()
    for damaged in (b"", data[:-9], data[:80] + b"x" + data[81:]):
        entry.write_bytes(damaged)
        assert isinstance(open_policy(path), Policy)
        assert isinstance(open_policy(path), CompiledPolicy)


def test_an_entry_of_another_program_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_small(tmp_path)
    open_policy(path)
    monkeypatch.setattr("specdsl.apps.cache.compiled_policies.program_stamp", lambda: "other")
    assert isinstance(open_policy(path), Policy)


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path, cache: Path) -> None:
    path = write_small(tmp_path)
    open_policy(path)
    cache.chmod(0o777)
    assert isinstance(open_policy(path), Policy)
    cache.chmod(0o700)
    assert isinstance(open_policy(path), CompiledPolicy)


def test_without_a_cache_the_policy_is_compiled_each_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECDSL_CACHE", "0")
    path = write_small(tmp_path)
    assert isinstance(open_policy(path), Policy)
    assert isinstance(open_policy(path), Policy)
    assert not cache.exists()
