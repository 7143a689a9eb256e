"""What is put to an engine that answers many specs at once, and what its answers differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from specdsl.pipeline import load_text
from specdsl.semantics.circuit import Circuit
from tests.acceptance import suites
from tests.agreement.judges import Situation
from tests.random_specs import random_draft, random_situation


@dataclass(frozen=True, slots=True)
class Asked:
    """A spec, and situations of it."""

    text: str
    circuit: Circuit
    situations: Sequence[Situation]


@dataclass(frozen=True, slots=True)
class Difference:
    """The number of the spec that was asked, the situation, and what differs."""

    spec: int
    situation: Situation
    what: str


def asked_at_random(seed: int, small: bool, many: int) -> Asked:
    """A random spec with random situations; the same for the same seed."""
    text = random_draft(seed, small).text
    circuit = load_text(text, "random.spec").require_circuit()
    random = Random(seed)
    return Asked(text, circuit, [random_situation(random, circuit.spec) for _ in range(many)])


def asked_of_suites() -> list[Asked]:
    """The specs of the suites that load, with their situations."""
    found: list[Asked] = []
    for path in suites.files(suites.folder()):
        for policy in suites.read(path):
            circuit = load_text(policy.spec, "policy.spec", policy.library).circuit
            if circuit is not None:
                found.append(Asked(policy.spec, circuit, policy.situations))
    return found
