"""Command `specdsl promote FILE RULE`."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import click

from specdsl.apps.cli.common import (
    FILE,
    add_format_option,
    add_root_option,
    load_or_exit,
    may_write_among,
    read_settings,
    rules_per_file,
    show_reports,
)
from specdsl.apps.cli.replaced_files import replace_files
from specdsl.apps.cli.trial_rule_names import count_trial_rule_or_exit, find_trial_rule
from specdsl.base.diagnostics import Edit, Severity
from specdsl.base.plain_text import shown_path
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import TrialRule

KEYWORD = re.compile(r"trial[ \t\r\n]*")


@click.command("promote")
@FILE
@click.argument("rule", metavar="RULE")
@add_root_option
@add_format_option
def command(file: str, rule: str, output_format: str | None) -> None:
    """Make a trial rule of a spec a rule: the word `trial` is deleted, all else stays.

    The spec is checked with the rule first. If it does not pass, the findings are shown and nothing
    is written: exit status 1.
    """
    from specdsl.analyses.fixes.edited_texts import editable_sources, reload_spec, texts_after
    from specdsl.api import Spec, check
    from specdsl.checks.trial_findings import replayed_notes
    from specdsl.reports import CheckedSpec

    config = read_settings([file], "error", output_format)
    loaded = load_or_exit(file, config)
    trial = find_trial_rule(loaded, rule)
    count_trial_rule_or_exit(loaded, rule)
    before = Spec(loaded, None)
    source = trial.span.source
    edited = texts_after(before, [_keyword_edit(trial)])
    (path,) = edited
    if source not in editable_sources(before) or not may_write_among([file])(path):
        raise click.UsageError(f"`{rule}` stands in {path}, which is not written to from here")
    after = reload_spec(before, edited)
    assert after is not None
    report = check(after, least=Severity.ERROR)
    if not report.ok:
        notes = [replace(one, notes=replayed_notes(one, trial)) for one in report.diagnostics]
        report = replace(report, diagnostics=tuple(notes))
        sizes = rules_per_file(after.loaded)
        show_reports([CheckedSpec(loaded.path, report, loads=True, sizes=sizes)], config)
        click.echo(f"`{rule}` stays a trial rule: nothing was written", err=True)
        sys.exit(1)
    replace_files({path: source.text}, edited)
    click.echo(f"{shown_path(path)}:{trial.span.line}: `{rule}` is a rule now; the check passes")


def _keyword_edit(trial: TrialRule) -> Edit:
    """Return the edit that deletes the word `trial`, with the blanks behind it."""
    span = trial.span
    found = KEYWORD.match(span.source.text, span.start)
    assert found is not None
    return Edit(Span(span.source, span.start, found.end()), "")
