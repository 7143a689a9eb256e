"""A level of `authority` that changes nothing.

Nobody speaks there, by own authority, by implication or by delegation, and without the rules at it,
if there are any, no decision ever comes out otherwise. The reader looks for what it is there for.

    authority root > developer > team > user
    principal developer at developer
    principal user at user

Take it out, or give it the rule or the principal that it was written for. Only levels of the main
file are looked at: a library such as `chain_of_command` declares them for all that use it.
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.checks.context import Check, Context, Findings
from specdsl.checks.idle import judged
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Level, Spec

CODE = Code("SD409", "idle-level", Severity.WARNING, __doc__ or "")


def run(context: Context) -> Findings:
    spec = context.spec
    heard = set(_heard(spec))
    own = [
        level
        for level in spec.levels
        if level.span.source is spec.sources[-1] and level not in heard and spec.decisions
    ]
    return judged(context, own, _judge, lambda level: level.name)


CHECK = Check(CODE, run)


def _heard(spec: Spec) -> Iterator[Level | None]:
    """The levels at which somebody may speak for himself."""
    for principal in spec.principals:
        yield principal.level
        yield principal.implied
    for delegate in spec.delegates:
        yield delegate.level


def _judge(context: Context, level: Level) -> list[Diagnostic]:
    rules = [rule for rule in context.spec.rules if rule.level is level]
    decisions = dict.fromkeys(effect.decision for rule in rules for effect in rule.effects)
    if context.besides.changes(level, decisions):
        return []
    why = "without its rules nothing is decided otherwise" if rules else "no rule stands there"
    return [_diagnostic(level, why)]


def _diagnostic(level: Level, why: str) -> Diagnostic:
    return Diagnostic(
        CODE,
        f"level `{level.name}` changes nothing",
        (Label(level.span, f"{why}, and nobody speaks there", primary=True),),
        (Note("help", "take it out, or give it the rule or principal that it is for"),),
        severity=CODE.severity,
        fields={"level": level.name},
    )
