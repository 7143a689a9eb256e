"""Links to report a disagreement with a rule: they carry its name and the version."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from specdsl.apps.site.markup import is_web_address
from specdsl.frontend.model.nodes import Rule, SpecModel


def is_report_address(address: str) -> bool:
    """Return whether reports can be sent there: a web address or `mailto:` with a recipient."""
    return is_web_address(_filled_address(address, "rule", "1"))


def report_address(address: str, spec: SpecModel, rule: Rule) -> str | None:
    """Return the address for a report about a rule, None if nobody wants reports.

    `{rule}` and `{version}` in the address are replaced. Without them a title and a text are added
    to its query: the subject and the body of a mail, or what forms of issue trackers read.
    """
    if not address:
        return None
    if "{rule}" in address or "{version}" in address:
        return _filled_address(address, rule.name, spec.version or spec.name)
    title = f"Disagreement with rule {rule.name} ({_version_text(spec)})"
    text = f"Rule: {rule.name}\nSpec: {_version_text(spec)}\n\nWhat should be decided otherwise:\n"
    keys = ("subject", "body") if address.startswith("mailto:") else ("title", "body")
    query = urlencode(dict(zip(keys, (title, text), strict=True)), quote_via=quote)
    before, mark, fragment = address.partition("#")
    joint = "&" if urlsplit(before).query else "?"
    return f"{before.rstrip('?&')}{joint}{query}{mark}{fragment}"


def _filled_address(address: str, rule: str, version: str) -> str:
    filled = address.replace("{rule}", quote(rule, safe=""))
    return filled.replace("{version}", quote(version, safe=""))


def _version_text(spec: SpecModel) -> str:
    return f"{spec.name} {spec.version}".strip()
