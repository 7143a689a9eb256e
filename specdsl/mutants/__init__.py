"""Mutation analysis: which small changes of a spec do its examples and assertions kill?

A mutant that survives is either proved equivalent or told from the spec by a situation (DeMillo,
Lipton and Sayward, "Hints on Test Data Selection", 1978).
"""

from specdsl.mutants.apart import Distinction
from specdsl.mutants.mutant import Mutant, MutationKind
from specdsl.mutants.score import MutantStatus, MutationScore, TriedMutant, mutation_score
from specdsl.mutants.statements import generate_mutants

__all__ = [
    "Distinction",
    "Mutant",
    "MutantStatus",
    "MutationKind",
    "MutationScore",
    "TriedMutant",
    "generate_mutants",
    "mutation_score",
]
