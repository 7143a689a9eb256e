"""One spec, checked and judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.policies import write_policy
from specdsl.api import Spec, check, loads
from specdsl.second_opinion.all_questions import report_questions
from specdsl.second_opinion.cvc5 import Opinion, ask_cvc5, cvc5_version, second_opinion
from specdsl.second_opinion.opinion import uncovered_lines

FEW = 4  # of what is not settled, that are named


@dataclass(frozen=True, slots=True)
class Written:
    """A spec of a shape, of so many rules."""

    shape: str
    rules: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.shape} {self.seed}"

    @property
    def text(self) -> str:
        return write_policy(self.shape, self.rules, self.seed).text


@dataclass(frozen=True, slots=True)
class Judged:
    """In words: what the two answer differently, what the second did not answer, what the check
    left open, and what was not asked, by reason. How many answers agree, and seconds of the
    processor for the check and for the opinion."""

    name: str
    agreed: int
    differing: tuple[str, ...]
    silent: tuple[str, ...]
    left_open: tuple[str, ...]
    not_asked: tuple[str, ...]
    check_seconds: float
    opinion_seconds: float

    def lines(self) -> list[str]:
        """The figures, and what is no agreement."""
        seconds = f"check {self.check_seconds:.1f} s, opinion {self.opinion_seconds:.1f} s"
        found = [f"{self.name}: {self.agreed} agree; {seconds}"]
        found += [f"  DISAGREE: {one}" for one in self.differing]
        found += _counted("without an answer in time", self.silent)
        found += _counted("left unproved by the check", self.left_open)
        return found + [f"  {one}" for one in self.not_asked]


def _counted(what: str, several: Sequence[str]) -> list[str]:
    """How many of them there are, and the first few."""
    more = f" and {len(several) - FEW} more" if len(several) > FEW else ""
    return [f"  {len(several)} {what}: {', '.join(several[:FEW])}{more}"] if several else []


def judge(written: Written, seconds: float) -> Judged:
    """`seconds` for each question."""
    return judge_text(written.name, written.text, seconds)


def judge_text(name: str, text: str, seconds: float) -> Judged:
    """The whole report, before comments take findings out of it."""
    spec = loads(text)
    start = time.process_time()
    report = check(Spec(replace(spec.loaded, files=()), None))
    between = time.process_time()
    asked = report_questions(spec.model, report)
    opinion = second_opinion(asked.asked, ask_cvc5, cvc5_version(), seconds)
    return Judged(
        name,
        len(opinion.agreed),
        _differing(opinion),
        tuple(one.wording.about for one in opinion.unanswered),
        tuple(one.wording.about for one in opinion.left_open),
        tuple(uncovered_lines(asked.uncovered)),
        between - start,
        time.process_time() - between,
    )


def _differing(opinion: Opinion) -> tuple[str, ...]:
    return tuple(
        f"{one.wording.code}: {one.wording.about}: the check says {one.expected}, {opinion.solver} "
        f"says {answer}"
        for one, answer in opinion.differing
    )
