"""Reports written and read back: the very same ones, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specdsl.apps.cache.serialization import dump_report, load_report
from specdsl.apps.cache.span_codec import FileSpanCodec
from specdsl.apps.cli.run_check import check_spec
from specdsl.base.diagnostics import Code, Fix, Label, Note, Report, Severity
from specdsl.base.source import Source, Span
from specdsl.pipeline import Loaded, load_path, load_text
from specdsl.reports import FORMATS, CheckedSpec, Style
from tests.analyses.fixes.test_random_fixes import random_spec as random_clashes
from tests.checked_texts import golden_runs
from tests.random_specs import random_spec

CLASH = """\
authority owner
fact late, vip: bool
decision answer: yes > no
rule refuse at owner when late then answer is no
rule allow at owner when vip then answer is yes
"""
MISFITS: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**9,
    1.5,
    "",
    "SD301",
    "🙂",
    [],
    {},
    [0, 0, 1, "", True],
)


def rendered(run: CheckedSpec) -> list[str]:
    """In every format, and in colours where it has some."""
    coloured = [FORMATS[name]([run], Style(True)) for name in ("text", "concise")]
    return [*coloured, *(form([run], Style()) for form in FORMATS.values())]


def sources_in(report: Report) -> FileSpanCodec:
    spans = [label.span for d in report.diagnostics for label in d.labels]
    spans += [edit.span for d in report.diagnostics for fix in d.fixes for edit in fix.edits]
    return FileSpanCodec(tuple(dict.fromkeys(span.source for span in spans)))


def sources(loaded: Loaded) -> FileSpanCodec:
    return FileSpanCodec(tuple(file.source for file in loaded.files))


def same_read_back(run: CheckedSpec, kept: bytes | None, again: FileSpanCodec) -> None:
    """`again` are other objects with the texts of the run's own sources."""
    assert kept is not None
    found = load_report(kept, again)
    assert found is not None
    assert rendered(replace(run, report=found)) == rendered(run)


def test_every_golden_report_is_read_back() -> None:
    runs = [run for run in golden_runs() if run.loads]
    assert len({d.code.id for run in runs for d in run.report.diagnostics}) > 20
    assert any(fix.edits for run in runs for d in run.report.diagnostics for fix in d.fixes)
    for run in runs:
        own = sources_in(run.report)
        kept = dump_report(run.report, own)
        same_read_back(run, kept, FileSpanCodec([Source(s.name, s.text) for s in own.sources]))
        assert kept is not None
        assert load_report(kept, own) == run.report


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("draw", [random_spec, random_clashes])
def test_reports_of_random_specs_are_read_back(draw: Any, seed: int) -> None:
    text = draw(seed)
    loaded, again = (load_text(text, "random.spec") for _ in range(2))
    run = check_spec(loaded)
    kept = dump_report(run.report, sources(loaded))
    same_read_back(run, kept, sources(again))
    assert kept == dump_report(check_spec(again).report, sources(again))


@pytest.fixture(scope="module")
def clash() -> tuple[Report, FileSpanCodec]:
    """A report with labels, notes, fixes and fields."""
    loaded = load_text(CLASH, "clash.spec")
    report = check_spec(loaded).report
    assert any(d.fixes and d.notes and d.fields for d in report.diagnostics)
    return report, sources(loaded)


def test_what_could_not_be_read_back_is_not_written(
    clash: tuple[Report, FileSpanCodec],
) -> None:
    report, own = clash
    first, *others = report.diagnostics
    stranger = Label(Span(Source(own.sources[0].name, own.sources[0].text), 0, 1))
    unknown = Code("SD000", "unknown", Severity.ERROR, "")
    renamed = replace(first.code, page="another page")
    surrogates = Note("note", "\ud83d\ude42")  # two characters that JSON makes one of

    def with_first(**changes: Any) -> Report:
        return replace(report, diagnostics=(replace(first, **changes), *others))

    unproved = replace(report.checks[0], result="unproved", detail="all")
    assert dump_report(report, own) is not None
    assert dump_report(replace(report, checks=(unproved,)), own) is None
    assert dump_report(with_first(labels=(stranger,)), own) is None
    assert dump_report(with_first(code=unknown), own) is None
    assert dump_report(with_first(code=renamed), own) is None
    assert dump_report(with_first(notes=(surrogates,)), own) is None
    for value in ((1, 2), {1: 2}, {1}, float("nan"), b""):
        assert dump_report(with_first(fields={"rules": value}), own) is None


def test_all_kinds_of_text_are_read_back(clash: tuple[Report, FileSpanCodec]) -> None:
    report, own = clash
    odd = '\ud83d " \\ \0 \x1b[31m \u2028 🙂'
    first = report.diagnostics[0]
    fix = Fix(odd, (), True, odd, odd)
    changed = replace(first, message=odd, notes=(Note(odd, odd),), fixes=(fix,), fields={odd: odd})
    report = replace(report, diagnostics=(changed,))
    kept = dump_report(report, own)
    assert kept is not None
    assert load_report(kept, own) == report


def places(found: Any) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a JSON value."""
    items = found.items() if isinstance(found, dict) else enumerate(found)
    for key, value in items:
        yield (key,)
        if isinstance(value, dict | list):
            yield from ((key, *rest) for rest in places(value))


def changed(found: Any, place: tuple[Any, ...], value: Any) -> bytes:
    """The value as text with something else at a place of it."""
    inner = found
    for key in place[:-1]:
        inner = inner[key]
    before, inner[place[-1]] = inner[place[-1]], value
    try:
        return json.dumps(found, separators=(",", ":")).encode()
    finally:
        inner[place[-1]] = before


def test_whatever_is_changed_it_is_a_whole_report_or_none(
    clash: tuple[Report, FileSpanCodec],
) -> None:
    report, own = clash
    kept = dump_report(report, own)
    assert kept is not None
    found = json.loads(kept)
    accepted = set()
    for place in list(places(found)):
        for value in MISFITS:
            body = changed(found, place, value)
            other = load_report(body, own)
            if other is not None:
                accepted.add(place[-1])
                assert "fields" in place or type(value) is type(at(found, place)), place
                assert dump_report(other, own) == body
                assert rendered(CheckedSpec("clash.spec", other, loads=True))
    assert {"message", "labels", "fields", "rules"} <= accepted


def at(found: Any, place: tuple[Any, ...]) -> Any:
    return at(found[place[0]], place[1:]) if place else found


def test_other_text_is_no_report(clash: tuple[Report, FileSpanCodec]) -> None:
    report, own = clash
    kept = dump_report(report, own)
    assert kept is not None
    deep = b"[" * 100_000
    extra = kept[:-1] + b',"more":1}'
    for body in (b"", b"null", b"{}", b"\xff", deep, kept[:-1], kept + b" ", extra):
        assert load_report(body, own) is None
    assert load_report(kept, FileSpanCodec(())) is None
    assert load_report(kept, FileSpanCodec((Source("clash.spec", CLASH[:20]),))) is None


def test_places_in_all_files_of_a_spec_are_read_back(tmp_path: Path) -> None:
    *base, rule = CLASH.splitlines(keepends=True)
    (tmp_path / "base.spec").write_text("".join(base), encoding="utf-8")
    main = tmp_path / "main.spec"
    main.write_text(f'use "base.spec"\n{rule}', encoding="utf-8")
    loaded, again = load_path(main), load_path(main)
    run = check_spec(loaded)
    assert {Path(source.name).name for source in sources_in(run.report).sources} == {
        main.name,
        "base.spec",
    }
    same_read_back(run, dump_report(run.report, sources(loaded)), sources(again))
