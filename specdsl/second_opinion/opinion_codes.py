"""The code of a disagreement between two solvers."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

DIFFERS = Code(
    "SD901",
    "second-opinion-differs",
    Severity.ERROR,
    """Two solvers answer the same question differently.

`specdsl check --second-opinion` asks every question that its checks have settled a second time: it
is encoded again, directly from the spec, and answered by another solver. The answers should be the
same.

Why: if they differ, then specdsl or the other solver is wrong, and no finding about this place is
reliable. It is never a fault of the spec.

Instead: please report it with the spec. `specdsl export --to smtlib FILE -o FOLDER` writes each
question into a file that any SMT solver reads.
""",
)
CODES = (DIFFERS,)
