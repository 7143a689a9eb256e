"""Seeded policies of the shapes in which people write them, of any size.

Each shape is a file with one function: from a number of rules and a source of chance to a policy.
The same seed and size give the same text everywhere. What is random is what the rules say; what
they are about, and how they relate, is as in a policy that somebody wrote, and every rule and
example is of some use on its own. Chance makes rules contradict each other more often than a
person would.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from benchmarks.policies.chain import chain
from benchmarks.policies.company import company
from benchmarks.policies.council import council
from benchmarks.policies.eligibility import eligibility
from benchmarks.policies.firewall import firewall
from benchmarks.policies.guard import guard
from benchmarks.policies.leave import leave
from benchmarks.policies.moderation import moderation
from benchmarks.policies.table import table
from benchmarks.policies.words import words
from benchmarks.policies.written import Policy

SHAPES: Mapping[str, Callable[[int, random.Random], Policy]] = {
    "guard": guard,
    "eligibility": eligibility,
    "company": company,
    "firewall": firewall,
    "table": table,
    "chain": chain,
    "council": council,
    "moderation": moderation,
    "leave": leave,
    "words": words,
}
FEWEST_RULES = 12  # the shapes have rules that are there at any size


def write_policy(shape: str, rules: int, seed: int = 1) -> Policy:
    """That shape, of so many rules."""
    return SHAPES[shape](rules, random.Random(f"{shape}/{rules}/{seed}"))


__all__ = ["FEWEST_RULES", "SHAPES", "Policy", "write_policy"]
