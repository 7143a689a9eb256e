"""Links to report a disagreement with a rule: they carry its name and the version."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from specdsl.apps.site.markup import is_web_address
from specdsl.frontend.model.nodes import Rule, SpecModel

PLACEHOLDERS = ("{rule}", "{version}", "{spec}")
ASKED_FIELDS = ("given", "saw", "wanted", "text", "credit")
"""What a reader fills in, by the names of the fields of a report."""


def is_report_address(address: str) -> bool:
    """Return whether reports can be sent there: a web address or `mailto:` with a recipient."""
    return is_web_address(_filled_address(address, "rule", "1", "spec"))


def report_address(address: str, spec: SpecModel, rule: Rule) -> str | None:
    """Return the address for a report about a rule, None if nobody wants reports.

    `{rule}`, `{spec}` and `{version}` in the address are replaced. Without them a title and a text
    are added to its query: the subject and the body of a mail, or what forms of issue trackers
    read. `specdsl feedback import` reads that text as it is filled in.
    """
    if not address:
        return None
    if any(name in address for name in PLACEHOLDERS):
        return _filled_address(address, rule.name, spec.version or spec.name, spec.name)
    title = f"Disagreement with rule {rule.name} ({f'{spec.name} {spec.version}'.strip()})"
    text = _report_form(spec, rule)
    keys = ("subject", "body") if address.startswith("mailto:") else ("title", "body")
    query = urlencode(dict(zip(keys, (title, text), strict=True)), quote_via=quote)
    before, mark, fragment = address.partition("#")
    joint = "&" if urlsplit(before).query else "?"
    return f"{before.rstrip('?&')}{joint}{query}{mark}{fragment}"


def _report_form(spec: SpecModel, rule: Rule) -> str:
    """Return the text that a reader fills in, a label a line."""
    version = [f"version: {spec.version}"] if spec.version else []
    decisions = [effect.decision for effect in rule.effects]
    asked = "What should be decided otherwise? Please fill in what you know."
    lines = [asked, "", f"rule: {rule.name}", f"spec: {spec.name}", *version]
    if len(decisions) == 1:
        lines.append(f"decision: {decisions[0].name}")
    return "\n".join([*lines, *(f"{name}: " for name in ASKED_FIELDS)]) + "\n"


def _filled_address(address: str, rule: str, version: str, spec: str) -> str:
    values = dict(zip(PLACEHOLDERS, (rule, version, spec), strict=True))
    for name, value in values.items():
        address = address.replace(name, quote(value, safe=""))
    return address
