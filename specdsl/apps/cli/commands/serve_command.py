"""Command `specdsl serve FILE`."""

from __future__ import annotations

import socket
from threading import Thread
from time import sleep
from typing import Any

import click

from specdsl.apps.cli.common import (
    FILE,
    add_root_option,
    load_or_exit,
    root_folder,
    rules_per_file,
    show_and_exit,
)
from specdsl.apps.cli.guard_options import add_outcome_option, parse_outcomes
from specdsl.apps.config import Config
from specdsl.base.diagnostics import SpecError
from specdsl.base.plain_text import visible
from specdsl.guard import Guard
from specdsl.guard.authzen import authzen_app
from specdsl.guard.sdk_import import import_sdk
from specdsl.reloading import INTERVAL, PolicyHolder
from specdsl.reports import CheckedSpec

LISTENING = 1_024
"""Connections that wait to be accepted."""
SERVE = "'specdsl[serve]'"


@click.command("serve")
@FILE
@add_root_option
@click.option("--decision", metavar="NAME", default="call", help="The decision (default: call).")
@add_outcome_option
@click.option("--host", default="127.0.0.1", help="Where it listens (default: 127.0.0.1).")
@click.option(
    "--port", default=8181, type=click.IntRange(0, 65535), help="Default: 8181; 0: a free one."
)
@click.option("--address", default="", metavar="URL", help="How it is reached from outside.")
@click.option(
    "--interval",
    default=INTERVAL,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds between two looks at the files (default: 1).",
)
@click.option("--log", metavar="FOLDER", help="Log every decision into files of this folder.")
def command(
    file: str,
    decision: str,
    mapped: tuple[str, ...],
    host: str,
    port: int,
    address: str,
    interval: float,
    log: str | None,
) -> None:
    """Answer questions of the AuthZEN Authorization API 1.0 over HTTP.

    The spec is checked first. When one of its files changes, the new version takes its place if it
    passes the check; if it does not, the old one stays, and standard error and `/status` say why.
    Each request is answered by one version, which the answer names. A call is allowed or not: one
    that a person has to confirm is not. With `--log`, an answer leaves when its line is safe.
    """
    try:
        uvicorn, _ = import_sdk("uvicorn", SERVE), import_sdk("starlette", SERVE)
    except ImportError as problem:
        raise click.UsageError(str(problem)) from None
    holder = _hold_policy(file)
    try:
        guard = Guard(_with_log(holder, log), decision, parse_outcomes(mapped))
        listener = _listen_at(host, port)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    except OSError as problem:
        where = problem.filename or f"{host}:{port}"
        raise click.UsageError(f"{visible(where)}: {problem.strerror}") from None
    app = authzen_app(guard, address)
    holder.start(interval)
    Thread(target=_tell_refusals, args=(holder, file, interval), daemon=True).start()
    where = f"http://{host}:{listener.getsockname()[1]}"
    click.echo(f"{visible(file)}: `{decision}` is answered at {where}/access/v1/evaluation")
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


def _hold_policy(file: str) -> PolicyHolder:
    """Return the holder of a file's policy; print its findings and exit if it does not pass."""
    loaded = load_or_exit(file)
    try:
        return PolicyHolder(file, root_folder())
    except SpecError as problem:
        sizes = rules_per_file(loaded)
        show_and_exit([CheckedSpec(file, problem.report, loads=True, sizes=sizes)], Config())


def _listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens. It names its protocol: to others, answers are sent with delay.
    Raises `OSError`.
    """
    family, kind, protocol, _, place = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(place)
    listener.listen(LISTENING)
    return listener


def _with_log(holder: PolicyHolder, folder: str | None) -> Any:
    if folder is None:
        return holder
    from specdsl.guard.recorded_policy import RecordedHolder
    from specdsl.records import open_log

    return RecordedHolder(holder, open_log(folder))


def _tell_refusals(holder: PolicyHolder, file: str, interval: float) -> None:
    """Say once of each version of the file that it does not pass."""
    told = None
    while True:
        sleep(interval)
        report = holder.report
        if report is not None and report is not told:
            first = report.diagnostics[0].message if report.diagnostics else "it is unproved"
            click.echo(f"{visible(file)}: the old policy stays: {visible(first)}", err=True)
        told = report
