"""Context of a page: the spec, its proofs, anchors of names and options of the site."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from markupsafe import Markup

from specdsl.api import Spec
from specdsl.apps.site.anchors import name_targets, rule_anchor, unique_slugs, value_anchor
from specdsl.apps.site.markup import code_html
from specdsl.apps.site.page_model import LevelBadge, PageLink
from specdsl.apps.site.site_options import SiteOptions
from specdsl.apps.site.spec_proofs import SpecProofs
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m

HUES = 6  # Colours of levels in the style sheet; further levels have the last one.


@dataclass(frozen=True, eq=False)
class PageContext:
    spec: Spec
    proofs: SpecProofs
    options: SiteOptions

    @property
    def model(self) -> m.SpecModel:
        return self.spec.model

    @cached_property
    def targets(self) -> dict[str, str]:
        return name_targets(self.model)

    @cached_property
    def rules(self) -> dict[str, m.Rule]:
        return {rule.name: rule for rule in self.model.rules}

    @cached_property
    def examples(self) -> dict[str, m.Example]:
        return {example.title: example for example in self.model.examples}

    @cached_property
    def example_anchors(self) -> dict[str, str]:
        """Return the anchors of examples by title."""
        titles = [example.title for example in self.model.examples]
        slugs = unique_slugs(titles, "example")
        return {title: f"example-{slug}" for title, slug in zip(titles, slugs, strict=True)}

    @cached_property
    def secrets(self) -> frozenset[str]:
        return frozenset(fact.name for fact in self.model.facts if fact.secret)

    def code(self, span: Span) -> Markup:
        """Return the text of a span with its names linked."""
        return self.code_text(span.in_a_line)

    def code_text(self, text: str) -> Markup:
        """Return a text of the language with its names linked."""
        return code_html(text.strip(), self.targets.get)

    def badge(self, level: m.Level) -> LevelBadge:
        return LevelBadge(level.name, min(level.rank, HUES - 1))

    def value_link(self, value: m.Value | None) -> PageLink | None:
        return None if value is None else PageLink(value.name, f"#{value_anchor(value)}")

    def rule_links(self, rules: Iterable[m.Rule]) -> tuple[PageLink, ...]:
        return tuple(PageLink(rule.name, f"#{rule_anchor(rule)}") for rule in rules)

    def example_link(self, title: str) -> PageLink:
        return PageLink(title, f"#{self.example_anchors[title]}")
