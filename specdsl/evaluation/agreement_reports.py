"""Reports of an agreement: text, JSON, JUnit, and a page with plots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from specdsl.base.limits import MAX_SHOWN_DISAGREEMENTS
from specdsl.base.plain_text import escape_json, visible
from specdsl.evaluation.agreement import AgreementShare, DecisionAgreement, LogAgreement
from specdsl.evaluation.decided_log import facts_text
from specdsl.evaluation.disagreement_regions import DisagreementRegion
from specdsl.evaluation.trials_on_record import trial_dict, trial_lines

NO_RULE = "(no rule stands)"


def agreement_text(found: LogAgreement) -> str:
    """Return the report for a person."""
    return "".join(f"{visible(line)}\n" for line in _text_lines(found))


def _text_lines(found: LogAgreement) -> Iterator[str]:
    yield f"{overall_text(found)} {found.spec}"
    if found.bad_rows:
        yield f"{found.bad_rows:,} rows are no situations and were not judged"
        for faulty in found.faulty[:MAX_SHOWN_DISAGREEMENTS]:
            yield f"  row {faulty.row}: {'; '.join(faulty.faults)}"
    for one in found.decisions:
        yield ""
        yield from _decision_lines(one)
    if found.trials:
        yield ""
        yield "trial rules"
    for trial in found.trials:
        yield from trial_lines(trial)


def overall_text(found: LogAgreement) -> str:
    """Return how many of the observed outcomes of judged rows agree, up to the name of the spec."""
    if found.overall.rows == 0:
        return "no outcome could be judged by"
    return f"{share_text(found.overall)} of {found.overall.rows:,} outcomes agree with"


def _decision_lines(one: DecisionAgreement) -> Iterator[str]:
    yield f"{one.name}: {share_text(one.overall)} of {one.overall.rows:,}"
    if one.undecided:
        yield f"  {one.undecided:,} rows over which the spec contradicts itself"
    for region in one.regions[:MAX_SHOWN_DISAGREEMENTS]:
        yield from _region_lines(one.name, region)
    if len(one.regions) > MAX_SHOWN_DISAGREEMENTS:
        yield f"  {len(one.regions) - MAX_SHOWN_DISAGREEMENTS} more regions"
    if one.scattered:
        yield f"  {one.scattered:,} rows disagree in no region"
    yield from _share_lines("kept, by rule", one.by_rule, NO_RULE)
    yield from _share_lines("by week", one.by_week, "(no time)")
    for column, shares in one.by_column.items():
        yield from _share_lines(f"by {column}", shares, "(none)")
    if one.unmet:
        yield f"  no row met: {', '.join(one.unmet)}"
    if one.unknown:
        facts = ", ".join(f"{fact} ({rows:,})" for fact, rows in one.unknown)
        yield f"  unknown, and would have mattered: {facts}"


def _region_lines(decision: str, region: DisagreementRegion) -> Iterator[str]:
    expected = " or ".join(region.expected)
    yield f"  {region.rows:,} rows: {decision} was {region.observed}, not {expected}"
    share = "" if region.rows == region.among else f"  ({region.rows / region.among:.0%} of these)"
    yield f"    when {region.condition or 'anything'}{share}"
    if region.rules:
        yield f"    against {', '.join(region.rules)}"
    yield f"    row {region.example}: {facts_text(region.facts)}"


def _share_lines(title: str, shares: Sequence[AgreementShare], unnamed: str) -> Iterator[str]:
    if shares:
        yield f"  {title}"
    width = max((len(one.name or unnamed) for one in shares), default=0)
    for one in shares:
        name = one.name or unnamed
        yield f"    {name:<{width}}  {share_text(one):>7}  of {one.rows:,}"


def share_text(one: AgreementShare) -> str:
    """Return a share in percent; it is 100 % only if all agree."""
    shown = f"{one.share:.2%}"
    return "99.99%" if shown == "100.00%" and one.agreeing < one.rows else shown


# --- for machines --------------------------------------------------------------------------------


def agreement_json(found: LogAgreement) -> str:
    """Return the report as JSON."""
    return (
        escape_json(json.dumps(agreement_dict(found), indent=2, ensure_ascii=False, default=str))
        + "\n"
    )


def agreement_dict(found: LogAgreement) -> dict[str, Any]:
    """Return the report as plain values."""
    return {
        "spec": found.spec,
        "rows": found.rows,
        "bad_rows": found.bad_rows,
        "faulty": [{"row": one.row, "faults": list(one.faults)} for one in found.faulty],
        "agreement": found.overall.share if found.overall.rows else None,
        "decisions": [_decision_dict(one) for one in found.decisions],
        "trials": [trial_dict(one) for one in found.trials],
    }


def _decision_dict(one: DecisionAgreement) -> dict[str, Any]:
    return {
        "decision": one.name,
        "agreement": _share_dict(one.overall),
        "regions": [
            {
                "when": region.condition,
                "expected": list(region.expected),
                "observed": region.observed,
                "rows": region.rows,
                "among": region.among,
                "against": list(region.rules),
                "row": region.example,
                "facts": dict(region.facts),
            }
            for region in one.regions
        ],
        "scattered": one.scattered,
        "undecided": one.undecided,
        "by_rule": [_share_dict(share) for share in one.by_rule],
        "by_week": [_share_dict(share) for share in one.by_week],
        "by": {name: [_share_dict(s) for s in shares] for name, shares in one.by_column.items()},
        "unmet": list(one.unmet),
        "unknown": [{"fact": fact, "rows": rows} for fact, rows in one.unknown],
    }


def _share_dict(one: AgreementShare) -> dict[str, Any]:
    return {"name": one.name, "agreeing": one.agreeing, "rows": one.rows, "share": one.share}


def agreement_junit(found: LogAgreement) -> str:
    """Return the report for CI: a case for each decision, which fails for each region."""
    return "\n".join(_junit_lines(found)) + "\n"


def _junit_lines(found: LogAgreement) -> Iterator[str]:
    failing = sum(bool(one.regions or one.scattered) for one in found.decisions)
    suite = f"<testsuite name={quoteattr(found.spec)} tests='{len(found.decisions)}'"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"{suite} failures='{failing}'>"
    for one in found.decisions:
        yield f"  <testcase classname={quoteattr(found.spec)} name={quoteattr(one.name)}>"
        for region in one.regions:
            text = "\n".join(_region_lines(one.name, region))
            message = quoteattr(visible(region.condition or "anything"))
            yield f"    <failure message={message}>{escape(visible(text, newlines=True))}</failure>"
        if one.overall.rows == 0:
            yield "    <skipped message='no outcome could be judged'/>"
        if one.scattered:
            yield f"    <failure message='{one.scattered} rows disagree in no region'/>"
        yield "  </testcase>"
    yield "</testsuite>"
