"""`specdsl check PATH…`"""

from __future__ import annotations

from dataclasses import replace

import click

from specdsl.cli.common import (
    PATHS,
    Progress,
    finish,
    load_all,
    not_loaded,
    reporting,
    selected,
    settings,
    sizes,
)
from specdsl.pipeline import Loaded
from specdsl.report import Run


@click.command("check")
@PATHS
@reporting
@click.option("--select", multiple=True, help="Report only this code or name.")
@click.option("--ignore", multiple=True, help="Do not report this code or name.")
def command(
    paths: tuple[str, ...],
    output_format: str | None,
    fail_on: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Prove specs free of contradictions and of rules that never take effect.

    PATH is a file, a folder or `-`. Each file is a spec of its own, unless another one given
    uses it. Every finding comes with the simplest situation that shows it.
    """
    config = settings(paths, fail_on, output_format)
    config = replace(config, select=select or config.select, ignore=(*config.ignore, *ignore))
    runs = []
    for loaded in load_all(paths):
        runs.append(selected(checked(loaded), config))
    finish(runs, config)


def checked(loaded: Loaded) -> Run:
    """The report of one spec, without what its comments allow."""
    from specdsl.policy import Spec, check

    if loaded.circuit is None:
        return not_loaded(loaded)
    progress = Progress(loaded.path)
    report = check(Spec(loaded, None), progress)
    progress.close()
    return Run(loaded.path, report, loads=True, sizes=sizes(loaded))
