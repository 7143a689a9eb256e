"""What a random spec talks about: people, facts, decisions. Names differ across all name spaces."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.random_specs.drawing import Draw

LEVELS = ("root", "platform", "shop", "guideline")
SPEAKERS = ("boss", "coder", "asker", "clerk")
POWERLESS = ("web_page", "tool_call")
VALUES = ("safety", "honesty", "thrift", "comfort")
MEMBERS = (("vip", "staff", "guest"), ("red", "blue"), ("early", "late"))
OUTCOMES = (("full", "part", "hint", "none_at_all"), ("pay", "ask_first", "reject"), ("yes", "no"))
DECISIONS = ("reply", "refund", "access")
QUANTITIES = ("int", "number", "date", "time", "duration")

CONSTANTS = {
    "int": ("0", "1", "2"),
    "number": ("0", "1", "0.5", "-1"),
    "date": ("2025-02-28", "2025-03-01"),
    "time": ("2025-03-01T12:00:00Z", "2025-03-01T14:00:00+01:00"),
    "duration": ("0s", "12h", "1d"),
    "text": ('""', '"a"', '"ab"'),
    "text ignoring case": ('""', '"A"', '"\u00c9"', '"aB"'),
}
SMALL_RANGES = {
    "int": (" 0..2", " -1..1"),
    "number": ("", " 0..1", " 0.."),
    "date": (" 2025-02-28..2025-03-02",),
    "time": ("", " 2025-03-01T00:00:00Z.."),
    "duration": ("", " 0s..1d"),
}
WIDE_RANGES = {
    "int": ("", " 0..", " ..5", " 0..3650"),
    "number": ("", " -0.5..", " ..100"),
    "date": ("", " 2025-01-01.."),
    "time": ("", " ..2026-01-01T00:00:00Z"),
    "duration": ("", " 0s..", " ..2w"),
}
PATTERNS = {
    "text": ("a*", "*b", "?", "*", "", "a?", "\\\\*"),
    "text ignoring case": ("A*", "*b", "?", "*", "", "a?", "*\u00c9", "E?", "?\u0301"),
}


@dataclass(frozen=True, slots=True)
class FactDraft:
    """`kind` is a quantity, bool, text, enum or set; `range` as written after the type."""

    name: str
    kind: str
    members: tuple[str, ...] = ()
    range: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """`steered` names who steers it; None: all do. `settled` and `default`: outcomes, or empty."""

    name: str
    outcomes: tuple[str, ...]
    steered: tuple[str, ...] | None = None
    settled: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class SpeakerDraft:
    """`level` and `implied` are indices into the levels; None: without authority, never implied."""

    name: str
    level: int | None
    implied: int | None = None


@dataclass(frozen=True, slots=True)
class DefineDraft:
    """`kind` is bool or a quantity; `reads` is the least number of decisions that must come before
    one whose conditions use it."""

    name: str
    kind: str
    text: str
    reads: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`levels` highest first; `values` in an order in which priorities may run; `decisions` in an
    order in which each may read those before it."""

    levels: tuple[str, ...]
    speakers: tuple[SpeakerDraft, ...]
    values: tuple[str, ...]
    facts: tuple[FactDraft, ...]
    decisions: tuple[DecisionDraft, ...]
    defines: tuple[DefineDraft, ...] = ()

    def of_kind(self, *kinds: str) -> list[FactDraft]:
        return [fact for fact in self.facts if fact.kind in kinds]

    def with_defines(self, defines: tuple[DefineDraft, ...]) -> Vocabulary:
        return replace(self, defines=defines)


def vocabulary(draw: Draw, small: bool) -> Vocabulary:
    levels = LEVELS[: draw.number(2, 3 if small else 4)]
    speakers = _speakers(draw, len(levels))
    values = tuple(draw.some(VALUES, 0, 3))
    facts = _small_facts(draw) if small else _facts(draw, draw.number(2, 9))
    return Vocabulary(levels, speakers, values, facts, _decisions(draw, speakers, small))


def _speakers(draw: Draw, levels: int) -> tuple[SpeakerDraft, ...]:
    found = []
    for name in draw.some(SPEAKERS, 0, 3):
        level = draw.number(0, levels - 1)
        implied = draw.number(level, levels - 1) if draw.chance(40) else None
        found.append(SpeakerDraft(name, level, implied))
    powerless = draw.some(POWERLESS, 0, 1) if draw.chance(60) else []
    return (*found, *(SpeakerDraft(name, None) for name in powerless))


def _decisions(
    draw: Draw, speakers: tuple[SpeakerDraft, ...], small: bool
) -> tuple[DecisionDraft, ...]:
    found = []
    for name, outcomes in zip(DECISIONS[: draw.number(1, 3)], OUTCOMES, strict=False):
        most = 3 if small and draw.chance(80) else len(outcomes)
        kept = outcomes[: draw.number(2, min(most, len(outcomes)))]
        steered = tuple(s.name for s in draw.some(speakers, 0, 3)) if draw.chance(40) else None
        settled = draw.pick(kept) if draw.chance(40) else ""
        default = draw.pick(kept) if draw.chance(40) else ""
        found.append(DecisionDraft(name, kept, steered, settled, default))
    return tuple(found)


def _facts(draw: Draw, count: int) -> tuple[FactDraft, ...]:
    kinds = ("bool", "enum", "set", *QUANTITIES, "text")
    return tuple(_fact(draw, f"fact_{i}", draw.pick(kinds), WIDE_RANGES) for i in range(count))


def _small_facts(draw: Draw) -> tuple[FactDraft, ...]:
    """So few that all their values together are some hundreds."""
    plain = [draw.pick(("bool", "bool", "enum")) for _ in range(draw.number(1, 3))]
    kinds = [*plain, *draw.some(("set", "int", "number", "date", "time", "duration", "text"), 0, 2)]
    if draw.chance(15):
        kinds.append(draw.pick(kinds))
    return tuple(_fact(draw, f"fact_{i}", kind, SMALL_RANGES) for i, kind in enumerate(kinds))


def _fact(draw: Draw, name: str, kind: str, ranges: dict[str, tuple[str, ...]]) -> FactDraft:
    optional = draw.chance(40)
    if kind in ("enum", "set"):
        members = draw.pick(MEMBERS if ranges is WIDE_RANGES else MEMBERS[1:])
        ordered = tuple(draw.some(members, len(members), len(members)))
        return FactDraft(name, kind, ordered, optional=optional)
    if kind == "text" and draw.chance(50):
        kind = "text ignoring case"
    return FactDraft(name, kind, (), draw.pick(ranges.get(kind, ("",))), optional)
