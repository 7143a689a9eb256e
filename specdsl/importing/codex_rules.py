"""Rules of Codex → a spec: which commands it allows, prompts for and forbids.

A `.rules` file is Starlark with calls of `prefix_rule(pattern=[…], decision=…)`; of the rules that
match a command the strictest counts (https://developers.openai.com/codex/rules). A file is read as
data: what is no such call with literal arguments is refused, and nothing is executed.
"""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from specdsl.base.limits import MAX_PREFIXES
from specdsl.base.quick_dataclass import dataclass
from specdsl.importing.imported_spec import (
    ImportedRule,
    ImportedSpec,
    NotImportable,
    SkippedEntry,
    UnreadablePolicy,
    exact_text,
    test_of_start,
)

DECISIONS = ("forbidden", "prompt", "allow")
"""What a rule decides, strictest first."""
ARGUMENTS = ("pattern", "decision", "justification", "match", "not_match")

FACT = 'fact command: text "its words, each quoted for a shell where it has to be (shlex.join)"'
DECISION = (
    'decision command_is "what becomes of a command"'
    ": allow > unmatched > prompt > forbidden default unmatched"
)
NOTES = ("Rules of Codex, imported: `specdsl import codex-rules` wrote this file.",)


@dataclass(frozen=True, slots=True)
class PrefixRule:
    """A rule for commands that begin so: one list of words for each choice of alternatives.
    `matches`: commands, as words, that it says it matches.
    """

    prefixes: tuple[tuple[str, ...], ...]
    decision: str
    justification: str
    matches: tuple[tuple[str, ...], ...]
    text: str
    source: str


def import_rules(files: Sequence[tuple[str, str]]) -> ImportedSpec:
    """Return the spec of some files, each a name and its text. Raises `UnreadablePolicy`."""
    problems: list[str] = []
    skipped: list[SkippedEntry] = []
    found = [rule for name, text in files for rule in _read_file(name, text, problems, skipped)]
    if problems:
        raise UnreadablePolicy(tuple(problems))
    rules, examples = [], []
    for decision in DECISIONS:
        for number, rule in enumerate((r for r in found if r.decision == decision), 1):
            try:
                written = _import_rule(rule, number), list(_examples(rule, number))
            except NotImportable as problem:
                skipped.append(SkippedEntry(rule.text, rule.source, str(problem)))
                continue
            rules.append(written[0])
            examples += written[1]
    used = {rule.decision for rule in found} or {"allow"}
    levels = [(d, f"rules that decide `{d}`") for d in DECISIONS if d in used]
    title = "What Codex's rules allow"
    declared = (FACT, DECISION)
    return ImportedSpec(
        "codex_rules", title, levels, declared, rules, skipped, examples, notes=NOTES
    )


def _import_rule(rule: PrefixRule, number: int) -> ImportedRule:
    tests = [test for words in rule.prefixes for test in _prefix_tests(words)]
    name = f"{rule.decision}_{number}"
    effect = f"command_is is {rule.decision}"
    condition = " or ".join(tests)
    reason = rule.justification
    return ImportedRule(name, rule.decision, condition, effect, rule.text, rule.source, reason)


def _prefix_tests(words: Sequence[str]) -> Iterator[str]:
    """Yield the tests that a command is these words, or goes on after them."""
    start = shlex.join(words)
    yield f"command = {exact_text(start)}"
    yield test_of_start("command", f"{start} ")


def _examples(rule: PrefixRule, number: int) -> Iterator[tuple[str, str, str]]:
    """Yield an example for each command that the rule says it matches: a stricter rule may match
    it too.
    """
    milder = [*DECISIONS[DECISIONS.index(rule.decision) + 1 :], "unmatched"]
    for place, words in enumerate(rule.matches, 1):
        title = f"{rule.decision}_{number} matches {place}"
        given = f"command = {exact_text(shlex.join(words))}"
        yield title, given, f"command_is not in {{{', '.join(milder)}}}"


# --- reading -------------------------------------------------------------------------------------


