"""The difference of the say in sentences: who can do what no longer, or only now, and where.

Only what somebody can bring about is worded. What it can prevent follows: whoever keeps a decision
from an outcome where it could not before brings another outcome about there, and could not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.analyses.steering.say_change import SayChange, SayDifference, SayRegion, SayTrend
from specdsl.analyses.steering.steering_result import SpeechManner, SteeringGoal
from specdsl.base.quick_dataclass import dataclass
from specdsl.reports.checked_spec import count_of
from specdsl.verification.two_specs.region_cover import Extent

MANNERS = {
    SpeechManner.STATED: "",
    SpeechManner.IMPLIED: " by implication",
    SpeechManner.LENT: " by lent authority",
}


@dataclass(frozen=True, slots=True)
class SaySentence:
    """A sentence about speakers and outcomes that gained or lost the same, and one region that
    shows it, None if it takes what others say."""

    decision: str
    trend: SayTrend
    text: str
    region: SayRegion | None


@dataclass(frozen=True, slots=True)
class _Manner:
    """What is alike in changes that one sentence tells."""

    trend: SayTrend
    extent: Extent | None
    total: bool


def say_sentences(found: SayDifference, decision: str) -> list[SaySentence]:
    """Return the sentences about a decision, losses first."""
    by_outcome: dict[tuple[_Manner, str], list[SayChange]] = {}
    for change in found.differences:
        if change.decision == decision and change.goal is SteeringGoal.SET:
            for manner in _manners_of(change):
                by_outcome.setdefault((manner, change.outcome), []).append(change)
    groups: dict[tuple[_Manner, tuple[str, ...]], list[SayChange]] = {}
    for (manner, _), changes in by_outcome.items():
        groups.setdefault((manner, tuple(map(speaker_text, changes))), []).extend(changes)
    sentences = [_sentence(decision, *key, changes) for key, changes in groups.items()]
    return sorted(sentences, key=_sentence_position)


def _sentence_position(sentence: SaySentence) -> tuple[bool, int]:
    """Return a sort key: losses come before gains, and what is simple to say first."""
    condition = sentence.region.extent.condition if sentence.region else ""
    return sentence.trend is SayTrend.GAINED, condition.count(" and ")


def _manners_of(change: SayChange) -> Iterator[_Manner]:
    for trend in (SayTrend.LOST, SayTrend.GAINED):
        region, total = change.region(trend), change.is_total(trend)
        if region is not None or total:
            yield _Manner(trend, region.extent if region and not total else None, total)


def _sentence(
    decision: str, manner: _Manner, speakers: tuple[str, ...], changes: list[SayChange]
) -> SaySentence:
    verb = "can no longer" if manner.trend is SayTrend.LOST else "can now"
    outcomes = join_words([f"`{one}`" for one in dict.fromkeys(c.outcome for c in changes)], "or")
    text = f"{join_words(speakers, 'and')} {verb} make `{decision}` {outcomes}"
    region = changes[0].region(manner.trend)
    return SaySentence(decision, manner.trend, text + _where_text(manner), region)


def _where_text(manner: _Manner) -> str:
    if manner.total:
        return " at all" if manner.trend is SayTrend.LOST else ", which was never possible before"
    assert manner.extent is not None
    return extent_text(manner.extent)


def extent_text(extent: Extent) -> str:
    """Return where something holds, to follow a sentence."""
    if not extent.condition:
        return "" if extent.exact else " in some situations"
    return f" {'where' if extent.exact else 'in some situations where'} {extent.condition}"


def speaker_text(change: SayChange) -> str:
    """Return who speaks, and in which manner if it is not plainly stated."""
    return f"`{change.principal}`{MANNERS[change.manner]}"


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
    who = join_words(dict.fromkeys(map(speaker_text, open_)), "and")
    outcomes = join_words(dict.fromkeys(f"`{one.outcome}`" for one in open_), "or")
    what = f"make `{name}` {outcomes}, or keep it from that"
    return f"whether {who} can {what}, whatever others say, is not computed: it takes too long"


def summary_text(found: SayDifference) -> str:
    """Return one line about what was compared and found."""
    sentences = [s for name in found.decisions for s in say_sentences(found, name)]
    lost = sum(one.trend is SayTrend.LOST for one in sentences)
    same = f", {len(found.equal)} of them the same" if found.equal else ""
    verdict = f"{lost} lost, {len(sentences) - lost} gained"
    if not found.is_settled:
        verdict += f", {count_of(len(open_question_texts(found)), 'question')} open"
    return f"{count_of(len(found.decisions), 'decision')}{same}: {verdict}"
