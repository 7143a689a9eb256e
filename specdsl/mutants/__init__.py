"""Small changes of a spec: which of them its examples and assertions notice."""

from specdsl.mutants.apart import Telling
from specdsl.mutants.mutant import Kind, Mutant
from specdsl.mutants.score import Fate, Score, Tried, score
from specdsl.mutants.statements import mutants

__all__ = ["Fate", "Kind", "Mutant", "Score", "Telling", "Tried", "mutants", "score"]
