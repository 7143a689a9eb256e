"""A policy that threads share from the first call on: all get what one alone gets."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

import specdsl

THREADS = 16
SPEC = """\
authority owner > guest
principal boss at owner
principal asker at guest
fact late: bool?
fact amount: int 0..1000?
fact topic: {orders, refunds, other}?
decision pay: yes > ask > no
decision tone: warm > plain
rule cap at owner when amount > 500 then pay is not yes
rule refuse at owner when late and topic is refunds then pay is no
rule plain at owner when pay is no or topic is other then tone is plain
assume small: not (topic is other and amount > 900)
"""
SITUATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"late": True},
    {"topic": "refunds"},
    {"amount": 501, "topic": "other"},
    {"late": True, "amount": 3},
)
SAYS = [{"by": "asker", "effect": "pay is ask"}]


@pytest.fixture(autouse=True)
def _often() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of the threads gets, all of which start together."""
    barrier = Barrier(THREADS)

    def start(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start, range(THREADS)))


def answer(policy: specdsl.Policy, number: int) -> tuple[str, dict[str, Any]]:
    decision = policy.decide(SITUATIONS[number % len(SITUATIONS)], SAYS)
    return str(decision.explain()), decision.explain().to_dict()


def outcomes(policy: specdsl.Policy, number: int) -> dict[str, str]:
    return dict(policy.decide(SITUATIONS[number % len(SITUATIONS)], SAYS))


def test_a_fresh_policy() -> None:
    """From Python 3.12 on what was made on first use was made by each thread: a KeyError."""
    for _ in range(5):
        policy = specdsl.Policy(specdsl.loads(SPEC).circuit)
        found = at_once(partial(outcomes, policy))
        assert found == [outcomes(policy, i) for i in range(THREADS)]


def test_explanations_and_a_check_of_one_spec() -> None:
    """They ask questions of one circuit, each of which makes more of it for a while."""
    spec = specdsl.loads(SPEC)
    one, other = specdsl.compile(spec), specdsl.Policy(spec.circuit)
    size = len(spec.circuit.graph.atoms)
    alone = [answer(one, i) for i in range(THREADS)]
    report = specdsl.check(spec).findings

    def work(number: int) -> Any:
        if number == THREADS - 1:
            return specdsl.check(spec).findings
        return [answer((one, other)[number % 2], number) for _ in range(3)]

    *found, checked = at_once(work)
    assert found == [[expected] * 3 for expected in alone[:-1]]
    assert checked == report
    assert len(spec.circuit.graph.atoms) == size  # and no call makes the next one slower


def test_one_decision_explained_by_all() -> None:
    decision = specdsl.compile(specdsl.loads(SPEC)).decide({"late": True}, SAYS)
    found = at_once(lambda _: (str(decision.explain()), pickle.loads(pickle.dumps(decision))))
    assert found == [(str(decision.explain()), decision)] * THREADS


def test_specs_loaded_and_checked_at_once() -> None:
    texts = [SPEC.replace("500", str(500 + i)) for i in range(THREADS)]
    found = at_once(lambda number: specdsl.compile(specdsl.loads(texts[number])).source)
    assert found == [specdsl.compile(specdsl.loads(text)).source for text in texts]


def test_an_emitted_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specdsl.compile(specdsl.loads(SPEC)).save(tmp_path / "shared_policy.py")
    monkeypatch.syspath_prepend(tmp_path)

    def work(number: int) -> Any:
        import shared_policy  # type: ignore[import-not-found]

        decision = shared_policy.decide(SITUATIONS[number % 5], SAYS)
        return dict(decision), str(decision.explain())

    found = at_once(work)
    del sys.modules["shared_policy"]
    assert found == [found[i % 5] for i in range(THREADS)]
