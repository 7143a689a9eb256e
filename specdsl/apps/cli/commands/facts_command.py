"""Command `specdsl facts --from tools.json`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specdsl.apps.cli import standard_input
from specdsl.apps.cli.output import complain, exit_on_file, write_unfiltered
from specdsl.base.limits import MAX_TEXT
from specdsl.base.plain_text import shown_path
from specdsl.reports.checked_spec import count_of


@click.command("facts")
@click.option(
    "--from",
    "files",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Tools: an MCP `tools/list` answer, OpenAI or Anthropic definitions, or a JSON schema.",
)
@click.option("-o", "--output", help="Where it is written (default: standard output).")
def command(files: tuple[str, ...], output: str | None) -> None:
    """Write the declarations of the facts that a call of a tool has.

    The tool is an enumeration, each argument a fact of its type, with `?` where a call may lack it.
    What the language has no type for is named in a comment. `specdsl.facts.of_call` gives the facts
    of a call by the same names.
    """
    from specdsl.facts.declare_facts import declare_facts
    from specdsl.facts.tool_definitions import ToolDefinition, UnreadableTools, read_tools

    tools: list[ToolDefinition] = []
    problems: list[str] = []
    for file in files:
        try:
            tools += read_tools(_read_file(file))
        except UnreadableTools as problem:
            problems += (f"{file}: {one}" for one in problem.problems)
    text = ""
    try:
        text = "" if problems else declare_facts(tools, " --from ".join(files))
    except UnreadableTools as problem:
        problems += problem.problems
    for line in problems:
        complain(line)
    if problems:
        sys.exit(2)
    if output is None:
        write_unfiltered(text)  # Acting characters of the definitions are replaced.
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        complain(f"{output}: {error.strerror}")
        sys.exit(2)
    count = sum(line.startswith("fact ") for line in text.splitlines())
    click.echo(f"{shown_path(output)}: {count_of(count, 'fact')}")


def _read_file(file: str) -> bytes:
    if file == "-":
        return standard_input.read_input(MAX_TEXT + 1)
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        exit_on_file(file, problem)
