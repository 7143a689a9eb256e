"""Chapters: the files of a spec that have rules or examples, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from specdsl.apps.site.anchors import policy_anchor, unique_slugs
from specdsl.apps.site.example_cards import example_card, rules_named, subject_of
from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import (
    Chapter,
    ExampleCard,
    PageLink,
    PolicyHead,
    RuleCard,
    TrialCard,
)
from specdsl.apps.site.rule_cards import readable_name, rule_card, trial_card
from specdsl.frontend.model.nodes import Rule
from specdsl.frontend.syntax import tree as t

LOWEST_HEADING = 6
Part = PolicyHead | RuleCard | TrialCard | ExampleCard


@dataclass(frozen=True, slots=True)
class _PlacedExamples:
    """The examples of each rule in its card, and further ones that name it."""

    own: dict[Rule, list[t.ExampleNode]] = field(default_factory=dict)
    further: dict[Rule, list[str]] = field(default_factory=dict)


def file_chapters(page: PageContext) -> tuple[Chapter, ...]:
    """Return a chapter for each file with rules or examples."""
    files = [file for file in page.spec.loaded.files if _is_shown(file.statements)]
    files.sort(key=lambda file: (not _has_rules(file.statements), _file_position(page, file)))
    titles = [_chapter_title(page, file) for file in files]
    with_rules = [
        title for title, file in zip(titles, files, strict=True) if _has_rules(file.statements)
    ]
    if with_rules == [page.model.title]:
        titles[0] = "Rules"
    slugs = unique_slugs(titles, "chapter")
    placed = _place_examples(page)
    found = []
    for file, title, slug in zip(files, titles, slugs, strict=True):
        parts = tuple(_shown_parts(page, file.statements, 3, placed))
        heads = [part for part in parts if isinstance(part, PolicyHead)]
        sections = tuple(PageLink(one.title, f"#{one.anchor}") for one in heads if one.heading == 3)
        found.append(Chapter(f"chapter-{slug}", title, parts, sections))
    return tuple(found)


def _is_shown(statements: Iterable[t.Statement]) -> bool:
    shown = t.RuleNode | t.TrialRuleNode | t.PolicyNode | t.ExampleNode
    return any(isinstance(one, shown) for one in statements)


def _has_rules(statements: Iterable[t.Statement]) -> bool:
    rules = t.RuleNode | t.TrialRuleNode | t.PolicyNode
    return any(isinstance(one, rules) for one in statements)


def _file_position(page: PageContext, file: t.File) -> int:
    """Return the place of a file: a used file comes before its user."""
    return next(i for i, one in enumerate(page.model.sources) if one.name == file.source.name)


def _chapter_title(page: PageContext, file: t.File) -> str:
    head = next((one for one in file.statements if isinstance(one, t.SpecHeadNode)), None)
    if head is not None and head.title is not None:
        return head.title.value
    stem = file.source.name.rpartition("/")[2].removesuffix(".spec")
    return readable_name(head.name.text if head is not None else stem)


def _place_examples(page: PageContext) -> _PlacedExamples:
    placed = _PlacedExamples()
    for file in page.spec.loaded.files:
        for node in _examples_in(file.statements):
            named = list(rules_named(page, node))
            for rule in named[:1]:
                placed.own.setdefault(rule, []).append(node)
            for rule in named[1:]:
                placed.further.setdefault(rule, []).append(node.title.value)
    return placed


def _examples_in(statements: Iterable[t.Statement]) -> Iterator[t.ExampleNode]:
    for one in statements:
        if isinstance(one, t.ExampleNode):
            yield one
        elif isinstance(one, t.PolicyNode):
            yield from _examples_in(one.body)


def _shown_parts(
    page: PageContext, statements: Iterable[t.Statement], heading: int, placed: _PlacedExamples
) -> Iterator[Part]:
    for one in statements:
        match one:
            case t.PolicyNode():
                yield _policy_head(page, one, heading)
                yield from _shown_parts(
                    page, one.body, min(heading + 1, LOWEST_HEADING - 1), placed
                )
            case t.RuleNode():
                rule = page.rules[one.name.text]
                cards = [example_card(page, node) for node in placed.own.get(rule, ())]
                further = [page.example_link(title) for title in placed.further.get(rule, ())]
                yield rule_card(page, rule, heading, cards, further)
            case t.TrialRuleNode():
                yield trial_card(page, one.rule, heading)
            case t.ExampleNode() if subject_of(page, one) is None:
                yield example_card(page, one)


def _policy_head(page: PageContext, node: t.PolicyNode, heading: int) -> PolicyHead:
    policy = next(one for one in page.model.policies if one.name == node.name.text)
    when = None if policy.when is None else page.code(policy.when.span)
    badge = None if policy.level is None else page.badge(policy.level)
    title = readable_name(policy.name)
    return PolicyHead(
        policy_anchor(policy),
        policy.doc,
        title,
        heading,
        badge,
        page.value_link(policy.value),
        when,
    )
