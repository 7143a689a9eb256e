"""Rules as cards: what they say, why, where they rank, what was proved about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from specdsl.apps.pictures.rank_wording import outranking_rules
from specdsl.apps.site.anchors import rule_anchor, trial_anchor
from specdsl.apps.site.markup import web_address
from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import ExampleCard, PageLink, RuleCard, RuleClause, TrialCard
from specdsl.apps.site.report_links import report_address
from specdsl.frontend.model.nodes import Rule
from specdsl.frontend.syntax.tree import ClauseNode, RuleNode, Text


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


def trial_card(page: PageContext, rule: RuleNode, heading: int) -> TrialCard:
    """Return the card of a trial rule."""
    given = "" if rule.level is None else rule.level.text
    level = next((one for one in page.model.levels if one.name == given), None)
    texts = {c.keyword: c.value.value for c in rule.clauses if isinstance(c.value, Text)}
    return TrialCard(
        trial_anchor(rule.name.text),
        rule.name.text,
        rule.doc.value if rule.doc is not None else readable_name(rule.name.text),
        heading,
        None if level is None else page.badge(level),
        tuple(_trial_clauses(page, rule)),
        texts.get("because", ""),
    )


def _trial_clauses(page: PageContext, rule: RuleNode) -> Iterator[RuleClause]:
    for one in rule.clauses:
        if one.keyword == "overrides":
            named = [name.strip() for name in _written_text(one).split(",")]
            yield RuleClause("overrides", _rule_name_links(page, named))
        elif not isinstance(one.value, Text):
            yield RuleClause(one.keyword, page.code_text(_written_text(one)))


def _written_text(clause: ClauseNode) -> str:
    """Return a clause without its keyword."""
    return clause.span.in_a_line.removeprefix(clause.keyword)


def _rule_name_links(page: PageContext, names: Sequence[str]) -> Markup:
    links = (
        Markup('<a href="#{}">{}</a>').format(rule_anchor(page.rules[name]), name)
        if name in page.rules
        else Markup(escape(name))
        for name in names
    )
    return Markup(", ").join(links)


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
    targets = [one.target.name for one in page.model.overrides if one.rule is rule]
    if targets:
        yield RuleClause("overrides", _rule_name_links(page, targets))


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
