"""Random text against the parser and the loader: `python -m tests.frontend.fuzz [COUNT] [SEED]`.

Every text must give a spec or diagnostics, within 5 seconds, and never an exception.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.keywords import KEYWORDS
from specdsl.frontend.syntax.parse import parse

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 5.0  # seconds a text
SMALL = """
spec lamp "A lamp" version "1"
authority top > low
principal owner at top implied at low
principal guest without authority
delegate guest at low on light when dark and not (hour < 3)
value calm "quiet nights"
fact dark: bool?
fact hour: int 0..23 "of the day"
fact opened: date 2025-01-01..2025-12-31
fact tags: set of {a, b} secret judged
define late = hour > 22 or hour < 6
assume sane: hour >= 0
decision light "The light": on_now > off_now steered by owner on conflict off_now
policy night at low for calm "Night." when late {
  rule rest
    when tags has any of {a, b} or min(hour, 3) = -1  # why
    unless dark is unknown
    then light is off_now
    because "sleep"
}
example "dark"
  given dark, not tags_on, hour = 3, tags = {a}
  owner says light is on_now at low
  good: "yes"
  expect light is on_now because owner
assert "one": light can be on_now when dark
change 2025-02-03 "first" credit "us"
"""
TOKENS = (
    *sorted(KEYWORDS),
    *[
        "a",
        "b",
        "light",
        "{",
        "}",
        "(",
        ")",
        ",",
        ":",
        ";",
        ">",
        "<",
        "<=",
        "=",
        "!=",
        "+",
        "-",
        "*",
        "/",
        "..",
        "?",
        '"x"',
        '"a\\"b"',
        '"open',
        "1",
        "0",
        "-2",
        "1.5",
        "30d",
    ],
    *[
        "2025-13-01",
        "2025-01-01",
        "2025-12-18T15:00:00Z",
        "2025-12-18T25:00:00Z",
        "#",
        "\\",
        "\x00",
        "\ufeff",
    ],
    "\n",
    "\r\n",
    "\ud800",
    "é",
)


def seeds() -> list[str]:
    """The specs that are shipped, and one that uses most of the language."""
    folders = (ROOT / "rules", ROOT / "examples")
    paths = sorted(path for folder in folders for path in folder.rglob("*.spec"))
    return [SMALL, *(path.read_text(encoding="utf-8") for path in paths)]


def texts(count: int, seed: int) -> Iterator[str]:
    """Random bytes, soups of tokens and mutated specs, in turn."""
    rng, shipped = random.Random(seed), seeds()
    for i in range(count):
        match i % 3:
            case 0:
                yield rng.randbytes(rng.randrange(200)).decode("utf-8", "replace")
            case 1:
                yield " ".join(rng.choices(TOKENS, k=rng.randrange(1, 80)))
            case _:
                yield mutated(rng, shipped[i // 3 % len(shipped)])


def mutated(rng: random.Random, text: str) -> str:
    """A few characters, tokens or lines dropped, doubled or put in."""
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.choice((1, 1, 5, 40)))
        piece = rng.choice((rng.choice(TOKENS), "", text[at:end] * 2, chr(rng.randrange(0x3000))))
        text = text[:at] + piece + text[end if rng.random() < 0.7 else at :]
    return text


def loader() -> Callable[[str], object] | None:
    """What loads a text, where the later stages are there."""
    try:
        from specdsl.pipeline import load_text
    except ImportError:
        return None
    return lambda text: load_text(text, "fuzz.spec", {})


def try_one(text: str, load: Callable[[str], object] | None) -> float:
    """Seconds of the processor that a text took; an exception is a bug."""
    start = time.process_time()
    source = Source("fuzz.spec", text)
    _, faults = parse(source)
    assert all(d.primary is not None and "\n" not in d.message for d in faults)
    format_text(source)
    if load is not None:
        load(text)
    return time.process_time() - start


def main(count: int = 10_000, seed: int = 1) -> int:
    """Print each text that fails; the exit status."""
    load, worst, failed = loader(), 0.0, 0
    for text in texts(count, seed):
        try:
            took = try_one(text, load)
        except Exception as error:
            failed += 1
            print(f"{type(error).__name__}: {error}\n  {text!r}")
            continue
        worst = max(worst, took)
        failed += took > LIMIT
    print(f"{count} texts, seed {seed}: {failed} failed, the slowest took {worst:.2f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
