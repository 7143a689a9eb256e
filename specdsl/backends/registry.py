"""Registry of the targets of `specdsl compile`: what a circuit can be compiled to."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import PurePath

from specdsl.backends.artifact_proof import ArtifactProof, UnsupportedArtifact
from specdsl.base.quick_dataclass import dataclass
from specdsl.semantics.circuit import Circuit


@dataclass(frozen=True, slots=True)
class Target:
    """An artifact. `emit` returns its text, read back and proved; the second argument is a line
    that says how the spec was proved. `prove` reads a text back that somebody hands over, and
    `suffix` is the end of its file's name. Of a target with `dialects`, the first of which is that
    of `emit`, `emit_dialect` takes the name of one, and whether instructions are read. `parts`:
    what of it is read back; `held`: what is held to be as written, instead; `decided`: the
    situations of which that is a proof.
    """

    name: str
    description: str
    suffix: str
    emit: Callable[[Circuit, str], str]
    prove: Callable[[str, Circuit], ArtifactProof]
    dialects: tuple[str, ...] = ()
    emit_dialect: Callable[[Circuit, str, str, bool], str] | None = None
    parts: str = "functions"
    held: str = "the part that all modules share is held byte for byte"
    decided: str = "every situation"


def _emit_python(circuit: Circuit, proof: str) -> str:
    from specdsl.backends.python.proved_module import emit_proved_module

    return emit_proved_module(circuit, proof)


def _prove_python(text: str, circuit: Circuit) -> ArtifactProof:
    from specdsl.backends.python.module_proof import prove_module

    return prove_module(text, circuit)


def _emit_typescript(circuit: Circuit, proof: str) -> str:
    from specdsl.backends.typescript.typescript_proof import emit_proved_typescript

    return emit_proved_typescript(circuit, proof)


def _prove_typescript(text: str, circuit: Circuit) -> ArtifactProof:
    from specdsl.backends.typescript.typescript_proof import prove_typescript

    return prove_typescript(text, circuit)


def _emit_sql(circuit: Circuit, proof: str, dialect: str = "duckdb", says: bool = False) -> str:
    _require_sqlglot()
    from specdsl.backends.sql.decision_query import QueryOptions
    from specdsl.backends.sql.proved_query import emit_proved_query
    from specdsl.backends.sql.sql_dialects import dialect_named

    options = QueryOptions(dialect_named(dialect), says=says)
    return emit_proved_query(circuit, proof, options)


def _prove_sql(text: str, circuit: Circuit) -> ArtifactProof:
    _require_sqlglot()
    from specdsl.backends.sql.query_proof import prove_query

    return prove_query(text, circuit)


def _require_sqlglot() -> None:
    if find_spec("sqlglot") is None:
        raise UnsupportedArtifact("SQL takes the package sqlglot: pip install 'specdsl[sql]'")


TARGETS = (
    Target("python", "a module that needs nothing but Python", ".py", _emit_python, _prove_python),
    Target(
        "typescript",
        "a module that needs no other",
        ".ts",
        _emit_typescript,
        _prove_typescript,
    ),
    Target(
        "sql",
        "a query that decides each row of a table",
        ".sql",
        _emit_sql,
        _prove_sql,
        ("duckdb", "spark", "postgres", "trino"),
        _emit_sql,
        "columns",
        "how a table is read is held to be as written",
        "every situation without instructions",
    ),
)


SCHEMA = "json-schema"
"""The name of what `compile` offers beside the targets: a schema of the facts, which decides
nothing."""


def target_named(name: str) -> Target:
    """Return the target of this name."""
    return next(target for target in TARGETS if target.name == name)


def target_of_file(path: str | os.PathLike[str]) -> Target:
    """Return the target that a file with this name has. Raises `ValueError` if there is none."""
    suffix = PurePath(path).suffix
    for target in TARGETS:
        if target.suffix == suffix:
            return target
    known = ", ".join(f"`{target.suffix}`" for target in TARGETS)
    raise ValueError(f"a policy is saved as {known}, not as `{suffix}`")
