"""Command `specdsl examples --missing FILE`."""

from __future__ import annotations

import click

from specdsl.api import Spec, start_session
from specdsl.apps.cli.common import FILE, add_root_option, load_or_exit, require_situations
from specdsl.apps.cli.output import write_unchanged
from specdsl.base.plain_text import json_text


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
@click.option(
    "--output-format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How they are printed (default: text, to append to the file).",
)
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
    from specdsl.analyses.coverage import find_missing_examples as search
    from specdsl.analyses.coverage.coverage_json import missing_dict as as_dict
    from specdsl.analyses.coverage.coverage_text import as_spec

    found = search(start_session(spec), most, in_passing)
    if form == "json":
        text = json_text({"version": 1, **as_dict(found)}, indent=2, only_ascii=False) + "\n"
    else:
        write_unchanged(as_spec(found), "`--output-format json` has it")
        return
    click.echo(text, nl=False)
