"""What `specdsl.check` finds against what the enumeration finds, key by key."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import specdsl
from specdsl.api import Spec
from specdsl.base.diagnostics import Report
from specdsl.pipeline import load_text
from tests.acceptance import findings
from tests.bruteforce.findings import Enumerated, enumerate_findings
from tests.bruteforce.linear import Unenumerable
from tests.random_specs import (
    random_clash,
    random_layer,
    random_match,
    random_of_kind,
    random_spec,
    random_talk,
)

CLAUSES = ("dead_conjuncts", "dead_cells")
MARK = "\n# --- on top of it ---\n"
OF_ALL = 10
OF_ONE = ("relations", "dates", "chains", "outcomes", "relations")
KINDS = OF_ALL + len(OF_ONE)


@dataclass(frozen=True, slots=True)
class Case:
    """A spec, or a layer with its base."""

    text: str
    base: str = ""

    @staticmethod
    def of_seed(seed: int) -> Case:
        """The kinds in turn."""
        return Case.of_kind(seed % KINDS, seed)

    @staticmethod
    def of_kind(kind: int, seed: int) -> Case:
        """Of the first ten kinds, one has many patterns, in two much is said, in two rules clash,
        and one is a layer; the others have many of one thing each."""
        match kind:
            case 4:
                return Case(random_match(seed))
            case 5 | 6:
                return Case(random_talk(seed))
            case 7 | 8:
                return Case(random_clash(seed))
            case 9:
                made = random_layer(seed)
                return Case(made.text, *made.library.values())
            case _ if kind >= OF_ALL:
                return Case(random_of_kind(OF_ONE[kind - OF_ALL], seed))
            case _:
                return Case(random_spec(seed))

    @staticmethod
    def of_joined(text: str) -> Case:
        base, mark, layer = text.rpartition(MARK)
        return Case(layer, base) if mark else Case(text)

    @property
    def joined(self) -> str:
        """In one text."""
        return f"{self.base}{MARK}{self.text}" if self.base else self.text

    @property
    def library(self) -> dict[str, str]:
        return {"platform.spec": self.base} if self.base else {}

    @property
    def loads(self) -> bool:
        return load_text(self.text, "random.spec", self.library).circuit is not None


@dataclass(frozen=True, slots=True)
class Compared:
    """Of one spec: by key that agrees how much was found, and by code how much the check found;
    what differs, in words; checks that left something unproved (which differs too); keys passed
    over or compared in part, with the reason; why all was passed over (`too_large`). Seconds of
    the processor, of the check and of the enumeration."""

    agree: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    misses: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    too_large: str = ""
    check_seconds: float = 0.0
    enumeration_seconds: float = 0.0


def compare(case: Case, most: int) -> Compared:
    """The case has to load. At most `most` valuations are enumerated."""
    loaded = load_text(case.text, "random.spec", case.library)
    start = time.process_time()
    try:
        made = enumerate_findings(loaded.require_circuit().spec, most=most)
    except Unenumerable as error:
        return Compared(too_large=str(error))
    between = time.process_time()
    report = specdsl.check(Spec(replace(loaded, files=()), case.library))
    end = time.process_time()
    return replace(
        judged(made, report), check_seconds=end - between, enumeration_seconds=between - start
    )


def judged(made: Enumerated, report: Report) -> Compared:
    """A report against what was enumerated."""
    apart = {*made.partial, *CLAUSES}
    whole = {key: items for key, items in made.found.items() if key not in apart}
    compared = findings.compare("", whole, report)
    passed_over = dict.fromkeys(compared.passed_over, "no check of it") | made.too_large
    passed_over |= dict.fromkeys(made.partial, "in part: too much can be said in two worlds")
    unproved = tuple(f"{one.code.name}: {one.detail}" for one in report.unproved)
    misses = [*compared.misses, *(f"unproved: {one}" for one in unproved)]
    in_part = sorted(made.partial - {*CLAUSES})
    misses += [miss for key in in_part for miss in _in_part(key, made.found, report)]
    agree = {key: _count(made.found[key]) for key in compared.agree}
    if wrong := _dead_clauses(made, report):
        misses.append(wrong)
    elif "dead_conjuncts" in made.found and "dead_conjuncts" not in made.partial:
        agree["dead_conjuncts"] = _count(made.found["dead_conjuncts"])
    codes = Counter(found.code.id for found in report.findings)
    return Compared(agree, codes, tuple(misses), unproved, passed_over)


def _dead_clauses(made: Enumerated, report: Report) -> str:
    """What differs of clauses, by rule: of those that are the form of a table some may be found; of
    what was enumerated in part some may not."""
    if not made.found.keys() >= {*CLAUSES}:
        return ""
    must, may = (_clauses(made.found[key]) for key in CLAUSES)
    ours = {
        (rule, d.fields["clause"], d.fields.get("of", ""))
        for d in report.findings
        if d.code.name == "dead-conjunct"
        for rule in d.fields["rules"]
    }
    missing = set() if "dead_conjuncts" in made.partial else must - ours
    wrong = [f"missing {one}" for one in sorted(missing)]
    wrong += [f"too many {one}" for one in sorted(ours - must - may)]
    return f"dead_conjuncts: {', '.join(wrong)}" if wrong else ""


def _clauses(items: Iterable[Any]) -> set[tuple[str, ...]]:
    return {tuple(item) for item in items}


def _count(found: object) -> int:
    return len(found) if isinstance(found, list) else int(bool(found))


def _in_part(key: str, found: Mapping[str, Any], report: Report) -> Iterator[str]:
    """What was enumerated must have been found; of what changes nothing only that may have been."""
    check = findings.KEYS[key].check
    ours, theirs = findings.both_sides(key, found, report)
    changes_nothing = key == "redundant" or key.startswith("idle")
    word, wrong = ("too many", ours - theirs) if changes_nothing else ("missing", theirs - ours)
    if wrong and not any(one.code.name == check for one in report.unproved):
        yield f"{key}: {word} {', '.join(sorted(map(str, wrong)))}"
