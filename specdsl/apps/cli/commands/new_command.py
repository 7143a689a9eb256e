"""Command `specdsl new NAME`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specdsl.apps.cli.output import complain
from specdsl.base.plain_text import file_word, shown_path
from specdsl.base.resources import template_names, template_text
from specdsl.frontend.syntax.keywords import LOWER_SNAKE, RESERVED_WORDS

PLACEHOLDER = "my_policy"  # The name of the spec in a template.
STARTER = """# {name}: a spec to start from.
#   specdsl check {name}.spec    proves it free of contradictions, over all situations
#   specdsl test {name}.spec     proves each of its examples and assertions
#   specdsl decide {name}.spec topic=refunds refund_amount=20 loyal_customer=true
spec {name} "What our assistant may do" version "0.1"

use chain_of_command  # root > system > developer > user > guideline, and who speaks at which

value safety
value helpfulness
priority safety > helpfulness

# What a caller tells about the situation; `?` where it may be unknown.
fact topic: {{orders, refunds, other}}
fact refund_amount: number 0.. "in euro"
fact loyal_customer: bool
fact manager_approved: bool?

# What is decided, the most preferred outcome first: it is taken unless something speaks against it,
# or `default OUTCOME` after them says what is.
decision refund "What happens to a refund": pay > ask_manager steered by nobody

rule refund_cap at developer for safety
  when topic is refunds and refund_amount > 500
  unless manager_approved
  then refund is not pay
  because "Large sums need a second pair of eyes."

rule loyal_service at developer for helpfulness
  when topic is refunds and loyal_customer
  then refund is pay
  because "They have waited long enough before."

example "a loyal customer is paid at once"
  given topic is refunds, refund_amount = 500, loyal_customer, manager_approved is unknown
  expect refund is pay because loyal_service

example "but not a large sum, unless somebody has approved it"
  given topic is refunds, refund_amount = 900, loyal_customer, manager_approved is unknown
  expect refund is ask_manager because refund_cap

assert "nobody pays a large sum alone":
  refund is not pay
  when topic is refunds and refund_amount > 500 and not manager_approved
"""


@click.command("new")
@click.argument("name")
@click.option(
    "--template",
    type=click.Choice(template_names()),
    help="Write a folder: a spec of that kind with its examples, a test, and Python that uses it.",
)
def command(name: str, template: str | None) -> None:
    """Write NAME.spec, a small spec that passes the check. An existing file stays.

    With `--template` a folder NAME is written, with a spec to start from for an assistant of that
    kind (NAME/NAME.spec), ten lines that ask it (NAME/decide.py) and a test. An existing folder or
    file of that name stays as it is.
    """
    stem = Path(name).stem
    if not LOWER_SNAKE.fullmatch(stem):
        raise click.UsageError(f"`{stem or name}` is no name: write it in lower_snake_case")
    if stem in RESERVED_WORDS:
        raise click.UsageError(f"`{stem}` is a reserved word: take another name")
    path = Path(name).with_suffix(".spec" if template is None else "")
    try:
        written = _file(path, stem) if template is None else _folder(path, stem, template)
    except FileExistsError:
        complain(f"{path!s} exists already and is left as it is")
        sys.exit(2)
    except OSError as problem:
        complain(f"{path!s}: {problem.strerror}")
        sys.exit(2)
    click.echo(f"{written}; now: specdsl check {file_word(str(path))}")


def _file(path: Path, stem: str) -> str:
    """Writes the one spec."""
    with path.open("x", encoding="utf-8") as file:
        file.write(STARTER.format(name=stem))
    return f"{shown_path(str(path))} is written"


def _folder(path: Path, stem: str, template: str) -> str:
    """Writes a spec, a test and its use into a new folder."""
    path.mkdir()
    files = {
        f"{stem}.spec": f"{template}.spec",
        "decide.py": f"{template}.py.txt",
        f"test_{stem}.py": "test.py.txt",
    }
    for name, source in files.items():
        text = template_text(source).replace(PLACEHOLDER, stem)
        (path / name).write_text(text, encoding="utf-8")
    return f"{shown_path(str(path))} is written: {', '.join(files)}"
