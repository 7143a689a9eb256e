"""Settings files of Claude Code → a spec: what its permissions allow, ask about and deny.

Lists of all files count together: what one of them denies is denied, whatever another one allows;
what one asks about is asked about. So each list of each file is a level: `deny` above `ask` above
`allow`, and within these the files by their precedence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from specdsl.base.exact_json import parse_json
from specdsl.base.quick_dataclass import dataclass
from specdsl.importing.imported_spec import (
    ImportedRule,
    ImportedSpec,
    NotImportable,
    SkippedEntry,
    UnreadablePolicy,
    quoted_text,
)
from specdsl.importing.path_patterns import Anchors
from specdsl.importing.permission_conditions import EDITING, READING, one_of_tools, rule_condition

SCOPES = ("managed", "local", "project", "user")
"""Kinds of settings files, highest precedence first."""
LISTS = ("deny", "ask", "allow")
MODES = ("default", "acceptEdits", "plan", "dontAsk", "bypassPermissions")
UNASKED = (*READING, "TodoWrite", "Agent", "Task", "ToolSearch", "AskUserQuestion")
"""Tools that need no permission in the working folder."""

FACTS = {
    "tool": "the name of the tool",
    "command": "of a shell: one simple command, without `&&`, `||`, `;`, `|`; else empty",
    "path": "of a tool for files: the absolute path, normalized; else empty",
    "domain": "of a fetch from the web: the host; else empty",
    "agent": "of a call of an agent: its name; else empty",
}
DECISION = 'decision call "what becomes of a tool call": allow > ask > deny default ask'
NOTES = (
    "Permissions of Claude Code, imported: `specdsl import claude-settings` wrote this file.",
    "A compound command is decided part by part, and the strictest outcome counts.",
)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The text of a settings file, its name, and its scope."""

    name: str
    scope: str
    text: str


