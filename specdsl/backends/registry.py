"""Registry of the targets of `specdsl compile`: what a circuit can be compiled to."""

from __future__ import annotations

from collections.abc import Callable

from specdsl.backends.artifact_proof import ArtifactProof
from specdsl.base.quick_dataclass import dataclass
from specdsl.semantics.circuit import Circuit


@dataclass(frozen=True, slots=True)
class Target:
    """An artifact. `emit` returns its text, read back and proved; the second argument is a line
    that says how the spec was proved. `prove` reads a text back that somebody hands over, and
    `suffix` is the end of its file's name.
    """

    name: str
    description: str
    suffix: str
    emit: Callable[[Circuit, str], str]
    prove: Callable[[str, Circuit], ArtifactProof]


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


TARGETS = (
    Target("python", "a module that needs nothing but Python", ".py", _emit_python, _prove_python),
    Target(
        "typescript",
        "a module that needs no other",
        ".ts",
        _emit_typescript,
        _prove_typescript,
    ),
)


def target_named(name: str) -> Target:
    """Return the target of this name."""
    return next(target for target in TARGETS if target.name == name)
