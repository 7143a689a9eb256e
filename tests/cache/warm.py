"""A spec checked with what is known of its parts, and without."""

from __future__ import annotations

from specdsl.analyses.fixes import add_fixes
from specdsl.analyses.fixes.proposals import no_cache
from specdsl.api import Spec, check
from specdsl.apps.cache import Cache, in_memory_cache
from specdsl.reports import FORMATS, CheckedSpec, Style
from tests.cache.edits import loaded

Told = str


def warm(text: str, cache: Cache, brief: bool = False) -> Told:
    """All that is to be read of the report."""
    one = loaded(text)
    return told(check(Spec(one, None), known=cache.known_components(one), brief=brief))


def cold(text: str, brief: bool = False) -> Told:
    return told(check(Spec(loaded(text), None), brief=brief))


def mended(text: str, knowing: bool) -> Told:
    """With the mends that are proposed, each of which has been tried."""
    spec = Spec(loaded(text), {})
    known = in_memory_cache() if knowing else no_cache
    return told(add_fixes(spec, check(spec), cache_for=known))


def told(report: object) -> Told:
    runs = [CheckedSpec("random.spec", report, loads=True)]  # type: ignore[arg-type]
    return "".join(FORMATS[form](runs, Style()) for form in ("json", "text"))
