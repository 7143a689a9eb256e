"""Command `specdsl sample FILE -n 10000`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specdsl.api import Spec
from specdsl.apps.cli.common import FILE, add_root_option, load_or_exit, require_situations
from specdsl.apps.cli.output import complain, write_unfiltered
from specdsl.base.limits import MAX_CLAIMS_NAMED
from specdsl.base.plain_text import shown_path, visible
from specdsl.reports.checked_spec import count_of

if TYPE_CHECKING:
    from specdsl.analyses.sampling.sampled_set import SampledSet

FORMATS = ("jsonl", "inspect", "promptfoo", "chat-jsonl", "preferences")
FOLDERS = ("inspect", "promptfoo")


@click.command("sample")
@FILE
@add_root_option
@click.option("-n", "count", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--hold-out",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="The share of regions whose cases are marked as test, and left out of training lines.",
)
@click.option(
    "--to", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="For whom."
)
@click.option("-o", "--output", help="A file; for inspect and promptfoo a folder.")
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Have another solver confirm what is shown, and what not.",
)
def command(
    file: str,
    count: int,
    seed: int,
    hold_out: float,
    form: str,
    output: str | None,
    second_opinion: bool,
) -> None:
    """Draw situations from a spec, each with its outcome and why, for evaluation and training.

    Boundaries come first, then a case for each rule that can win and for each two rules that can
    meet; the rest are random, the same number for each rule. What no situation shows is proved.
    Each case has a twin that differs in one fact and in the outcome, where there is one.
    """
    if form in FOLDERS and output is None:
        raise click.UsageError(f"`--to {form}` writes several files; name a folder with `-o`")
    if second_opinion:
        from specdsl.apps.cli.print_opinion import solver_or_exit

        solver_or_exit()
    loaded = load_or_exit(file)
    require_situations([loaded])
    from specdsl.analyses.sampling.sample_cases import SamplingOptions, sample_cases
    from specdsl.analyses.sampling.set_formats import SET_FORMATS

    spec = Spec(loaded, None)
    found = sample_cases(spec, SamplingOptions(count, seed, hold_out))
    _write(SET_FORMATS[form](found, spec.name), output)
    for line in _summary_lines(found):
        click.echo(visible(line), err=True)
    agreed = not second_opinion or _is_confirmed(spec, found)
    sys.exit(1 if found.unproved or not agreed else 0)


def _is_confirmed(spec: Spec, found: SampledSet) -> bool:
    """Print what another solver says of the claims; return whether it agrees."""
    from specdsl.analyses.sampling.coverage_opinion import coverage_opinion, coverage_opinion_lines
    from specdsl.apps.cli.progress import Progress

    progress, total = Progress(spec.name), len(found.settled)
    opinion, gaps = coverage_opinion(
        spec.circuit.spec,
        found,
        lambda done: progress("second opinion", done, total),
    )
    progress.clear_line()
    for line in coverage_opinion_lines(opinion, gaps):
        click.echo(visible(line), err=True)
    return not opinion.differing


def _write(texts: Mapping[str, str], output: str | None) -> None:
    if output is None:
        write_unfiltered(texts[""])
        return
    try:
        for name, text in texts.items():
            path = Path(output, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(shown_path(str(path)), err=True)
    except OSError as error:
        complain(f"{shown_path(output)}: {error.strerror}")
        sys.exit(2)


def _summary_lines(found: SampledSet) -> Iterator[str]:
    """Yield what the set shows, and what it does not."""
    cases = found.cases
    twins, regions = sum(c.twin is not None for c in cases), {case.region for case in cases}
    yield (
        f"{count_of(len(cases), 'case')} of {count_of(len(regions), 'region')}, "
        f"{len(found.held_out)} held out; {twins:,} with a twin"
    )
    yield (
        f"{count_of(found.shown, 'claim')} shown, {len(found.impossible):,} proved impossible, "
        f"{len(found.unproved):,} unproved"
    )
    if len(cases) < found.wanted:
        yield f"no more were found that differ; {found.wanted:,} were asked for"
    for what, claims in (("unproved", found.unproved), ("no room for", found.left_out)):
        yield from (f"{what}: {claim}" for claim in claims[:MAX_CLAIMS_NAMED])
        if len(claims) > MAX_CLAIMS_NAMED:
            yield f"{what}: {len(claims) - MAX_CLAIMS_NAMED:,} more"
