"""The page of one version of a spec."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from specdsl.api import Spec
from specdsl.apps.pictures.rank_boxes import overview_picture
from specdsl.apps.site.anchors import fact_anchor, value_anchor
from specdsl.apps.site.chapters import file_chapters
from specdsl.apps.site.decision_cards import decision_cards
from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import (
    GlossaryEntry,
    Guarantee,
    HistoryRow,
    LayerNote,
    SpecPage,
)
from specdsl.apps.site.ranks_figure import ranks_figure
from specdsl.apps.site.rule_cards import readable_name
from specdsl.apps.site.site_options import SiteOptions
from specdsl.apps.site.spec_proofs import SpecProofs, verdict_text
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax import tree as t


def spec_page(spec: Spec, proofs: SpecProofs, options: SiteOptions) -> SpecPage:
    """Return everything that the page of a spec shows."""
    page = PageContext(spec, proofs, options)
    model, decisions = page.model, decision_cards(page)
    return SpecPage(
        model.name,
        model.title or readable_name(model.name),
        model.version,
        _statement_counts(model),
        proofs.passes,
        verdict_text(proofs),
        _layer_note(page),
        proofs.findings(),
        tuple(_listed_guarantees(page)),
        proofs.check_rows(),
        file_chapters(page),
        decisions,
        sum(card.steering is None for card in decisions),
        _overview_svg(page),
        tuple((page.badge(level), _speakers_text(model, level)) for level in model.levels),
        tuple(_principal_term(one) for one in model.principals),
        tuple(_value_term(page, value) for value in model.values),
        tuple(_fact_term(page, fact) for fact in model.facts),
        tuple(
            GlossaryEntry(f"define-{one.name}", one.name, one.doc, page.code(one.expr.span))
            for one in model.defines
        ),
        tuple(
            GlossaryEntry(f"assume-{one.name}", one.name, one.doc, page.code(one.expr.span))
            for one in model.assumes
        ),
        tuple(HistoryRow(e.date, e.what, e.credit, e.feedback) for e in model.changes),
    )


def _layer_note(page: PageContext) -> LayerNote | None:
    layer = page.model.layer
    if layer is None:
        return None
    base = layer.base.title or readable_name(layer.base.name)
    proof = page.proofs.layer_mark() if layer.tightening else None
    return LayerNote(f"{base} {layer.base.version}".strip(), page.badge(layer.level), proof)


def _statement_counts(model: m.SpecModel) -> tuple[tuple[int, str], ...]:
    counted = {
        "rule": len(model.rules),
        "trial rule": len(model.trials),
        "decision": len(model.decisions),
        "example": len(model.examples),
        "guarantee": len(model.assertions),
    }
    return tuple(
        (count, noun if count == 1 else f"{noun}s") for noun, count in counted.items() if count
    )


def _overview_svg(page: PageContext) -> Markup:
    picture = overview_picture(page.model, page.spec.circuit.ranks)
    title = f"Which rules of {page.model.name} outrank which"
    return ranks_figure(picture, title)


def _listed_guarantees(page: PageContext) -> Iterator[Guarantee]:
    nodes = {
        node.title.value if node.title is not None else node.name_text: node
        for file in page.spec.loaded.files
        for node in _assertions_in(file.statements)
    }
    for one in page.model.assertions:
        node = nodes[one.title]
        when = None if one.when is None else page.code(one.when.span)
        yield Guarantee(
            one.title if node.title is not None else "",
            page.code(node.claim.span),
            when,
            page.proofs.assertion_mark(one),
        )


def _assertions_in(statements: tuple[t.Statement, ...]) -> Iterator[t.AssertNode]:
    for one in statements:
        if isinstance(one, t.AssertNode):
            yield one
        elif isinstance(one, t.PolicyNode):
            yield from _assertions_in(one.body)


def _speakers_text(model: m.SpecModel, level: m.Level) -> str:
    """Return whose instructions count at a level."""
    stated = [p.name for p in model.principals if p.level is level]
    implied = [p.name for p in model.principals if p.implied is level]
    lent = [one.principal.name for one in model.delegates if one.level is level]
    parts = [f"instructions of {', '.join(stated)}"] if stated else []
    parts += [f"what {' or '.join(implied)} implies"] if implied else []
    parts += [f"by lent authority {', '.join(dict.fromkeys(lent))}"] if lent else []
    return "; ".join(parts) or "rules only"


def _principal_term(one: m.Principal) -> GlossaryEntry:
    if one.level is None:
        note = "no authority of its own"
    else:
        note = f"speaks at {one.level.name}"
        note += f", implies at {one.implied.name}" if one.implied is not None else ""
    return GlossaryEntry(f"principal-{one.name}", one.name, one.doc, Markup.escape(note))


def _value_term(page: PageContext, value: m.Value) -> GlossaryEntry:
    lower = [pair.lower for pair in page.model.priorities if pair.higher is value]
    links = Markup(", ").join(
        Markup('<a href="#{}">{}</a>').format(value_anchor(one), one.name)
        for one in dict.fromkeys(lower)
    )
    note = Markup("goes before {}").format(links) if lower else Markup("")
    return GlossaryEntry(value_anchor(value), value.name, value.doc, note)


def _fact_term(page: PageContext, fact: m.Fact) -> GlossaryEntry:
    note = Markup.escape(fact.type_span.in_a_line)
    remarks = ["may be unknown"] if fact.optional else []
    remarks += ["secret: its values are not shown"] if fact.secret else []
    remarks += ["judged by a person or a model"] if fact.judged else []
    note += f" ({'; '.join(remarks)})" if remarks else ""
    return GlossaryEntry(fact_anchor(fact), fact.name, fact.doc, note)
