"""A second opinion: the questions of `specdsl check`, encoded again in SMT-LIB from the model.

The encoding follows the semantics word by word and shares no code with the decision circuits or
their solver, on purpose: where the two differ, one of them is wrong (N-version programming). It is
naive where the circuits are clever. Numbers are reals, enumerations datatypes, sets a Bool for each
member, texts strings; an optional fact has a Bool that it is known; a condition is a pair of
formulas, that it is true and that it is false (dual-rail encoding of Kleene's logic); the outcomes
that are left and permitted are a Bool each, carried down rank by rank. A comparison of a spec with
a part of it, or of two values of a fact, has two worlds; equal terms are written once, so the file
shows where the worlds differ.
"""
