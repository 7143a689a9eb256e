"""Command `specdsl hook claude`. It starts for every tool call, so it imports little."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from specdsl.apps.cli.guard_options import add_outcome_option, parse_outcomes
from specdsl.apps.config import GuardConfig
from specdsl.apps.session_notes import open_session
from specdsl.base.diagnostics import SpecError
from specdsl.base.exact_json import parse_json
from specdsl.base.plain_text import visible
from specdsl.guard.claude_events import answer_event, read_call
from specdsl.guard.enforcement import Guard

BLOCKED, NOTICED = 2, 1  # Exit statuses: the call is not made; it is, and the user is told.


@click.command("hook")
@click.argument("agent", type=click.Choice(["claude"]))
@click.option("--spec", metavar="FILE", help="The policy (default: that of the settings).")
@click.option("--decision", metavar="NAME", help="The decision about a call (default: call).")
@add_outcome_option
@click.option("--observe", is_flag=True, help="Let every call through and say what it would be.")
@click.option("--defer", is_flag=True, help="Allowed calls still go through the agent's own rules.")
def command(
    agent: str,
    spec: str | None,
    decision: str | None,
    mapped: tuple[str, ...],
    observe: bool,
    defer: bool,
) -> None:
    """Judge a tool call of Claude Code: a hook for PreToolUse and PostToolUse.

    The event is read from standard input as JSON, and the answer written to standard output. What a
    tool gave back is kept for the session in the user's cache folder, so that the next call can be
    judged by it. The policy is that of `--spec`, or of `[guard]` in the project's settings; it is
    checked and compiled when its files change. Exit status 2, which blocks the call: there is no
    policy that passes its check, or the event cannot be read; 1 where calls are only observed.
    """
    settings = GuardConfig(spec, observe=observe)
    try:
        event = _read_event()
        read_call(event)
        if spec is None:
            settings = _settings_of(event)
        guard = _make_guard(settings, decision, parse_outcomes(mapped), observe)
        session = open_session(event.get("session_id"))
        answer = answer_event(guard, event, session, defer or settings.defer)
    except click.ClickException:
        raise
    except Exception as problem:
        _block_call(problem, observe or settings.observe)
    if answer:
        click.echo(json.dumps(answer))


def _read_event() -> Any:
    try:
        return parse_json(sys.stdin.buffer.read())
    except ValueError as problem:
        raise ValueError(f"the event cannot be read: {problem}") from None


def _settings_of(event: dict[str, Any]) -> GuardConfig:
    """Return the settings of the project that the agent works in."""
    from specdsl.apps.config import find_config

    return find_config(Path(_project_folder() or str(event.get("cwd", ".")))).guard


def _project_folder() -> str | None:
    return os.environ.get("CLAUDE_PROJECT_DIR")


def _make_guard(
    settings: GuardConfig, decision: str | None, mapped: dict[str, str] | None, observe: bool
) -> Guard:
    from specdsl.apps.cache.compiled_policies import open_policy

    if settings.spec is None:
        raise click.UsageError("name a policy: --spec FILE, or `spec` of [guard] in specdsl.toml")
    path = os.path.join(_project_folder() or "", settings.spec)
    outcomes = mapped or dict(settings.outcomes) or None
    try:
        policy = open_policy(path)
    except SpecError as problem:
        raise ValueError(f"`{path}` does not load or pass its check: {problem}") from None
    return Guard(
        policy,
        decision or settings.decision,
        outcomes,
        tools=settings.tools,
        observe=observe or settings.observe,
    )


def _block_call(problem: Exception, observe: bool) -> NoReturn:
    """Keep the call from being made, unless calls are only observed, and say why."""
    why = visible(str(problem) or type(problem).__name__)
    what = "a call could not be judged" if observe else "no tool call is let through"
    click.echo(f"specdsl: {what}: {why}", err=True)
    sys.exit(NOTICED if observe else BLOCKED)
