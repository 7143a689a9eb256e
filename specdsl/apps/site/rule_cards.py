"""Rules as cards: what they say, why, where they rank, what was proved about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from specdsl.apps.pictures.rank_wording import outranking_rules
from specdsl.apps.site.anchors import rule_anchor
from specdsl.apps.site.markup import web_address
from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import ExampleCard, PageLink, RuleCard, RuleClause
from specdsl.apps.site.report_links import report_address
from specdsl.frontend.model.nodes import Rule


def rule_card(
    page: PageContext,
    rule: Rule,
    heading: int,
    examples: Sequence[ExampleCard],
    further: Sequence[PageLink],
) -> RuleCard:
    """Return the card of a rule. `further` are examples that name it and stand elsewhere."""
    over, under = _ranked_neighbours(page, rule)
    return RuleCard(
        rule_anchor(rule),
        rule.name,
        rule.doc or readable_name(rule.name),
        heading,
        page.badge(rule.level),
        page.value_link(rule.value),
        tuple(_rule_clauses(page, rule)),
        rule.because,
        rule.reference,
        web_address(rule.reference, dict(page.options.documents)),
        page.proofs.rule_marks(rule),
        page.rule_links(over),
        page.rule_links(under),
        tuple(examples),
        tuple(further),
        report_address(page.options.report_to, page.model, rule),
    )


def readable_name(name: str) -> str:
    """Return a name as the start of a sentence."""
    return name.replace("_", " ").capitalize()


def _rule_clauses(page: PageContext, rule: Rule) -> Iterator[RuleClause]:
    for i, when in enumerate(rule.whens):
        yield RuleClause("and" if i else "when", page.code(when.span))
    for unless in rule.unlesses:
        yield RuleClause("unless", page.code(unless.span))
    if not rule.whens and not rule.unlesses:
        yield RuleClause("when", Markup("always"))
    for i, effect in enumerate(rule.effects):
        yield RuleClause("and" if i else "then", page.code(effect.span))
    targets = [one.target for one in page.model.overrides if one.rule is rule]
    if targets:
        links = (Markup('<a href="#{}">{}</a>').format(rule_anchor(r), r.name) for r in targets)
        yield RuleClause("overrides", Markup(", ").join(links))


def _ranked_neighbours(page: PageContext, rule: Rule) -> tuple[list[Rule], list[Rule]]:
    """Return the rules of its level that outrank it, and those outranked by it, on any decision."""
    over: dict[Rule, None] = {}
    under: dict[Rule, None] = {}
    for effect in rule.effects:
        levels = page.spec.circuit.ranks.levels[effect.decision]
        ranked = next(level for level in levels if level.level is rule.level)
        place = ranked.rules.index(rule)
        over.update(dict.fromkeys(outranking_rules(ranked, rule)))
        lower = (r for r, mask in zip(ranked.rules, ranked.above, strict=True) if mask >> place & 1)
        under.update(dict.fromkeys(lower))
    return list(over), list(under)
