"""The index that the search of a page reads: a script that holds data only."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from specdsl.apps.site.page_model import ExampleCard, RuleCard, SpecPage, TrialCard
from specdsl.base.plain_text import json_text

Entry = dict[str, str]


def search_index(page: SpecPage) -> str:
    """Return the index of a page as a script."""
    lines = ",\n".join(json_text(entry) for entry in _index_entries(page))
    return f"window.specIndex = [\n{lines}\n];\n"


def _index_entries(page: SpecPage) -> Iterator[Entry]:
    for chapter in page.chapters:
        for part in chapter.parts:
            if isinstance(part, RuleCard):
                yield _rule_entry(part)
                yield from map(_example_entry, part.examples)
            elif isinstance(part, ExampleCard):
                yield _example_entry(part)
            elif isinstance(part, TrialCard):
                yield _make_entry("trial", part.anchor, part.name, part.title, part.because)
            else:
                yield _make_entry("section", part.anchor, "", part.title, part.doc)
    for card in page.decisions:
        yield _make_entry("decision", card.anchor, card.name, card.doc or card.name, "")
    for term in page.facts:
        yield _make_entry("fact", term.anchor, term.name, term.name, term.doc)
    for term in page.values:
        yield _make_entry("value", term.anchor, term.name, term.name, term.doc)


def _rule_entry(card: RuleCard) -> Entry:
    clauses = " ".join(Markup(clause.html).striptags() for clause in card.clauses)
    text = f"{card.because} {clauses} {card.reference}"
    return _make_entry("rule", card.anchor, card.name, card.title, text)


def _example_entry(card: ExampleCard) -> Entry:
    lines = (*card.talk, *card.good, *card.bad)
    return _make_entry(
        "example", card.anchor, "", card.title, " ".join(line.text for line in lines)
    )


def _make_entry(kind: str, anchor: str, name: str, title: str, text: str) -> Entry:
    return {"kind": kind, "anchor": anchor, "name": name, "title": title, "text": text}
