"""Literals of a SAT solver, as in DIMACS: a variable, from 1, or minus a variable if negated.

They are plain integers when the program runs; only the type checker knows the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:

    class SatLiteral(int):
        """A variable or its negation."""

        def __neg__(self) -> SatLiteral: ...
        def __abs__(self) -> SatLiteral: ...

else:
    SatLiteral = int
