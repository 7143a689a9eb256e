"""Command `specdsl prompt FILE`."""

from __future__ import annotations

import sys

import click

from specdsl.analyses.prompt import FORMATS, NoCircumstances, select_contents
from specdsl.api import Spec, read_facts
from specdsl.apps.cli import output, situation_arguments
from specdsl.apps.cli.common import (
    FILE,
    add_root_option,
    choose_format,
    load_or_exit,
    terminal_style,
)
from specdsl.base.plain_text import visible
from specdsl.runtime.results import BadInput


@click.command("prompt")
@FILE
@add_root_option
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--facts", "facts_file", help="A JSON object of facts, or - for standard input.")
@choose_format(FORMATS, "How it is printed (default: markdown).")
def command(file: str, arguments: tuple[str, ...], facts_file: str | None, form: str) -> None:
    """Write a spec as plain instructions for a language model, in rank order.

    Facts are given as for `decide`; those not named may be anything. A rule that can never take
    effect with the given facts, whatever the others and whoever speaks, is left out, and so is a
    condition that always holds: both are proved. Exit status 1: bad input, no situation has these
    facts, or something could not be settled and is in the prompt without a proof.
    """
    loaded = load_or_exit(file)
    circuit = loaded.require_circuit()
    facts = situation_arguments.parse_facts(circuit.spec, facts_file, arguments)
    try:
        prompt = select_contents(Spec(loaded, None), read_facts(circuit, facts))
    except BadInput as problem:
        click.echo("bad input:")
        for fault in problem.faults:
            click.echo(f"  {visible(str(fault))}")
        sys.exit(1)
    except NoCircumstances:
        click.echo("no situation has these facts: the assumptions exclude them")
        sys.exit(1)
    click.echo(FORMATS[form](prompt, terminal_style()), nl=False)
    if prompt.undetermined:
        names = ", ".join(prompt.undetermined)
        output.complain(f"it could not be settled whether all of it matters: {names}")
    sys.exit(1 if prompt.undetermined else 0)
