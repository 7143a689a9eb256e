"""The difference of the say in sentences: who can do what no longer, or only now, and where.

Only what somebody can bring about is worded. What it can prevent follows: whoever keeps a decision
from an outcome where it could not before brings another outcome about there, and could not before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from specdsl.analyses.steering.say_change import SayChange, SayDifference, SayRegion, SayTrend
from specdsl.analyses.steering.steering_result import SpeechManner, SteeringGoal
from specdsl.base.quick_dataclass import dataclass
from specdsl.reports.checked_spec import count_of
from specdsl.verification.two_specs.region_cover import Extent

APART = "no situation is possible in both specs: nothing was compared"
MANNERS = {
    SpeechManner.STATED: "",
    SpeechManner.IMPLIED: "by implication ",
    SpeechManner.LENT: "by lent authority ",
}


@dataclass(frozen=True, slots=True)
class SaySentence:
    """A sentence about speakers and outcomes that gained or lost the same, to be followed by where;
    `extents` are those of its changes, and `region` shows one of them. There is none if it takes
    what others say; `total` if it could not be done at all before, or cannot any more."""

    decision: str
    trend: SayTrend
    text: str
    total: bool
    extents: tuple[Extent, ...]
    region: SayRegion | None

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return the conditions of the sentence."""
        return self.extents[0].main_conditions if self.extents and not self.total else ()

    @property
    def whole_text(self) -> str:
        """Return the sentence with where it holds."""
        return self.text + self.where_text()

    def where_text(self, known: Collection[str] = ()) -> str:
        """Return where it holds; conditions that are `known` from the context are left out."""
        if self.total:
            lost = self.trend is SayTrend.LOST
            return " at all" if lost else ", which was never possible before"
        exact = all(one.exact for one in self.extents)
        return where_text([c for c in self.conditions if c not in known], exact)


Key = tuple[SayTrend, bool, tuple[str, ...]]


def say_sentences(found: SayDifference, decision: str) -> list[SaySentence]:
    """Return the sentences about a decision: losses first, and what is simple to say first."""
    by_outcome: dict[tuple[Key, str], list[SayChange]] = {}
    for change in found.differences:
        if change.decision == decision and change.goal is SteeringGoal.SET:
            for key in _keys_of(change):
                by_outcome.setdefault((key, change.outcome), []).append(change)
    groups: dict[tuple[Key, str], list[SayChange]] = {}
    for (key, _), changes in by_outcome.items():
        groups.setdefault((key, speakers_text(changes)), []).extend(changes)
    sentences = [_sentence(*key, changes) for key, changes in groups.items()]
    return sorted(sentences, key=lambda one: (one.trend is SayTrend.GAINED, len(one.conditions)))


def _keys_of(change: SayChange) -> Iterator[Key]:
    for trend in (SayTrend.LOST, SayTrend.GAINED):
        region, total = change.region(trend), change.is_total(trend)
        if region is not None or total:
            known = region is not None and not total
            yield trend, total, region.extent.main_conditions if region and known else ()


def _sentence(key: Key, speakers: str, changes: list[SayChange]) -> SaySentence:
    trend, total, _ = key
    verb = "can no longer" if trend is SayTrend.LOST else "can now"
    outcomes = join_words([f"`{one}`" for one in dict.fromkeys(c.outcome for c in changes)], "or")
    text = f"{speakers} {verb} make `{changes[0].decision}` {outcomes}"
    regions = [region for change in changes if (region := change.region(trend)) is not None]
    extents = tuple(region.extent for region in regions)
    shown = regions[0] if regions else None
    return SaySentence(changes[0].decision, trend, text, total, extents, shown)


def where_text(conditions: Sequence[str], exact: bool) -> str:
    """Return where something holds, to follow a sentence."""
    if not conditions:
        return "" if exact else " in some situations"
    return f" {'where' if exact else 'in some situations where'} {' and '.join(conditions)}"


def speakers_text(changes: Iterable[SayChange]) -> str:
    """Return who speaks, and in which manner if it is not plainly stated."""
    by_manner: dict[SpeechManner, dict[str, None]] = {}
    for change in changes:
        by_manner.setdefault(change.manner, {})[f"`{change.principal}`"] = None
    ordered = sorted(by_manner, key=list(SpeechManner).index)
    parts = [MANNERS[manner] + join_words(by_manner[manner], "and") for manner in ordered]
    return ", and ".join(parts) + "," * (len(parts) > 1)


def join_words(words: Iterable[str], last: str) -> str:
    """Return words as a list in a sentence."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def example_text(sentence: SaySentence) -> str:
    """Return a simple situation that shows a sentence, or an empty text."""
    region = sentence.region
    if region is None:
        return ""
    said = " and ".join(f"`{effect}`" for effect in region.says)
    where = "whatever the facts" if region.text == "any" else f"with {region.text}"
    was = f"gave `{region.with_old}`" if region.with_old else "was not heard"
    return f"for example {where}, {said} {was} and gives `{region.with_new}` now"


def open_question_texts(found: SayDifference) -> list[str]:
    """Return what is not determined, a sentence for each decision."""
    names = dict.fromkeys((*found.undetermined, *(c.decision for c in found.open_questions)))
    return [_open_question_text(found, name) for name in names]


def _open_question_text(found: SayDifference, name: str) -> str:
    if name in found.undetermined:
        return f"what a single speaker can do with `{name}` is not computed: it takes too long"
    open_ = [one for one in found.open_questions if one.decision == name]
    who = speakers_text(open_)
    outcomes = join_words(dict.fromkeys(f"`{one.outcome}`" for one in open_), "or")
    what = f"make `{name}` {outcomes}, or keep it from that"
    return f"whether {who} can {what}, whatever others say, is not computed: it takes too long"


def summary_text(found: SayDifference) -> str:
    """Return one line about what was compared and found."""
    if found.apart:
        return APART
    sentences = [s for name in found.decisions for s in say_sentences(found, name)]
    lost = sum(one.trend is SayTrend.LOST for one in sentences)
    same = f", {len(found.equal)} of them the same" if found.equal else ""
    verdict = f"{lost} lost, {len(sentences) - lost} gained"
    if not found.is_settled:
        verdict += f", {count_of(len(open_question_texts(found)), 'question')} open"
    return f"{count_of(len(found.decisions), 'decision')}{same}: {verdict}"
