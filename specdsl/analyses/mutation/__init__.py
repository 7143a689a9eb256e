"""Mutation analysis: which small changes of a spec do its examples and assertions kill?

A mutant that survives is either proved equivalent or told from the spec by a situation (DeMillo,
Lipton and Sayward, "Hints on Test Data Selection", 1978).
"""

from specdsl.analyses.mutation.distinguish import Distinction
from specdsl.analyses.mutation.mutant import Mutant, MutationKind
from specdsl.analyses.mutation.mutate_statements import generate_mutants
from specdsl.analyses.mutation.mutation_score import (
    MutantStatus,
    MutationScore,
    TriedMutant,
    mutation_score,
)

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
