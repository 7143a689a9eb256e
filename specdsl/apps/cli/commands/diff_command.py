"""Command `specdsl diff OLD NEW`."""

from __future__ import annotations

import sys

import click

from specdsl.apps.cli.common import add_root_option, report_of_faults, show_and_exit, terminal_style
from specdsl.apps.cli.git_revisions import load_any
from specdsl.apps.config import Config

FORMS = ("text", "json", "markdown")


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@add_root_option
@click.option(
    "--output-format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    help="How the change is printed (default: text).",
)
@click.option(
    "--fail-on",
    type=click.Choice(["difference", "loosening", "never"]),
    default="difference",
    help="What does not pass (default: difference).",
)
def command(old: str, new: str, form: str, fail_on: str) -> None:
    """What a change of a spec decides otherwise, over all situations.

    OLD and NEW are files, `-`, or files of a git revision (`main:policies/acme.spec`, or with a
    path from here, `HEAD:./acme.spec`). Either the two are proved to decide alike, or every
    difference is listed: what the decision was and is, the edits that make it so, and a simple
    situation. Situations are those that both take; what only one of them knows is said.

    `--output-format markdown` is for the pull request. `--fail-on loosening` passes what gives no
    decision a more preferred outcome and makes none contradictory, undecided or not taken.
    """
    loaded = [load_any(path) for path in (old, new)]
    broken = [report_of_faults(one) for one in loaded if one.circuit is None]
    if broken:
        show_and_exit(broken, Config())
    from specdsl.analyses.diff import diff
    from specdsl.analyses.diff.diff_json import as_json
    from specdsl.analyses.diff.diff_markdown import as_markdown
    from specdsl.analyses.diff.diff_text import as_text
    from specdsl.api import Spec

    before, after = (Spec(one, None) for one in loaded)
    change = diff(before, after)
    match form:
        case "json":
            text = as_json(change)
        case "markdown":
            text = as_markdown(change)
        case _:
            text = as_text(change, terminal_style())
    click.echo(text, nl=False)
    passes = {"difference": change.equal, "loosening": change.safe, "never": True}
    sys.exit(0 if passes[fail_on] else 1)
