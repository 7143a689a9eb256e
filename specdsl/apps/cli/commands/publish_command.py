"""Command `specdsl publish FILE…`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from specdsl.apps.cli.common import add_root_option, report_of_faults, show_and_exit
from specdsl.apps.cli.git_revisions import load_any
from specdsl.apps.cli.output import complain
from specdsl.apps.cli.progress import Progress
from specdsl.apps.config import Config
from specdsl.base.plain_text import file_word, shown_path
from specdsl.pipeline import Loaded
from specdsl.reports.checked_spec import count_of

MISSING = "publishing needs jinja2 and markdown-it-py: pip install 'specdsl[site]'"


@click.command("publish")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@add_root_option
@click.option("-o", "--output", "folder", required=True, metavar="FOLDER", help="Where to write.")
@click.option(
    "--history",
    "revisions",
    multiple=True,
    metavar="REV",
    help="A git revision with an earlier version of FILE; the newest of them first.",
)
@click.option(
    "--report-to",
    default="",
    metavar="URL",
    help="Where readers report a disagreement with a rule: an https or mailto address.",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="NAME=URL",
    help='Where the document is that `source "NAME#section"` refers to.',
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Prove who can steer what and what versions decide otherwise, however long it takes.",
)
def command(
    files: tuple[str, ...],
    folder: str,
    revisions: tuple[str, ...],
    report_to: str,
    documents: tuple[str, ...],
    thorough: bool,
) -> None:
    """Write a spec as pages that the public can read and link to.

    The first FILE is the spec; further ones are earlier versions of it, the newest first. Each rule
    has a place of its own, with its reason, its examples, and what was proved about it. FOLDER gets
    static files that need no server, no network and no scripts. It must be empty, or an earlier
    site, which is replaced.

    `{rule}`, `{spec}` and `{version}` in the address of --report-to are filled in; without them a
    title and a text are added to it, which `specdsl feedback import` reads. Exit status 1: the spec
    does not pass its check, and the page says so.
    """
    try:
        from specdsl.apps.site.render_site import site_files
        from specdsl.apps.site.spec_proofs import prove_spec
    except ImportError:
        raise click.UsageError(MISSING) from None
    from specdsl.api import Spec
    from specdsl.apps.site.site_options import SiteOptions

    progress = Progress(files[0])
    asked = _report_address(report_to), dict(_named_documents(documents)), thorough
    specs = [Spec(one, None) for one in _load_versions(files, revisions)]
    proofs = [prove_spec(spec, progress=progress) for spec in specs]
    written = dict(site_files(specs, proofs, SiteOptions(*asked, progress)))
    progress.clear_line()
    _write_folder(folder, written)
    versions = f", {count_of(len(specs), 'version')}" if len(specs) > 1 else ""
    rules = count_of(len(specs[0].model.rules), "rule")
    start = file_word(str(Path(folder) / "index.html"))
    click.echo(
        f"{shown_path(folder)}: {rules}{versions}, {count_of(len(written), 'file')}; {start}"
    )
    if not proofs[0].passes:
        complain(f"{specs[0].file} does not pass `specdsl check`: the page says so")
        sys.exit(1)


def _load_versions(files: Sequence[str], revisions: Sequence[str]) -> list[Loaded]:
    """Load all versions; if one does not load, print its faults and exit."""
    names = [*files, *(f"{revision}:{_path_in_tree(files[0])}" for revision in revisions)]
    loaded = [load_any(name) for name in names]
    broken = [report_of_faults(one) for one in loaded if one.circuit is None]
    if broken:
        show_and_exit(broken, Config())
    return loaded


def _path_in_tree(file: str) -> str:
    """Return a path as git takes it, relative to the working folder."""
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.resolve().relative_to(Path.cwd().resolve())
        except ValueError:
            raise click.UsageError(f"`{file}` is not below the working folder") from None
    text = path.as_posix()
    return text if text.startswith("../") else f"./{text}"


def _report_address(address: str) -> str:
    from specdsl.apps.site.report_links import is_report_address

    if address and not is_report_address(address):
        raise click.UsageError(f"`{address}` is no https, http or mailto address")
    return address


def _named_documents(documents: Sequence[str]) -> Iterator[tuple[str, str]]:
    from specdsl.apps.site.markup import is_web_address

    for text in documents:
        name, equals, address = text.partition("=")
        if not equals or not is_web_address(address):
            raise click.UsageError(f"`{text}` is not of the form `name=https://…`")
        yield name, address


def _write_folder(folder: str, files: dict[str, str]) -> None:
    from specdsl.apps.site.write_site import ForeignFolder, write_site

    try:
        write_site(Path(folder), files)
    except ForeignFolder:
        complain(f"{folder}: it has files that are not of a site; name an empty folder")
        sys.exit(2)
    except OSError as problem:
        complain(f"{folder}: {problem.strerror}")
        sys.exit(2)
