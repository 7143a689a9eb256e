"""Page of an agreement: one HTML file with plots, which needs no network and no scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from specdsl.base.plain_text import visible
from specdsl.evaluation.agreement import AgreementShare, DecisionAgreement, LogAgreement
from specdsl.evaluation.agreement_reports import NO_RULE, overall_text, share_text
from specdsl.evaluation.decided_log import facts_text
from specdsl.evaluation.disagreement_regions import DisagreementRegion
from specdsl.evaluation.trials_on_record import trial_lines

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } code { font-size: .9em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem;
border-bottom: 1px solid #8884; vertical-align: top; } td.number { text-align: right; }
figure { margin: 1rem 0; background: #fff; padding: .5rem; overflow-x: auto; }
.scroll { overflow-x: auto; } td:nth-child(-n+3) { white-space: nowrap; }
figure { display: flex; flex-direction: column-reverse; }
figcaption { color: #222; font-weight: 600; }
"""


def agreement_page(found: LogAgreement) -> str:
    """Return the page, in which characters of the log that act are replaced."""
    return visible("\n".join(_page_lines(found)), newlines=True) + "\n"


def _page_lines(found: LogAgreement) -> Iterator[str]:
    title = escape(f"{found.spec}: what happened")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{title}</title>"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    yield f"<p>{overall_text(found)} the spec.</p>"
    if found.bad_rows:
        yield f"<p>{found.bad_rows:,} rows are no situations and were not judged.</p>"
    for one in found.decisions:
        yield from _decision_lines(one)
    if found.trials:
        yield "<h2>Trial rules</h2>"
    for trial in found.trials:
        yield f"<pre>{escape(chr(10).join(trial_lines(trial)))}</pre>"
    yield "</main>\n</body>\n</html>"


def _decision_lines(one: DecisionAgreement) -> Iterator[str]:
    yield f"<h2>{escape(one.name)}: {share_text(one.overall)} of {one.overall.rows:,}</h2>"
    if one.regions:
        yield '<div class="scroll"><table><thead><tr><th>rows</th><th>was</th><th>instead of</th>'
        yield "<th>when</th><th>against</th><th>the simplest</th></tr></thead><tbody>"
        yield from (_region_row(region) for region in one.regions)
        yield "</tbody></table></div>"
    if one.scattered:
        yield f"<p>{one.scattered:,} rows disagree in no region.</p>"
    yield _figure("Kept, by rule", [_with_name(share) for share in one.by_rule])
    if one.by_week:
        yield _figure("By week", one.by_week)
    for column, shares in one.by_column.items():
        yield _figure(f"By {column}", shares)
    if one.unmet:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in one.unmet)
        yield f"<p>No row met: {names}.</p>"
    if one.unknown:
        facts = ", ".join(f"<code>{escape(fact)}</code> ({n:,} rows)" for fact, n in one.unknown)
        yield f"<p>Unknown, and would have mattered: {facts}.</p>"


def _with_name(share: AgreementShare) -> AgreementShare:
    return share if share.name else AgreementShare(NO_RULE, share.agreeing, share.rows)


def _region_row(region: DisagreementRegion) -> str:
    cells = (
        region.observed,
        " or ".join(region.expected),
        region.condition or "anything",
        ", ".join(region.rules),
        f"row {region.example}: {facts_text(region.facts)}",
    )
    texts = "".join(f"<td><code>{escape(cell)}</code></td>" for cell in cells)
    return f'<tr><td class="number">{region.rows:,}</td>{texts}</tr>'


def _figure(title: str, shares: Sequence[AgreementShare]) -> str:
    """Return a plot of shares as a picture in the page."""
    import altair
    import vl_convert

    rows = [
        {"name": one.name or "(none)", "share": one.share, "rows": one.rows, "place": place}
        for place, one in enumerate(shares)
    ]
    names = [one.name or "(none)" for one in shares]
    axis = altair.Axis(format="%", title="share of rows that agree")
    chart = (
        altair.Chart(altair.Data(values=rows), width=520)  # type: ignore[no-untyped-call]
        .mark_bar()
        .encode(
            x=altair.X("share:Q", scale=altair.Scale(domain=[0, 1]), axis=axis),
            y=altair.Y("name:N", sort=names, title=None),
        )
    )
    picture = vl_convert.vegalite_to_svg(chart.to_json())
    return f"<figure>{picture}<figcaption>{escape(title)}</figcaption></figure>"
