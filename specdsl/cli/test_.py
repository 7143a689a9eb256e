"""`specdsl test PATH…`"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from specdsl.cli.common import PATHS, finish, load_all, not_loaded, output_format, settings, style
from specdsl.diagnostics import Diagnostic
from specdsl.pipeline import Loaded


@click.command("test")
@PATHS
@output_format
def command(paths: tuple[str, ...], output_format: str | None) -> None:
    """Run every example and assertion, one line each.

    An example holds for every completion of what it gives, an assertion for every situation: both
    are proved, not tried. Where a spec does not load, its faults are printed instead.
    """
    loaded = load_all(paths)
    broken = [not_loaded(one) for one in loaded if one.circuit is None]
    if broken:
        finish(broken, settings(paths, "error", output_format))
    total = failed = 0
    for one in loaded:
        if len(loaded) > 1:
            click.echo(f"{one.path}:")
        for passed, line in _results(one):
            total += 1
            failed += not passed
            mark = style().paint("✓", "good") if passed else style().paint("✗", "error")
            click.echo(f"{mark} {line}")
    click.echo(f"{total - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _results(loaded: Loaded) -> Iterator[tuple[bool, str]]:
    from specdsl.checks import assertions, examples
    from specdsl.policy import Spec, context
    from specdsl.solver.prover import Unsettled

    spec = Spec(loaded, None)
    here = context(spec)
    for example in spec.model.examples:
        try:
            yield _line(f'example "{example.title}"', examples.judge(here, example))
        except Unsettled:
            yield False, f'example "{example.title}": unproved'
    for assertion in spec.model.assertions:
        try:
            yield _line(f'assert "{assertion.title}"', assertions.judge(here, assertion))
        except Unsettled:
            yield False, f'assert "{assertion.title}": unproved'


def _line(what: str, found: Diagnostic | None) -> tuple[bool, str]:
    if found is None:
        return True, what
    situation = next((n.text for n in found.notes if n.title == "situation"), "")
    why = found.message.split('" ', 1)[-1]
    return False, f"{what}: {why}" + (f"\n    in: {situation}" if situation else "")
