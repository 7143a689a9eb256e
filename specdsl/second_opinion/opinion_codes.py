"""The code of a disagreement between two solvers."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

DIFFERS = Code(
    "SD901",
    "second-opinion-differs",
    Severity.ERROR,
    """Two solvers answer the same question differently.

`specdsl check --second-opinion` asks every question that its checks have settled again: written
down a second time, straight from what the spec says, and answered by another solver. Each answer
is to be the same. Where one is not, either the tool or the other solver is wrong, and nothing that
the check says about this place should be relied on.

It is never a fault of the spec. Please report it with the spec. `specdsl export --to smtlib FILE
-o FOLDER` writes the questions out, each in a file that any SMT solver reads.
""",
)
CODES = (DIFFERS,)
