"""Settings of Claude Code in which some allows can never take effect, and which ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from specdsl.apps.cli import group as program
from specdsl.base.diagnostics import Report
from specdsl.importing.claude_settings import SettingsFile

SCOPES = ("local", "project", "user")


@dataclass
class PlantedSettings:
    """Lists of rules by scope and kind, and the names of the allows that are dead in the spec."""

    chosen: random.Random
    lists: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)

    def add(self, kind: str, rule: str) -> str:
        """Add a rule in some file; return its name in the spec."""
        scope = self.chosen.choice(SCOPES)
        rules = self.lists.setdefault(scope, {}).setdefault(kind, [])
        rules.append(rule)
        return f"{scope}_{kind}_{len(rules)}"

    def files(self) -> Iterator[SettingsFile]:
        for scope in SCOPES:
            text = json.dumps({"permissions": self.lists.get(scope, {})})
            yield SettingsFile(f"{scope}.json", scope, text)


def planted_settings(seed: int, groups: int = 8) -> PlantedSettings:
    """Settings of a few groups of rules; no call is matched by the rules of two groups."""
    settings = PlantedSettings(random.Random(seed))
    for number in range(groups):
        settings.chosen.choice(GROUPS)(settings, f"tool{number}")
    return settings


def alive(settings: PlantedSettings, name: str) -> None:
    settings.add("allow", f"Bash({name} build *)")


def narrow_deny(settings: PlantedSettings, name: str) -> None:
    """A deny within an allow leaves the rest of it."""
    settings.add("allow", f"Bash({name} *)")
    settings.add(settings.chosen.choice(("deny", "ask")), f"Bash({name} push --force *)")


def overlap(settings: PlantedSettings, name: str) -> None:
    """Some calls are in both, each has others."""
    settings.add("allow", f"Bash({name} * main)")
    settings.add("deny", f"Bash({name} push *)")


def broad_deny(settings: PlantedSettings, name: str) -> None:
    settings.add(settings.chosen.choice(("deny", "ask")), f"Bash({name}:*)")
    settings.dead.add(settings.add("allow", f"Bash({name} status)"))
    settings.dead.add(settings.add("allow", f"Bash({name} log *)"))


def denied_folder(settings: PlantedSettings, name: str) -> None:
    settings.add("deny", f"Read(//{name}/**)")
    settings.dead.add(settings.add("allow", f"Read(//{name}/docs/*.md)"))
    settings.add("allow", f"Edit(//{name}/docs/**)")


def denied_server(settings: PlantedSettings, name: str) -> None:
    settings.add("deny", f"mcp__{name}")
    settings.dead.add(settings.add("allow", f"mcp__{name}__read"))


def two_denies(settings: PlantedSettings, name: str) -> None:
    """No deny covers the allow alone."""
    settings.add("deny", f"Bash({name})")
    settings.add("ask", f"Bash({name} **)")
    settings.dead.add(settings.add("allow", f"Bash({name} *)"))


GROUPS = (alive, narrow_deny, overlap, broad_deny, denied_folder, denied_server, two_denies)


def dead_by_command(settings: PlantedSettings, folder: Path) -> set[str]:
    """The dead rules of settings by `specdsl import` and `specdsl check`, of files in a folder."""
    named = []
    for file in settings.files():
        if settings.lists.get(file.scope):
            (folder / file.name).write_text(file.text, encoding="utf-8")
            named.append(f"{file.scope}={folder / file.name}")
    spec = str(folder / "settings.spec")
    places = ["--home", "/home/u", "--project", "/work"]
    run = CliRunner()
    imported = run.invoke(program, ["import", "claude-settings", *named, *places, "-o", spec])
    assert imported.exit_code == 0, imported.output
    words = ["check", spec, "--only", "errors", "--output-format", "json", "--no-cache"]
    report = json.loads(run.invoke(program, words).stdout)
    assert "unproved" not in {one["result"] for one in report["checks"]}
    found = (one for one in report["findings"] if one["name"] == "unreachable-rule")
    return {one["rules"][0] for one in found}


def dead_rules(report: Report) -> list[str]:
    """The rules of which a report says that they can never take effect."""
    found = (d for d in report.diagnostics if d.code.name == "unreachable-rule")
    return [next(iter(d.fields["rules"])) for d in found]
