"""Content of a page, in the order in which it is shown. Templates only lay it out."""

from __future__ import annotations

from markupsafe import Markup

from specdsl.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class LevelBadge:
    name: str
    hue: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line of a conversation; `grade` is good, ok or bad, and empty for what others say."""

    speaker: str
    grade: str
    text: str
    because: PageLink | None = None


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    effect: Markup
    because: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class ExampleCard:
    anchor: str
    title: str
    like: PageLink | None
    given: tuple[Markup, ...]
    unknown: tuple[Markup, ...]  # Many facts that are unknown stand for themselves.
    says: tuple[Markup, ...]
    talk: tuple[AnswerLine, ...]
    good: tuple[AnswerLine, ...]
    bad: tuple[AnswerLine, ...]
    expected: tuple[ExpectedOutcome, ...]
    proof: ProofMark


@dataclass(frozen=True, slots=True)
class ProofMark:
    """The result of checks of one thing: proved, found, accepted, unproved or unchecked."""

    result: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleClause:
    keyword: str
    html: Markup


@dataclass(frozen=True, slots=True)
class RuleCard:
    anchor: str
    name: str
    title: str
    heading: int
    level: LevelBadge
    value: PageLink | None
    clauses: tuple[RuleClause, ...]
    because: str
    reference: str
    reference_address: str | None
    proofs: tuple[ProofMark, ...]
    outranked_by: tuple[PageLink, ...]
    outranks: tuple[PageLink, ...]
    examples: tuple[ExampleCard, ...]
    further_examples: tuple[PageLink, ...]
    report: str | None


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A trial rule, which decides nothing: what it says, as it is written."""

    anchor: str
    name: str
    title: str
    heading: int
    level: LevelBadge | None
    tried: tuple[RuleClause, ...]
    because: str


@dataclass(frozen=True, slots=True)
class PolicyHead:
    anchor: str
    doc: str
    title: str
    heading: int
    level: LevelBadge | None
    value: PageLink | None
    when: Markup | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A file with rules or examples; `parts` are in the order in which they are written."""

    anchor: str
    title: str
    parts: tuple[PolicyHead | RuleCard | TrialCard | ExampleCard, ...]
    sections: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class SteeringRow:
    speaker: str
    unheard: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionCard:
    anchor: str
    name: str
    doc: str
    outcomes: tuple[str, ...]
    fallback: str
    is_declared_default: bool
    on_conflict: str | None
    steered_by: str
    steering: tuple[SteeringRow, ...] | None  # None if it was not computed.
    steering_outcomes: tuple[str, ...]
    picture: Markup | None
    rules: tuple[tuple[LevelBadge, tuple[PageLink, ...]], ...]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """An assertion."""

    title: str
    claim: Markup
    when: Markup | None
    proof: ProofMark


@dataclass(frozen=True, slots=True)
class CheckRow:
    code: str
    name: str
    proof: ProofMark


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A row of the glossary: a fact, define, value, level or principal."""

    anchor: str
    name: str
    doc: str
    note: Markup


@dataclass(frozen=True, slots=True)
class HistoryRow:
    date: str
    what: str
    credit: str
    feedback: str


@dataclass(frozen=True, slots=True)
class LayerNote:
    """A layer: its base, the level where the authority of its authors ends, and the proof of its
    promise to tighten only, if it makes one.
    """

    base: str
    level: LevelBadge
    proof: ProofMark | None


@dataclass(frozen=True, slots=True)
class SpecPage:
    name: str
    title: str
    version: str
    counts: tuple[tuple[int, str], ...]
    passes: bool
    verdict: str
    layer: LayerNote | None
    findings: tuple[ProofMark, ...]
    guarantees: tuple[Guarantee, ...]
    checks: tuple[CheckRow, ...]
    chapters: tuple[Chapter, ...]
    decisions: tuple[DecisionCard, ...]
    steering_left_out: int
    picture: Markup
    levels: tuple[tuple[LevelBadge, str], ...]
    principals: tuple[GlossaryEntry, ...]
    values: tuple[GlossaryEntry, ...]
    facts: tuple[GlossaryEntry, ...]
    defines: tuple[GlossaryEntry, ...]
    assumptions: tuple[GlossaryEntry, ...]
    history: tuple[HistoryRow, ...]
