"""Command `specdsl examples --missing FILE`."""

from __future__ import annotations

import click

from specdsl.analyses.coverage import MISSING_FORMATS, find_missing_examples
from specdsl.api import Spec, start_session
from specdsl.apps.cli.common import (
    FILE,
    add_root_option,
    choose_format,
    load_or_exit,
    require_situations,
    terminal_style,
)
from specdsl.apps.cli.output import write_unchanged


@click.command("examples")
@FILE
@add_root_option
@click.option("--missing", is_flag=True, required=True, help="Those that are not there yet.")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=20,
    help="How many at most (default: 20).",
)
@click.option(
    "--in-passing", is_flag=True, help="Also for what an example meets, but in passing only."
)
@choose_format(MISSING_FORMATS, "How they are printed (default: text, to append to the file).")
def command(file: str, missing: bool, most: int, in_passing: bool, form: str) -> None:
    """Write the examples that a spec lacks, for a person to judge.

    One for each rule that takes effect in no example, each two rules that ask otherwise and meet in
    none, each side of a number in a condition (just below, at, just above) where it alone decides,
    and each unknown fact that matters: a simple situation, with what the spec decides now.
    What no situation can show, as is proved, is left out.

    Each is written to be kept once somebody has judged it: read it, mend the spec or the example,
    and take the comment away.
    """
    assert missing
    loaded = load_or_exit(file)
    require_situations([loaded])
    spec = Spec(loaded, None)
    found = find_missing_examples(start_session(spec), most, in_passing)
    text = MISSING_FORMATS[form](found, terminal_style())
    if form == "text":
        write_unchanged(text, "`--output-format json` has it")
    else:
        click.echo(text, nl=False)