def scope_of_path(path: str) -> str:
    """Return the scope that the name of a settings file tells."""
    name = PurePosixPath(path.replace("\\", "/")).name
    if "managed" in name:
        return "managed"
    return "local" if "local" in name else "user" if "user" in name else "project"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a list of permissions."""

    scope: str
    kind: str
    number: int
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class _Permissions:
    """The permissions of one file: its entries, and its mode if it sets one."""

    scope: str
    entries: tuple[_Entry, ...]
    mode: str | None
    managed_only: bool
    notes: tuple[str, ...]


def import_settings(files: Sequence[SettingsFile], home: str, project: str) -> ImportedSpec:
    """Return the spec of some settings files. Raises `UnreadablePolicy`."""
    problems: list[str] = []
    read = [_read_file(file, problems) for file in files]
    if len({file.scope for file in files}) < len(files):
        problems.append("two files have one scope; name it, as in `user=settings.json`")
    if problems:
        raise UnreadablePolicy(tuple(problems))
    read.sort(key=lambda one: SCOPES.index(one.scope))
    mode = next((one.mode for one in read if one.mode is not None), "default")
    rules, skipped = _import_entries(read, mode, home, project)
    rules += _mode_rules(mode, project)
    used = {rule.level for rule in rules} | {"mode"}
    levels = [
        *((f"{s}_{k}", f"`{k}` of the {s} settings") for k in LISTS for s in SCOPES),
        ("mode", f"what the mode `{mode}` does with all else"),
    ]
    return ImportedSpec(
        "claude_settings",
        "What Claude Code's settings allow",
        [level for level in levels if level[0] in used],
        (*_declare_facts(rules), DECISION),
        rules,
        skipped,
        notes=(*NOTES, *(note for one in read for note in one.notes)),
    )


def _declare_facts(rules: Sequence[ImportedRule]) -> Iterator[str]:
    """Yield the declarations of the facts that the rules read; the tool is always one."""
    conditions = "\n".join(rule.condition for rule in rules)
    for name, what in FACTS.items():
        if name == "tool" or re.search(rf"\b{name} (=|like|in)", conditions):
            yield f"fact {name}: text {quoted_text(what)}"


# --- reading -------------------------------------------------------------------------------------


def _read_file(file: SettingsFile, problems: list[str]) -> _Permissions:
    nothing = _Permissions(file.scope, (), None, False, ())
    try:
        settings = parse_json(file.text)
    except ValueError as problem:
        problems.append(f"{file.name}: {problem}")
        return nothing
    permissions = settings.get("permissions", {}) if isinstance(settings, dict) else None
    if not isinstance(permissions, dict):
        problems.append(f"{file.name}: it has no object `permissions`")
        return nothing
    mode = permissions.get("defaultMode")
    if mode is not None and mode not in MODES:
        problems.append(f"{file.name}: `defaultMode` is none of {', '.join(MODES)}")
    entries = tuple(_read_entries(file, permissions, problems))
    managed_only = settings.get("allowManagedPermissionRulesOnly") is True
    notes = [f"{file.name}: its hooks may decide otherwise; they are not imported."]
    return _Permissions(
        file.scope, entries, mode, managed_only, tuple(notes if settings.get("hooks") else ())
    )


def _read_entries(
    file: SettingsFile, permissions: Mapping[str, Any], problems: list[str]
) -> Iterator[_Entry]:
    for kind in LISTS:
        rules = permissions.get(kind, [])
        if not isinstance(rules, list):
            problems.append(f"{file.name}: `permissions.{kind}` is no list")
            continue
        for number, rule in enumerate(rules, 1):
            source = f"{file.name}, permissions.{kind}, entry {number}"
            if isinstance(rule, str):
                yield _Entry(file.scope, kind, number, rule, source)
            else:
                problems.append(f"{source} is no text")


# --- rules ---------------------------------------------------------------------------------------


def _import_entries(
    read: Sequence[_Permissions], mode: str, home: str, project: str
) -> tuple[list[ImportedRule], list[SkippedEntry]]:
    rules: list[ImportedRule] = []
    skipped: list[SkippedEntry] = []
    managed_only = any(one.managed_only for one in read if one.scope == "managed")
    for kind in LISTS:
        for entry in (e for one in read for e in one.entries if e.kind == kind):
            if managed_only and entry.scope != "managed":
                why = "the managed settings let no other permissions count"
                skipped.append(SkippedEntry(entry.rule, entry.source, why))
                continue
            try:
                rules.append(_import_entry(entry, mode, home, project))
            except NotImportable as problem:
                skipped.append(SkippedEntry(entry.rule, entry.source, str(problem)))
    return rules, skipped


def _import_entry(entry: _Entry, mode: str, home: str, project: str) -> ImportedRule:
    slash = f"{home}/.claude" if entry.scope == "user" else project
    level = f"{entry.scope}_{entry.kind}"
    outcome = "deny" if entry.kind == "ask" and mode == "dontAsk" else entry.kind
    condition = rule_condition(entry.rule, Anchors(home, project, slash))
    name = f"{level}_{entry.number}"
    return ImportedRule(name, level, condition, f"call is {outcome}", entry.rule, entry.source)


def _mode_rules(mode: str, project: str) -> Iterator[ImportedRule]:
    """Yield the rules for calls that no list matches; without any they are asked about."""
    inside = f'(path = "" or path = "{project}" or path like "{project}/*")'
    source = f"mode {mode}"
    if mode == "bypassPermissions":
        yield ImportedRule("no_questions", "mode", "", "call is allow", "all else", source)
    elif mode == "dontAsk":
        yield ImportedRule("no_questions", "mode", "", "call is deny", "all else", source)
    else:
        condition = f"{one_of_tools(UNASKED)} and {inside}"
        yield ImportedRule("reading", "mode", condition, "call is allow", "reading", source)
    if mode == "acceptEdits":
        condition = f"{one_of_tools(EDITING)} and {inside}"
        yield ImportedRule("editing", "mode", condition, "call is allow", "editing", source)
    if mode == "plan":
        condition = one_of_tools(EDITING)
        yield ImportedRule("no_editing", "mode", condition, "call is deny", "planning", source)
