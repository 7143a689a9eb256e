"""Command `specdsl graph FILE`."""

from __future__ import annotations

import click

from specdsl.apps.cli.common import (
    FILE,
    add_format_option,
    add_root_option,
    load_or_exit,
    read_settings,
    terminal_style,
)
from specdsl.apps.pictures.rank_graphs import RANK_GRAPHS, GraphRequest
from specdsl.base.diagnostics import did_you_mean
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.semantics.circuit import Circuit


@click.command("graph")
@FILE
@add_root_option
@click.option("--to", "form", type=click.Choice(list(RANK_GRAPHS)), default="text")
@click.option("--decision", metavar="NAME", help="Only the rules about this decision.")
@add_format_option
def command(file: str, form: str, decision: str | None, output_format: str | None) -> None:
    """Show who outranks whom, by decision and level, with the reason of each step.

    A higher level outranks a lower one as a whole; steps that follow from others are left out.

    `--to svg` draws levels as bands and rules in boxes: those in a box outrank the same rules and
    are outranked by the same. Without `--decision` it shows all rules, and an arrow holds for the
    decisions that both boxes are about.
    """
    loaded = load_or_exit(file, read_settings([file], "error", output_format))
    circuit = loaded.require_circuit()
    only = None if decision is None else _decision_named(circuit, decision)
    click.echo(RANK_GRAPHS[form](GraphRequest(circuit, only), terminal_style()), nl=False)


def _decision_named(circuit: Circuit, name: str) -> DecisionModel:
    found = {decision.name: decision for decision in circuit.spec.decisions}
    if name not in found:
        raise click.UsageError(f"there is no decision `{name}`{did_you_mean(name, found)}")
    return found[name]
