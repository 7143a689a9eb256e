"""The pages of a folder as a parser of HTML5 reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
OUTWARD = ("http", "https", "mailto")


@dataclass(frozen=True, eq=False)
class StaticPage:
    path: Path
    folder: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.folder).as_posix()

    @cached_property
    def tree(self) -> Element:
        parser = html5lib.HTMLParser(strict=True)
        found: Element = parser.parse(self.path.read_text(encoding="utf-8"))
        return found

    @cached_property
    def anchors(self) -> list[str]:
        return [one.attrib["id"] for one in self.tree.iter() if "id" in one.attrib]

    @property
    def text(self) -> str:
        """All text, with single blanks."""
        return " ".join("".join(self.tree.itertext()).split())

    def elements(self, tag: str) -> Iterator[Element]:
        yield from self.tree.iter(f"{XHTML}{tag}")
        if tag == "a":
            yield from self.tree.iter("{http://www.w3.org/2000/svg}a")


def pages_of(folder: Path) -> list[StaticPage]:
    return [StaticPage(path, folder) for path in sorted(folder.rglob("*.html"))]


def static_faults(folder: Path) -> Iterator[str]:
    """What is wrong in the pages of a folder."""
    pages = {page.path.resolve(): page for page in pages_of(folder)}
    if folder.joinpath("index.html").resolve() not in pages:
        yield "there is no index.html"
    for page in pages.values():
        repeated = sorted(one for one, count in Counter(page.anchors).items() if count > 1)
        yield from (f"{page.name}: the anchor {one} is there twice" for one in repeated)
        yield from (f"{page.name}: {fault}" for fault in _link_faults(page, pages))
        yield from (f"{page.name}: {fault}" for fault in _loading_faults(page))


def _link_faults(page: StaticPage, pages: dict[Path, StaticPage]) -> Iterator[str]:
    for link in page.elements("a"):
        address = link.attrib.get("href", "")
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            if parts.scheme not in OUTWARD:
                yield f"a link leads to {address}"
            continue
        target = page.path
        if parts.path:
            target = (page.path.parent / unquote(parts.path)).resolve()
        if not target.is_file() or not target.is_relative_to(page.folder.resolve()):
            if parts.path:
                yield f"a link leads to {address}, which is not in the folder"
            continue
        aim = pages.get(target.resolve())
        if parts.fragment and (aim is None or unquote(parts.fragment) not in aim.anchors):
            yield f"a link leads to {address}, but there is no such anchor"


def _loading_faults(page: StaticPage) -> Iterator[str]:
    """What is loaded from elsewhere, and what a policy of no inline code would stop."""
    for tag, attribute in LOADING.items():
        for one in page.elements(tag):
            address = one.attrib.get(attribute, "")
            if not (page.path.parent / address).resolve().is_file() or not address:
                yield f"<{tag}> loads {address or 'what stands inline'}"
    for one in page.tree.iter():
        for name in one.attrib:
            if str(name).lower().startswith("on") or name == "style":
                yield f"<{str(one.tag).rpartition('}')[2]}> has the attribute {name}"
    if any(True for _ in page.elements("style")):
        yield "a style sheet stands inline"
