"""A second opinion: what `specdsl check` says, asked again in SMT-LIB, from the model alone.

The encoding follows `design/semantics.md` word by word and shares no code with the decision
circuits or their solver, on purpose: where the two differ, one of them is wrong. It is naive where
the circuits are clever. Numbers are reals, enumerations datatypes, sets a bool a member, texts
strings; a fact that may be unknown has a bool that says whether it is known; a condition is two
formulas, that it is true and that it is false; what is left and what is permitted of a decision
is a bool an outcome, carried down rank by rank. Where a check compares, with a part of the spec and
without it or with another value of a fact, two worlds stand side by side: what is said twice in the
same words is written once, so the file shows where they part.
"""
