"""What `specdsl.check` finds against what the enumeration finds, key by key."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import specdsl
from specdsl.pipeline import load_text
from specdsl.policy import Spec
from tests.acceptance import findings
from tests.bruteforce.findings import enumerate_findings
from tests.bruteforce.linear import Unenumerable


@dataclass(frozen=True, slots=True)
class Compared:
    """Of one spec: by key that agrees how much was found; what differs, in words; keys passed over,
    with the reason; why all was (`too_large`). Seconds of the check and of the enumeration."""

    agree: Mapping[str, int] = field(default_factory=dict)
    misses: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    too_large: str = ""
    check_seconds: float = 0.0
    enumeration_seconds: float = 0.0


def compare(text: str, library: Mapping[str, str] | None = None, most: int = 3_000) -> Compared:
    """The text has to load. At most `most` valuations are enumerated."""
    loaded = load_text(text, "random.spec", library or {})
    start = time.perf_counter()
    try:
        found, crossing = enumerate_findings(loaded.whole().spec, most=most)
    except Unenumerable as error:
        return Compared(too_large=str(error))
    between = time.perf_counter()
    report = specdsl.check(Spec(loaded, library))
    end = time.perf_counter()
    compared = findings.compare("", found, report)
    passed_over = dict.fromkeys(compared.passed_over, "no check of it")
    passed_over |= dict.fromkeys(crossing, "what is said would count at two levels in two worlds")
    agree = {key: _count(found[key]) for key in compared.agree}
    return Compared(agree, compared.misses, passed_over, "", end - between, between - start)


def _count(found: object) -> int:
    return len(found) if isinstance(found, list) else int(bool(found))
