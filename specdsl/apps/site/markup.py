"""Texts of authors as HTML: escaped, with the Markdown of a sentence (emphasis, code, web links).

There are no images, which would be loaded from the network, no HTML and no headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markupsafe import Markup

from specdsl.base.plain_text import visible

SCHEMES = ("http", "https", "mailto")
WORD = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|[{}]|[^\w"{}]+|.', re.DOTALL)
MEMBER_BEFORE = ("is", "has", "of", "in")
"""Words before a member or an outcome, which may be called like a fact."""


@cache
def _renderer() -> Any:
    found: Any = MarkdownIt("zero").enable(["emphasis", "backticks", "link", "escape"])
    found.validateLink = is_web_address
    return found


def is_web_address(address: str) -> bool:
    """Return whether it is an absolute address that a browser loads without executing anything."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in SCHEMES and bool(parts.hostname)


def sentence_html(text: str) -> Markup:
    """Return a text of an author with its inline Markdown."""
    html: str = _renderer().renderInline(visible(text))
    return Markup(html.replace("<a href=", '<a rel="noopener noreferrer nofollow" href='))


def breakable_name(text: str) -> Markup:
    """Return a text whose lines may be broken after each `_`."""
    return Markup("_<wbr>").join(visible(text).split("_"))


def web_address(text: str, named: dict[str, str]) -> str | None:
    """Return the address that a `source` clause means: its own, or of a document that `named` has;
    None for any other text.
    """
    if is_web_address(text) and urlsplit(text).scheme != "mailto":
        return text
    name, mark, section = text.partition("#")
    if name not in named:
        return None
    return named[name] + (f"#{quote(section)}" if mark else "")


def code_html(text: str, link: Callable[[str], str | None]) -> Markup:
    """Return a condition or an effect with its names linked, except for members and outcomes."""
    return Markup("").join(_linked_words(visible(text), link))


def _linked_words(text: str, link: Callable[[str], str | None]) -> Iterator[Markup]:
    before, inside = "", 0
    for word in WORD.findall(text):
        inside += (word == "{") - (word == "}")
        address = None if inside or before in MEMBER_BEFORE else link(word)
        escaped = escapeHtml(word)
        if address is not None and word.isidentifier():
            yield Markup(f'<a href="{escapeHtml(address)}">{escaped}</a>')
        else:
            yield Markup(escaped)
        if not word.isspace() and not (word == "not" and before == "is"):
            before = word
