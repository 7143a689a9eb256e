"""What came of many comparisons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.bruteforce.compare import Compared


@dataclass(slots=True)
class Total:
    """Of the specs of these seeds. Seconds are those of the processor."""

    seeds: range
    agree: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    disagree: int = 0
    unproved: int = 0
    check_seconds: float = 0.0
    enumeration_seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)  # seconds, seed

    def add(self, seed: int, one: Compared) -> None:
        self.agree.update(one.agree)
        self.codes.update(one.codes)
        self.passed_over.update(f"{key}: {why}" for key, why in one.passed_over.items())
        self.passed_over.update([f"whole specs: {one.too_large}"] if one.too_large else [])
        self.disagree += bool(one.misses)
        self.unproved += len(one.unproved)
        self.check_seconds += one.check_seconds
        self.enumeration_seconds += one.enumeration_seconds
        self.slowest = max(self.slowest, (one.check_seconds + one.enumeration_seconds, seed))

    def lines(self) -> Iterator[str]:
        """By kind what agrees, what was passed over, and the summary."""
        yield f"{len(self.seeds)} specs from seed {self.seeds.start}; findings compared, by kind:"
        yield from (f"  {key:34} {count:7}" for key, count in self.agree.items())
        for what, count in sorted(self.passed_over.items()):
            yield f"PASSED OVER {count} times: {what}"
        yield self.summary()

    def summary(self) -> str:
        """In one line, to be quoted."""
        whole = sum(n for what, n in self.passed_over.items() if what.startswith("whole specs"))
        verdict = f"{self.disagree} DISAGREE" if self.disagree else "everything agrees"
        seconds = f"check {self.check_seconds:.0f} s, enumeration {self.enumeration_seconds:.0f} s"
        return (
            f"seeds {self.seeds.start} to {self.seeds.stop - 1}: {verdict}; "
            f"{len(self.seeds) - whole} specs compared, {whole} too large, "
            f"{self.unproved} checks unproved; found {_counts(self.codes)}; {seconds}, "
            f"slowest spec {self.slowest[0]:.1f} s (seed {self.slowest[1]})"
        )


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {counted[name]}" for name in sorted(counted)) or "nothing"
