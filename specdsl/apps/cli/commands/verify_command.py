"""Command `specdsl verify MODULE SPEC`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specdsl.apps.cli.common import FILE, add_root_option, load_or_exit, read_settings
from specdsl.apps.cli.output import complain
from specdsl.backends.artifact_proof import ArtifactFault, ArtifactProof, UnsupportedArtifact
from specdsl.backends.registry import TARGETS, Target, target_named
from specdsl.base.plain_text import json_text, shown_path, visible
from specdsl.frontend.model.nodes import SpecModel
from specdsl.situations.situation import Situation, complete_facts


@click.command("verify")
@click.argument("artifact", metavar="COMPILED")
@FILE
@add_root_option
@click.option(
    "--to",
    "name",
    type=click.Choice([target.name for target in TARGETS]),
    help="What it was compiled to (default: by the end of its name).",
)
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def command(artifact: str, file: str, name: str | None, as_json: bool) -> None:
    """Prove that a compiled file decides every situation as a spec does.

    The file is read back and held against the spec, whoever wrote or edited it: a difference is
    shown with a situation, and code that is not understood is rejected. The file is not run.
    Exit status 1: it is not proved.
    """
    circuit = load_or_exit(file, read_settings([file], "error", None)).require_circuit()
    target = target_named(name or _target_of(artifact))
    try:
        text = Path(artifact).read_bytes().decode("utf-8")
    except OSError as problem:
        complain(f"{visible(artifact)}: {problem.strerror}")
        sys.exit(2)
    except UnicodeDecodeError:
        complain(f"{visible(artifact)}: it is not UTF-8")
        sys.exit(2)
    try:
        proof = target.prove(text, circuit)
    except UnsupportedArtifact as problem:
        complain(str(problem))
        sys.exit(2)
    if as_json:
        click.echo(json_text(_proof_json(proof, circuit.spec)))
    else:
        _print_proof(proof, target, artifact, file, circuit.spec)
    sys.exit(int(bool(proof.faults)))


def _target_of(artifact: str) -> str:
    """Return the target whose files end so; the first one, if none does."""
    found = (target.name for target in TARGETS if artifact.endswith(target.suffix))
    return next(found, TARGETS[0].name)


def _print_proof(
    proof: ArtifactProof, target: Target, artifact: str, file: str, spec: SpecModel
) -> None:
    path = shown_path(artifact)
    for fault in proof.faults:
        click.echo(f"{path}:{fault.line}: {fault.message}")
        if fault.facts is not None:
            situation = _situation_of(fault, spec)
            click.echo(
                f"  where {situation}: the file says {fault.got}; the spec: {fault.expected}"
            )
            click.echo(f"  {situation.replay_command(file)}")
    if not proof.faults:
        click.echo(
            f"{path}: proved to decide {proof.decided or target.decided} as {visible(file)} does "
            f"({proof.parts} {target.parts} read back; {target.held})"
        )


def _situation_of(fault: ArtifactFault, spec: SpecModel) -> Situation:
    facts = fault.facts or {}
    return Situation(facts, complete_facts(spec, facts))


def _proof_json(proof: ArtifactProof, spec: SpecModel) -> dict[str, object]:
    return {
        "version": 1,
        "proved": not proof.faults,
        "functions": proof.parts,
        "shared_digest": proof.shared_digest,
        "faults": [_fault_json(fault, spec) for fault in proof.faults],
    }


def _fault_json(fault: ArtifactFault, spec: SpecModel) -> dict[str, object]:
    found: dict[str, object] = {"line": fault.line, "message": fault.message}
    if fault.facts is not None:
        found["situation"] = _situation_of(fault, spec).to_json()
        found |= {"got": fault.got, "expected": fault.expected}
    return found
