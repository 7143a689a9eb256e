"""Command `specdsl test PATH…`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import click

from specdsl.apps.cli.common import (
    PATHS,
    add_format_option,
    add_root_option,
    load_all,
    read_settings,
    report_of_faults,
    require_situations,
    rules_per_file,
    show_and_exit,
    terminal_style,
)
from specdsl.apps.cli.test_measures import MEASURE_FORMATS, TestMeasures
from specdsl.base.diagnostics import CheckResult, Code, Diagnostic, Report, sort_key
from specdsl.base.plain_text import shown_path, visible
from specdsl.pipeline import Loaded
from specdsl.reports import CaseResult, CheckedSpec

LINES = ("text", "concise")  # Formats with a line for each example and assertion.


@click.command("test")
@PATHS
@add_root_option
@add_format_option
@click.option("--coverage", is_flag=True, help="And what the examples show of the spec.")
@click.option("--mutants", is_flag=True, help="And which small changes of it nothing notices.")
@click.option(
    "--most", type=click.IntRange(1), default=100, help="How many mutants at most (default: 100)."
)
def command(
    paths: tuple[str, ...], output_format: str | None, coverage: bool, mutants: bool, most: int
) -> None:
    """Run every example and assertion, one line each.

    An example holds for every completion of what it gives, an assertion for every situation: both
    are proved, not tried. Where a spec does not load, its faults are printed instead, and where its
    assumptions leave no situation at all, which of them see to that.

    `--coverage` tells which rules take effect and win in some example, which pairs of rules meet in
    one, and which clauses hold in one and, alone, fail in one. What no situation can show, as is
    proved, is not counted. `specdsl examples --missing` writes what lacks.

    `--mutants` changes a rule, a clause, a number, an override, a priority, an effect or an
    assumption, one at a time, and tells which changes no example or assertion notices, each with a
    situation that is then decided otherwise. One that decides everything the same, as is proved, is
    not counted.
    """
    config = read_settings(paths, "error", output_format)
    measures = TestMeasures(coverage, most if mutants else 0)
    if measures.any_selected and config.output_format not in MEASURE_FORMATS:
        raise click.UsageError("`--coverage` and `--mutants` are printed as text or json")
    loaded = load_all(paths)
    broken = [report_of_faults(one) for one in loaded if one.circuit is None]
    if broken:
        show_and_exit(broken, config)
    require_situations(loaded, config)
    if measures.any_selected and config.output_format not in LINES:
        render = MEASURE_FORMATS[config.output_format]
        click.echo(render([*measures.measure_specs(loaded)], terminal_style()), nl=False)
        sys.exit(0 if all(case.holds for one in loaded for case in _run_cases(one)) else 1)
    if config.output_format not in LINES:
        show_and_exit([_checked_spec(one) for one in loaded], config)
    failed = _print_cases(loaded)
    for one in measures.measure_specs(loaded):
        click.echo(MEASURE_FORMATS[config.output_format]([one], terminal_style()), nl=False)
    sys.exit(1 if failed else 0)


def _print_cases(loaded: list[Loaded]) -> int:
    """Print a line for each case as soon as it is settled; return the number of failures."""
    total = failed = 0
    for one in loaded:
        if len(loaded) > 1:
            click.echo(f"{shown_path(one.path)}:")
        for case in _run_cases(one):
            total += 1
            failed += not case.holds
            mark = (
                terminal_style().paint("✓", "good")
                if case.holds
                else terminal_style().paint("✗", "error")
            )
            click.echo(f"{mark} {_case_line(case)}")
    click.echo(f"{total - failed} passed, {failed} failed")
    return failed


def _case_line(case: CaseResult) -> str:
    name = visible(case.name)
    if case.found is None:
        return name if case.settled else f"{name}: unproved"
    situation = next((n.text for n in case.found.notes if n.title == "situation"), "")
    why = visible(case.found.message.split('" ', 1)[-1])
    return f"{name}: {why}" + (f"\n    in: {visible(situation)}" if situation else "")


def _run_cases(loaded: Loaded) -> Iterator[CaseResult]:
    from specdsl.api import Spec, start_session
    from specdsl.checks import failing_example, refuted_assertion

    spec = Spec(loaded, None)
    here = start_session(spec)
    for example in spec.model.examples:
        name = f'example "{example.title}"'
        yield _run_case(
            failing_example.CODE, name, partial(failing_example.find_failure, here, example)
        )
    for assertion in spec.model.assertions:
        name = f'assert "{assertion.title}"'
        yield _run_case(
            refuted_assertion.CODE,
            name,
            partial(refuted_assertion.find_refutation, here, assertion),
        )


def _run_case(code: Code, name: str, judge: Callable[[], Diagnostic | None]) -> CaseResult:
    from specdsl.reasoning.prover import Undetermined

    try:
        return CaseResult(code, name, judge())
    except Undetermined:
        return CaseResult(code, name, settled=False)


def _checked_spec(loaded: Loaded) -> CheckedSpec:
    """Return all results as the report of two checks."""
    from specdsl.checks import failing_example, refuted_assertion

    cases = tuple(_run_cases(loaded))
    found = sorted((case.found for case in cases if case.found is not None), key=sort_key)
    checks = tuple(
        _result_of_check(code, cases) for code in (failing_example.CODE, refuted_assertion.CODE)
    )
    rules = len(loaded.require_circuit().spec.rules)
    report = Report(tuple(found), checks, len(loaded.files), rules)
    return CheckedSpec(loaded.path, report, loads=True, sizes=rules_per_file(loaded), cases=cases)


def _result_of_check(code: Code, cases: Iterable[CaseResult]) -> CheckResult:
    own = [case for case in cases if case.code is code]
    unsettled = ", ".join(case.name for case in own if not case.settled)
    holds = all(case.holds for case in own)
    return CheckResult(code, "unproved" if unsettled else "proved" if holds else "found", unsettled)
