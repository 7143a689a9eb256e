"""Engines that answer many specs at once, each held against the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.agreement.asked import Asked, Difference
from tests.agreement.judges import Judges
from tests.agreement.tables import duckdb_differences, spark_differences
from tests.agreement.typescript_engine import typescript_differences

Engine = Callable[[Sequence[Asked]], Iterator[Difference]]


def python_differences(asked: Sequence[Asked]) -> Iterator[Difference]:
    """Differences of the emitted module, called in each of its ways, and of the circuit."""
    for number, one in enumerate(asked):
        judges = Judges.of(one.circuit)
        for situation in one.situations:
            for what in judges.differences(situation):
                yield Difference(number, situation, what)


ENGINES: Mapping[str, Engine] = {
    "python": python_differences,
    "typescript": typescript_differences,
    "duckdb": duckdb_differences,
    "spark": spark_differences,
}
BATCH = 100  # specs, one run of an engine


def first_difference(asked: Sequence[Asked], names: Sequence[str]) -> str:
    """The first difference of an engine, with its spec and situation; empty where all agree."""
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        for name in names:
            for found in ENGINES[name](batch):
                where = f"{batch[found.spec].text}\n{found.situation}"
                return f"{name}, spec {start + found.spec}: {found.what}\n{where}"
    return ""