def _read_file(
    name: str, text: str, problems: list[str], skipped: list[SkippedEntry]
) -> Iterator[PrefixRule]:
    try:
        calls = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        problems.append(f"{name}: it is no Starlark: {getattr(problem, 'msg', problem)}")
        return
    for statement in calls:
        source = f"{name}, line {statement.lineno}"
        match statement:
            case ast.Expr(ast.Call(ast.Name("prefix_rule"), positional, keywords)):
                rule = _read_rule(positional, keywords, source, problems)
                if rule is not None:
                    yield rule
            case ast.Expr(ast.Call(ast.Name("host_executable"), _, _)):
                why = "it lists programs by their paths, and a command is compared by its words"
                skipped.append(SkippedEntry(ast.unparse(statement), source, why))
            case ast.Expr(ast.Constant(str())):
                pass
            case _:
                problems.append(f"{source}: only calls of `prefix_rule` are read")


def _read_rule(
    positional: Sequence[ast.expr],
    keywords: Sequence[ast.keyword],
    source: str,
    problems: list[str],
) -> PrefixRule | None:
    faults: list[str] = ["its arguments have names"] if positional else []
    given: dict[str, Any] = {}
    for keyword in keywords:
        if keyword.arg not in ARGUMENTS:
            faults.append(f"it has no argument `{keyword.arg}`")
            continue
        try:
            given[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            faults.append(f"`{keyword.arg}` is no literal")
    prefixes = _read_prefixes(given.get("pattern"), faults)
    decision, why = given.get("decision", "allow"), given.get("justification", "")
    if decision not in DECISIONS:
        faults.append(f"`decision` is none of {', '.join(DECISIONS)}")
    if not isinstance(why, str):
        faults.append("`justification` is no text")
    matches, others = (_read_commands(given, one, faults) for one in ("match", "not_match"))
    if not faults:
        faults += _refuted_commands(prefixes, matches, others)
    problems += (f"{source}: {fault}" for fault in faults)
    if faults:
        return None
    return PrefixRule(prefixes, decision, why, matches, _pattern_text(given["pattern"]), source)


def _pattern_text(pattern: Sequence[Any]) -> str:
    """Return a pattern as a person writes a command, `git (push|fetch)`."""
    parts = (p if isinstance(p, str) else f"({'|'.join(p)})" for p in pattern)
    return " ".join(parts)


def _read_prefixes(pattern: Any, faults: list[str]) -> tuple[tuple[str, ...], ...]:
    """Return the prefixes of a pattern: a word may be a list of alternatives."""
    if not isinstance(pattern, list) or not pattern:
        faults.append("`pattern` is no list of words")
        return ()
    choices = [part if isinstance(part, list) else [part] for part in pattern]
    if not all(choice and all(isinstance(word, str) for word in choice) for choice in choices):
        faults.append("a part of `pattern` is no text and no list of texts")
        return ()
    if prod(map(len, choices)) > MAX_PREFIXES:
        faults.append(f"`pattern` stands for more than {MAX_PREFIXES} prefixes")
        return ()
    return tuple(product(*choices))


def _read_commands(
    given: dict[str, Any], name: str, faults: list[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the commands that a rule names, each as its words."""
    found = []
    for command in given.get(name, []) if isinstance(given.get(name, []), list) else [None]:
        try:
            words = shlex.split(command) if isinstance(command, str) else command
        except ValueError:
            words = None
        if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
            found.append(tuple(words))
        else:
            faults.append(f"an entry of `{name}` is no command")
    return tuple(found)


def _refuted_commands(
    prefixes: Sequence[tuple[str, ...]],
    matches: Sequence[tuple[str, ...]],
    others: Sequence[tuple[str, ...]],
) -> Iterator[str]:
    """Yield what is wrong with the commands that a rule says it matches, and does not."""
    for words in matches:
        if not any(words[: len(prefix)] == prefix for prefix in prefixes):
            yield f"it does not match `{shlex.join(words)}`, as it says"
    for words in others:
        if any(words[: len(prefix)] == prefix for prefix in prefixes):
            yield f"it matches `{shlex.join(words)}`, and says that it does not"
