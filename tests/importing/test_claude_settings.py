"""Permissions of Claude Code as a spec: what it decides, and which allows are dead."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group as program
from specdsl.importing.claude_settings import SettingsFile, import_settings, scope_of_path
from specdsl.importing.imported_spec import NotImportable, UnreadablePolicy, write_spec
from specdsl.importing.path_patterns import Anchors, path_condition
from tests.importing.planted_settings import dead_by_command, planted_settings

HOME, PROJECT = "/home/ada", "/work/app"
EMPTY = {"command": "", "path": "", "domain": "", "agent": ""}


def imported(*files: SettingsFile) -> specdsl.Spec:
    return specdsl.loads(write_spec(import_settings(files, HOME, PROJECT)))


def project(**permissions: object) -> SettingsFile:
    return SettingsFile("settings.json", "project", json.dumps({"permissions": permissions}))


def outcome(spec: specdsl.Spec, **call: str) -> str:
    policy = specdsl.Policy(spec.circuit)
    facts = {fact.name: {**EMPTY, **call}[fact.name] for fact in policy.facts}
    return policy.decide(facts).call


# --- dead allows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_each_dead_allow_is_found_and_no_other(seed: int, tmp_path: Path) -> None:
    """Up to three files each; `python -m tests.importing` has as many as it is told."""
    settings = planted_settings(seed)
    assert dead_by_command(settings, tmp_path) == settings.dead


# --- what a spec decides -------------------------------------------------------------------------

WORDS = ("git", "push", "status", "-f", "npm", "x")
RULES = ("Bash", "Bash(*)", "Bash(git)", "Bash(git *)", "Bash(git:*)", "Bash(git push*)")
MORE = ("Bash(* push)", "Bash(git * -f)", "Bash(npm x:*)", "Bash(* *)", "Bash(git status)")


def matches(rule: str, command: str) -> bool:
    """What the documentation says of a rule for shells, as a regular expression."""
    specifier = rule.removeprefix("Bash").strip("()") or "*"
    if specifier == "*":
        return True
    rest = None
    for end in (":*", " *"):
        if rest is None and specifier.endswith(end):
            rest = specifier.removesuffix(end)
            optional = end == ":*" or "*" not in rest
            tail = r"( .*)?" if optional else r" .*"
    pattern = specifier if rest is None else rest
    body = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(body + (tail if rest is not None else ""), command, re.DOTALL) is not None


def commands() -> Iterator[str]:
    chosen = random.Random(5)
    for _ in range(150):
        yield " ".join(chosen.choices(WORDS, k=chosen.randint(1, 4)))


def test_commands_are_decided_as_the_lists_say() -> None:
    chosen = random.Random(11)
    for _ in range(12):
        lists = {kind: chosen.sample(RULES + MORE, 2) for kind in ("deny", "ask", "allow")}
        lists = {kind: [r for r in rules if r != "Bash"] for kind, rules in lists.items()}
        files = [
            SettingsFile(f"{scope}.json", scope, json.dumps({"permissions": {kind: lists[kind]}}))
            for scope, kind in zip(("user", "local", "managed"), lists, strict=True)
        ]
        policy = specdsl.Policy(imported(*files).circuit)
        for command in commands():
            facts = {
                f.name: {**EMPTY, "tool": "Bash", "command": command}[f.name] for f in policy.facts
            }
            first = (k for k, rules in lists.items() if any(matches(r, command) for r in rules))
            assert policy.decide(facts).call == next(first, "ask"), (lists, command)


@pytest.mark.parametrize(
    ("mode", "read", "edit", "shell"),
    [
        ("default", "allow", "ask", "ask"),
        ("acceptEdits", "allow", "allow", "ask"),
        ("plan", "allow", "deny", "ask"),
        ("dontAsk", "deny", "deny", "deny"),
        ("bypassPermissions", "allow", "allow", "allow"),
    ],
)
def test_the_mode_decides_what_no_list_names(mode: str, read: str, edit: str, shell: str) -> None:
    spec = imported(project(defaultMode=mode, deny=["Bash(rm *)", "Read(//etc/**)"]))
    inside = f"{PROJECT}/a.py"
    assert outcome(spec, tool="Read", path=inside) == read
    assert outcome(spec, tool="Edit", path=inside) == edit
    assert outcome(spec, tool="Bash", command="make") == shell
    assert outcome(spec, tool="Bash", command="rm -rf /") == "deny"
    assert outcome(spec, tool="Read", path="/etc/passwd") == "deny"
    if mode == "default":
        assert outcome(spec, tool="Read", path="/var/log/a") == "ask"


def test_what_is_asked_about_is_denied_where_nobody_is_asked() -> None:
    spec = imported(project(defaultMode="dontAsk", ask=["Bash(git push *)"], allow=["Bash(git *)"]))
    assert outcome(spec, tool="Bash", command="git push") == "deny"
    assert outcome(spec, tool="Bash", command="git log") == "allow"


def test_an_mcp_server_stands_for_its_tools_and_a_domain_for_itself() -> None:
    spec = imported(project(allow=["mcp__wiki", "WebFetch(domain:a.org)", "Agent(explore)"]))
    assert outcome(spec, tool="mcp__wiki__read") == "allow"
    assert outcome(spec, tool="mcp__wikipedia__read") == "ask"
    assert outcome(spec, tool="WebFetch", domain="a.org") == "allow"
    assert outcome(spec, tool="WebFetch", domain="b.a.org") == "ask"
    assert outcome(spec, tool="Agent", agent="explore") == "allow"


def test_the_managed_settings_may_let_no_others_count() -> None:
    managed = {"permissions": {"deny": ["Bash(rm *)"]}, "allowManagedPermissionRulesOnly": True}
    files = SettingsFile("m.json", "managed", json.dumps(managed)), project(allow=["Bash(make)"])
    spec = imported(*files)
    assert outcome(spec, tool="Bash", command="make") == "ask"
    (skipped,) = import_settings(files, HOME, PROJECT).skipped
    assert "no other permissions count" in skipped.why


# --- paths ---------------------------------------------------------------------------------------

PATTERNS: tuple[str, ...] = (
    "/src/**",
    "src/",
    "/a/b",
    "a",
    "b.ts",
    "*.ts",
    "/src/*",
    "**/b",
    "/a/**/b",
    "/*.ts",
)
PATTERNS += ("/src/*.ts", "/a/*/b.ts", "/src/**/*.ts", "./src/a", "x/**", "**", "a/b/**")
NAMES = ("a", "b", "src", "x", "b.ts", "a.ts")


def paths() -> Sequence[str]:
    chosen = random.Random(3)
    return sorted({"/".join(chosen.choices(NAMES, k=chosen.randint(1, 4))) for _ in range(400)})


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_the_paths_that_git_ignores_by_it(pattern: str, tmp_path: Path) -> None:
    """A path with a folder `*.ts` is left out: a `*` within a name is taken to name a file."""
    ignored = ignored_by_git(pattern.removeprefix("./"), tmp_path)
    text = "fact path: text\nauthority a\ndecision d: no > yes\nrule r at a when {} then d is yes"
    condition = path_condition("path", pattern, Anchors(HOME, PROJECT, PROJECT))
    policy = specdsl.Policy(specdsl.loads(text.replace("{}", condition)).circuit)
    for path in paths():
        if any(part.endswith(".ts") for part in path.split("/")[:-1]):
            continue
        got = policy.decide({"path": f"{PROJECT}/{path}"}).d == "yes"
        assert got == (path in ignored), path


def ignored_by_git(pattern: str, folder: Path) -> set[str]:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".gitignore").write_text(pattern + "\n", encoding="utf-8")
    command = ["git", "-C", str(folder), "check-ignore", "--no-index", "--stdin"]
    run = subprocess.run(
        command, input="\n".join(paths()), capture_output=True, encoding="utf-8", check=False
    )
    return {*run.stdout.splitlines()}


def test_patterns_begin_at_home_at_the_root_or_beside_their_settings() -> None:
    anchors = Anchors(HOME, PROJECT, f"{HOME}/.claude")
    assert path_condition("path", "~/x.md", anchors).startswith(f'(path = "{HOME}/x.md"')
    assert path_condition("path", "//etc/**", anchors) == 'path like "/etc/*"'
    assert path_condition("path", "/agents/**", anchors) == f'path like "{HOME}/.claude/agents/*"'


@pytest.mark.parametrize("pattern", ["a?b", "[ab]", "!a", "src/*/**", "**/a*b", "a/**/b*/c"])
def test_a_pattern_that_cannot_be_said_is_refused(pattern: str) -> None:
    with pytest.raises(NotImportable):
        path_condition("path", pattern, Anchors(HOME, PROJECT, PROJECT))


# --- what is not read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "it is no JSON"),
        ("[]", "it has no object `permissions`"),
        ('{"permissions": {"allow": "Bash"}}', "`permissions.allow` is no list"),
        ('{"permissions": {"deny": [1]}}', "permissions.deny, entry 1 is no text"),
        ('{"permissions": {"defaultMode": "x"}}', "`defaultMode` is none of"),
    ],
)
def test_files_that_are_no_settings_are_refused(text: str, fault: str) -> None:
    with pytest.raises(UnreadablePolicy, match=re.escape(fault)):
        import_settings([SettingsFile("s.json", "user", text)], HOME, PROJECT)


@pytest.mark.parametrize("rule", ["", "(x)", "Bash(a\nb)", "Skill(x)", "Bash(x", "WebFetch(x)"])
def test_a_rule_that_cannot_be_said_is_named(rule: str) -> None:
    found = import_settings([project(allow=[rule, "Bash(make)"])], HOME, PROJECT)
    assert [one.text for one in found.skipped] == [rule]
    assert "permissions.allow, entry 1" in write_spec(found)
    assert (
        outcome(imported(project(allow=[rule, "Bash(make)"])), tool="Bash", command="make")
        == "allow"
    )


def test_the_name_of_a_file_tells_its_scope() -> None:
    names = {
        "a/.claude/settings.json": "project",
        "a/.claude/settings.local.json": "local",
        "/etc/claude-code/managed-settings.json": "managed",
        "user-settings.json": "user",
    }
    assert {name: scope_of_path(name) for name in names} == names


def test_a_scope_that_there_is_not_is_named(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"permissions": {"deny": ["WebSearch"]}}', encoding="utf-8")

    def run(*files: str) -> tuple[int, str]:
        found = CliRunner().invoke(program, ["import", "claude-settings", *files])
        return found.exit_code, found.output

    status, said = run(f"bogus={settings}")
    assert status == 2
    assert said == (
        f"specdsl: bogus={settings}: there is no scope `bogus`; "
        "a scope is managed, local, project or user\n"
    )
    assert run(f"user={settings}")[0] == 0
    assert run(str(tmp_path / "none.json")) == (
        2,
        f"specdsl: {tmp_path / 'none.json'}: No such file or directory\n",
    )
