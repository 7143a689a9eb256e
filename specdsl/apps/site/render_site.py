"""The files of a site, as texts by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from specdsl.api import Spec
from specdsl.apps.pictures.rank_graphs import RANK_GRAPHS, GraphRequest
from specdsl.apps.pictures.svg import STYLE
from specdsl.apps.site.markup import breakable_name, sentence_html
from specdsl.apps.site.search_index import search_index
from specdsl.apps.site.site_options import SiteOptions
from specdsl.apps.site.site_versions import (
    SiteVersion,
    VersionPair,
    is_affordable,
    site_versions,
    version_pairs,
)
from specdsl.apps.site.spec_page import spec_page
from specdsl.apps.site.spec_proofs import SpecProofs
from specdsl.apps.site.version_changes import version_changes
from specdsl.base.plain_text import visible
from specdsl.reports import Style

PAGES = Path(__file__).with_name("pages")


@cache
def _environment() -> Any:
    found = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    found.filters |= {"sentence": sentence_html, "breakable": breakable_name}
    return found


def _harmless(value: Any) -> Any:
    """Return what a template prints; in texts, characters that act are replaced by a mark."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def site_files(
    specs: Sequence[Spec], proofs: Sequence[SpecProofs], options: SiteOptions
) -> Iterator[tuple[str, str]]:
    """Yield the paths and texts of the files of a site. The first spec is the current version."""
    versions = site_versions(specs)
    pairs = version_pairs(versions)
    yield "style.css", (PAGES / "style.css").read_text(encoding="utf-8") + STYLE.read_text("utf-8")
    yield "search.js", (PAGES / "search.js").read_text(encoding="utf-8")
    for version, proof in zip(versions, proofs, strict=True):
        yield from _version_files(version, versions, pairs, proof, options)
    if pairs:
        yield "versions.html", _render_page("versions.html", "", versions, pairs=pairs)
    possible = all(proof.has_situations for proof in proofs)
    compare = possible and (options.thorough or is_affordable(pairs))
    for i, pair in enumerate(pairs):
        options.progress(f"changes from {pair.old.label}", i, len(pairs))
        changes = version_changes(pair.old.spec, pair.new.spec, compare)
        text = _render_page("changes.html", "../", versions, pair=pair, changes=changes)
        yield pair.file, text


def _version_files(
    version: SiteVersion,
    versions: Sequence[SiteVersion],
    pairs: Sequence[VersionPair],
    proofs: SpecProofs,
    options: SiteOptions,
) -> Iterator[tuple[str, str]]:
    page = spec_page(version.spec, proofs, options)
    root = "" if version.is_current else "../../"
    to_current = next((pair for pair in pairs if pair.old is version), None)
    shown = {"page": page, "version": version, "to_current": to_current}
    text = _render_page("spec.html", root, versions, **shown)
    yield f"{version.folder}index.html", text
    yield f"{version.folder}search-index.js", search_index(page)
    picture = RANK_GRAPHS["svg"](GraphRequest(version.spec.circuit), Style(False))
    yield f"{version.folder}graph.svg", picture


def _render_page(template: str, root: str, versions: Sequence[SiteVersion], **shown: Any) -> str:
    current = versions[0]
    model = shown["version"].spec.model if "version" in shown else current.spec.model
    text: str = (
        _environment()
        .get_template(template)
        .render(
            root=root,
            site_title=current.spec.model.title or current.spec.model.name,
            spec_name=model.name,
            spec_version=model.version,
            current=current,
            versions=versions,
            several=len(versions) > 1,
            **shown,
        )
    )
    return text
