"""Command `specdsl compile FILE --to python -o OUT`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from specdsl.apps.cli.common import (
    FILE,
    add_format_option,
    add_no_allow_option,
    add_root_option,
    load_or_exit,
    read_settings,
    show_and_exit,
)
from specdsl.apps.cli.grading import select_findings
from specdsl.apps.cli.output import complain, write_unfiltered
from specdsl.apps.config import Config
from specdsl.backends.artifact_proof import UnprovedArtifact, UnsupportedArtifact
from specdsl.backends.json_schema.facts_schema import emit_facts_schema
from specdsl.backends.registry import SCHEMA, TARGETS, target_named
from specdsl.base.diagnostics import Severity
from specdsl.base.plain_text import shown_path, visible
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec


@click.command("compile")
@FILE
@add_root_option
@click.option(
    "--to",
    "name",
    type=click.Choice([*(target.name for target in TARGETS), SCHEMA]),
    default=TARGETS[0].name,
    show_default=True,
    help="; ".join(f"{target.name}: {target.description}" for target in TARGETS)
    + f"; {SCHEMA}: what facts may be.",
)
@click.option(
    "--judged", is_flag=True, help=f"Of `--to {SCHEMA}`: answers about the facts that are judged."
)
@click.option(
    "--dialect",
    type=click.Choice([name for target in TARGETS for name in target.dialects]),
    help="Of `--to sql` (default: duckdb).",
)
@click.option(
    "--says",
    is_flag=True,
    help="Of `--to sql`: the table has a column `says` of instructions; without it nobody speaks.",
)
@click.option("-o", "--output", help="Where it is written (default: standard output).")
@add_no_allow_option
@add_format_option
def command(
    file: str,
    name: str,
    dialect: str | None,
    says: bool,
    judged: bool,
    output: str | None,
    no_allow: bool,
    output_format: str | None,
) -> None:
    """Write the decision function as a module that needs nothing but its language.

    Refused exactly where `specdsl check` exits with 1.
    """
    from specdsl.api import proof_of

    dialects = () if name == SCHEMA else target_named(name).dialects
    if dialect is not None and dialect not in dialects:
        raise click.UsageError(f"`--to {name}` has no dialects")
    if says and not dialects:
        raise click.UsageError(f"`--says` is not of `--to {name}`")
    if judged and name != SCHEMA:
        raise click.UsageError(f"`--judged` is of `--to {SCHEMA}`")
    config = read_settings([file], "error", output_format, Config(allowing=not no_allow))
    loaded = load_or_exit(file, config)
    run = _check_for_compilation(loaded, config, errors=True)
    if not run.report.ok:
        run = _check_for_compilation(loaded, config)
        complain(f"not compiled, because {file} does not pass the check")
        show_and_exit([run], config)

    try:
        if name == SCHEMA:
            text = emit_facts_schema(loaded.require_circuit().spec, judged)
        else:
            text = _emitted_text(name, loaded, proof_of(run.report), dialect, says)
    except UnsupportedArtifact as problem:
        complain(f"not compiled: {problem}")
        sys.exit(2)
    except UnprovedArtifact as problem:
        complain(f"not compiled, because what was written could not be proved: {problem}")
        sys.exit(2)
    if output is None:
        write_unfiltered(text)  # Emitted text contains no acting characters.
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as problem:
        complain(f"{output}: {problem.strerror}")
        sys.exit(2)
    waived = ", ".join(run.report.waived)
    but = f", but for what is allowed: {waived}" if waived else ""
    lines = len(text.splitlines())
    click.echo(f"{shown_path(output)}: {lines} lines, {visible(loaded.path)} proved{but}")


def _emitted_text(name: str, loaded: Loaded, proof: str, dialect: str | None, says: bool) -> str:
    target, circuit = target_named(name), loaded.require_circuit()
    if target.emit_dialect is None:
        return target.emit(circuit, proof)
    return target.emit_dialect(circuit, proof, dialect or target.dialects[0], says)


def _check_for_compilation(loaded: Loaded, config: Config, errors: bool = False) -> CheckedSpec:
    """Check the spec; with `errors`, only for what prevents its compilation, and without fixes."""
    from specdsl.apps.cli.run_check import CheckOptions, check_spec
    from specdsl.checks.catalogue import codes

    asked = CheckOptions(allowing=config.allowing)
    if errors:
        graves = frozenset(code for code in codes() if code.severity is Severity.ERROR)
        asked = replace(asked, only=graves, mends="none")
    return select_findings(check_spec(loaded, asked), config)
