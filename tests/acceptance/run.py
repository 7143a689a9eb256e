"""One suite policy from its text to a verdict: loaded or refused, decided twice, checked."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from specdsl.base.diagnostics import Report
from specdsl.checks import CHECKS
from specdsl.pipeline import Loaded
from tests.acceptance import engines, findings, refusals, situations
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy

CHECK_NAMES = tuple(code.name for check in CHECKS for code in (check.code, *check.further_codes))


@dataclass(frozen=True, slots=True)
class Options:
    """What to run. `seconds` bounds one policy, as the backstop against a hang."""

    check: bool = True
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one policy; every miss in words, after the id."""

    id: str
    situations: int = 0  # answers compared: two for each situation, one an engine
    right: int = 0
    refused: int = 0  # specs refused as they must be
    findings: int = 0  # keys that agree
    passed_over: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()  # misses that are held to be the suite's fault
    seconds: float = 0.0


def judge(policy: SuitePolicy, options: Options) -> Verdict:
    """The verdict on one policy. An exception of ours is a miss, never the end of the run."""
    start = time.perf_counter()
    try:
        with _limited(options.seconds):
            verdict = _judge(policy, options)
    except Exception as error:
        verdict = Verdict(policy.id, misses=(_crash(error),))
    return replace(verdict, seconds=time.perf_counter() - start)


def _judge(policy: SuitePolicy, options: Options) -> Verdict:
    loaded = engines.load(policy)
    if policy.refused is not None:
        wrong = tuple(refusals.misses(policy.refused, loaded.diagnostics, engines.MAIN))
        return Verdict(policy.id, refused=int(not wrong), misses=wrong)
    if loaded.circuit is None:
        why = "; ".join(d.message for d in loaded.diagnostics[:3])
        return Verdict(policy.id, misses=(f"does not load: {why}",))
    misses: list[str] = []
    right = 0
    answers: list[list[Said]] = []
    for name, make in engines.ENGINES.items():
        try:
            decide = make(loaded)
        except Exception as error:
            misses.append(f"{name}: {_crash(error)}")
            continue
        answers.append([])
        for number, situation in enumerate(policy.situations):
            said, wrong = _ask(decide, situation)
            right += not wrong
            misses += [f"situation {number} ({name}): {text}" for text in wrong]
            answers[-1] += [said] if said else []
    if answers:
        misses += _of_situations(policy, answers[0])
    compared = _check(policy, loaded, options)
    return Verdict(
        policy.id,
        situations=len(policy.situations) * len(engines.ENGINES),
        right=right,
        findings=len(compared.agree),
        passed_over=compared.passed_over,
        disputed=compared.disputed,
        misses=(*misses, *compared.misses),
    )


def _ask(
    decide: engines.Decide, situation: Mapping[str, Any]
) -> tuple[Said | None, tuple[str, ...]]:
    try:
        said = decide(situation["facts"], situation.get("says") or ())
    except Exception as error:
        return None, (_crash(error),)
    return said, tuple(situations.misses(situation, said))


def _of_situations(policy: SuitePolicy, answers: list[Said]) -> Iterator[str]:
    """The keys that speak of the listed situations only."""
    seen: Mapping[str, set[str]] = {
        "contradiction_in_these_situations": {
            d for said in answers for d in (*said.failed, *said.conflicted)
        },
        "undecided_in_these_situations": {d for said in answers for d in said.default},
    }
    for key, ours in seen.items():
        expected = policy.findings.get(key)
        if expected is not None and ours != set(expected):
            yield f"{key}: {sorted(ours)}, expected {sorted(expected)}"


def _check(policy: SuitePolicy, loaded: Loaded, options: Options) -> findings.Compared:
    if not options.check:
        return findings.Compared()
    if not findings.wanted(policy.findings, CHECK_NAMES):
        return findings.pass_over(policy.findings)
    try:
        report = engines.check(loaded)
    except Exception as error:
        return findings.Compared(misses=(f"check: {_crash(error)}",))
    compared = findings.compare(policy.id, policy.findings, report)
    return replace(compared, misses=(*compared.misses, *_replays(loaded, report)))


def _replays(loaded: Loaded, report: Report) -> Iterator[str]:
    """Reported contradictions whose own situation, decided anew, does not show their clash."""
    found = [one for one in report.findings if one.code.name == "contradiction"]
    for name, make in engines.ENGINES.items() if found else ():
        decide = make(loaded)
        for finding in found:
            decision, rules = finding.fields["decision"], frozenset(finding.fields["rules"])
            replay = finding.fields["replay"]
            clashes = decide(replay["facts"], replay["says"]).clashes.get(decision, ())
            if rules not in clashes:
                shown = [sorted(clash) for clash in clashes]
                what = f"the situation reported for {sorted(rules)} shows {shown}"
                yield f"contradictions: {decision}: {what} ({name})"


def _crash(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {text}"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def late(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"took more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
