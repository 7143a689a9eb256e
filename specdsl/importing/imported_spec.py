"""A policy of another tool as a spec: its lists as levels, its entries as rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.base.plain_text import COMMAND, is_acting, visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.literals import quote_text


class NotImportable(ValueError):
    """An entry that no condition of a spec says exactly; the message tells why."""


class UnreadablePolicy(ValueError):
    """Files that are no policy of their tool. `problems` names all that is wrong with them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ImportedRule:
    """A rule of the spec: its level, the condition (empty: always), and what it asks for. `text`
    is the entry as it was written, `source` where.
    """

    name: str
    level: str
    condition: str
    effect: str
    text: str
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry that is not in the spec."""

    text: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportedSpec:
    """A whole spec. `levels`: name and description, highest first. `examples`: title, the facts
    given, and what is expected. `notes` stand at its head.
    """

    name: str
    title: str
    levels: Sequence[tuple[str, str]]
    declarations: Sequence[str]
    rules: Sequence[ImportedRule]
    skipped: Sequence[SkippedEntry] = ()
    examples: Sequence[tuple[str, str, str]] = ()
    notes: Sequence[str] = ()


def write_spec(imported: ImportedSpec) -> str:
    """Return the text, in canonical layout."""
    return format_text(Source("<imported>", "\n".join(_spec_lines(imported)) + "\n"))


def _spec_lines(imported: ImportedSpec) -> Iterator[str]:
    yield from (f"# {visible(note)}" for note in imported.notes)
    yield from _skipped_lines(imported.skipped)
    yield f"spec {imported.name} {quoted_text(imported.title)}"
    yield ""
    yield f"authority {' > '.join(name for name, _ in imported.levels)}"
    yield from (f"# {name}: {visible(what)}" for name, what in imported.levels)
    yield ""
    yield from imported.declarations
    for rule in imported.rules:
        yield ""
        yield f"rule {rule.name} at {rule.level} {quoted_text(rule.text)}"
        yield f"  when {rule.condition}" if rule.condition else ""
        yield f"  then {rule.effect}"
        if rule.reason:
            yield f"  because {quoted_text(rule.reason)}"
        yield f"  source {quoted_text(rule.source)}"
    for title, given, expected in imported.examples:
        yield ""
        yield f"example {quoted_text(title)}\n  given {given}\n  expect {expected}"


def _skipped_lines(skipped: Sequence[SkippedEntry]) -> Iterator[str]:
    if skipped:
        yield "#"
        yield "# Not in this spec, since nothing here says it exactly:"
    for entry in skipped:
        yield f"#   {visible(entry.source)}: {visible(entry.text)}"
        yield f"#     {visible(entry.why)}"
    if skipped:
        yield "#"


# --- literals ------------------------------------------------------------------------------------


def quoted_text(text: str) -> str:
    """Return a text as a literal of a spec; characters that act in a terminal become a mark."""
    return quote_text(visible(text))


def exact_text(text: str) -> str:
    """Return a literal that stands for exactly this text. Raises `NotImportable`."""
    _require_plain(text)
    return quoted_text(text)


def test_of_text(fact: str, text: str) -> str:
    """Return the condition that a fact is a text in which `*` stands for any run of characters.
    Raises `NotImportable`.
    """
    if "*" not in text:
        return f"{fact} = {exact_text(text)}"
    parts = [_escape_pattern(part) for part in text.split("*")]
    return f'{fact} like "{"*".join(parts)}"'


def test_of_start(fact: str, text: str) -> str:
    """Return the condition that a fact begins with a text, and goes on. Raises `NotImportable`."""
    return f'{fact} like "{_escape_pattern(text)}*"'


def _escape_pattern(text: str) -> str:
    _require_plain(text)
    return "".join(f"\\{char}" if char in '*?\\"' else char for char in text)


def _require_plain(text: str) -> None:
    """Raise `NotImportable` if a spec with this text could not be printed as it is."""
    if any(map(is_acting, text)):
        raise NotImportable("a character of it cannot stand in a spec")
    if COMMAND.search(text):
        raise NotImportable("where the spec is printed, a CI server would execute a part of it")
