"""What a coding agent may do: patterns over files, commands and sites, sets of labels, unknowns."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule

FOLDERS = (
    "billing", "build", "certs", "config", "data", "generated", "keys", "legacy", "migrations",
    "public", "scripts", "third_party", "var", "web",
)  # fmt: skip
ENDINGS = (
    ".key", ".lock", ".sql", ".toml", ".ts", ".yml", "_test.py", ".csv", "Dockerfile", ".ipynb",
)  # fmt: skip
COMMANDS = (
    "git commit*", "git reset --hard*", "git clean *", "git * --force*", "* > /dev/*", "chmod *",
    "chown *", "dd if=*", "mkfs*", "ssh *", "scp *", "wget *", "*| bash", "*| sh*", "cargo *",
    "terraform apply*", "terraform *", "aws s3 rm *", "psql *", "*drop table*", "npx *", "make *",
    "systemctl *", "kill *", "env*", "*--no-verify*", "crontab *", "tar *", "*$(*", "rm *",
)  # fmt: skip
SITES = ("*.corp", "*.test", "*.dev", "registry.*", "*.internal.corp", "*pastebin*", "localhost*")
STATES = (
    "approved", "not approved", "dry_run", "possibly leaks", "leaks", "labels has live",
    "labels has any of {live, payments}", "labels has none of {live, legal}", "not on_plan",
)  # fmt: skip


def guard(rules: int, draw: random.Random) -> Policy:
    """Two rules of the owner's that hold whatever the others say, and others of three levels."""
    return Policy(
        "guard",
        ("owner", "team", "project", "session"),
        (
            "maintainer at team",
            "developer at session implied at session",
            "web_page without authority",
        ),
        (("safety", "secrecy", "tidiness"), ("safety", "speed")),
        (
            ("action", "{run, edit, open, download, publish, ask}"),
            ("file, command, site", "text"),
            ("approved, dry_run, on_plan", "bool"),
            ("leaks", "bool?"),
            ("labels", "set of {live, payments, legal, docs, tests}"),
            ("lines", "int 0.."),
            ("session", "duration 0s.."),
        ),
        ("define long = session > 4h",),
        (
            "call: allow > ask > deny steered by maintainer, developer on conflict deny",
            "record: brief > whole steered by nobody on conflict whole",
        ),
        (*_firm(), *(_rule(draw, i) for i in range(rules - 2))),
        (
            Example("a key leaves", ('action is publish, file = "a/certs/b.pem"',), "call is deny"),
            Example(
                "a disk is wiped",
                ('action is run, command = "mkfs.ext4 /dev/sda"',),
                "call is deny",
            ),
        ),
    )


def _firm() -> tuple[Rule, ...]:
    publishing = ("action is publish", 'file like "*.pem"')
    wiping = ("action is run", 'command like "mkfs*"')
    return (
        Rule("no_keys_outside", "owner", publishing, "call is deny", "secrecy"),
        Rule("no_disk_is_wiped", "owner", wiping, "call is deny and record is whole", "safety"),
    )


def _rule(draw: random.Random, number: int) -> Rule:
    action = draw.choice(("run", "run", "edit", "open", "download"))
    conditions = [f"action is {action}", _pattern(draw, action)]
    if draw.random() < 0.8:
        conditions.append(draw.choice((*STATES, f"lines > {draw.randrange(1, 60) * 20}", "long")))
    rare = draw.random() < 0.3
    effects = (
        "call is deny",
        "call is not allow",
        "call in {ask, deny}",
        "call is allow",
        "call may be allow",
        "call is ask and record is whole",
        "record is whole",
    )
    return Rule(
        f"g{number}",
        draw.choice(("team", "project", "project", "session")),
        tuple(conditions),
        draw.choice(effects),
        draw.choice(("safety", "secrecy", "tidiness", "speed")),
        (draw.choice(("approved", "dry_run", "on_plan")),) if rare else (),
    )


def _pattern(draw: random.Random, action: str) -> str:
    if action == "run":
        return f'{draw.choice(("", "", "", "not "))}command like "{draw.choice(COMMANDS)}"'
    if action == "download":
        one = f'site like "{draw.choice(SITES)}"'
        return one if draw.random() < 0.5 else f'site = "mirror{draw.randrange(80)}.corp"'
    folder, ending = draw.choice(FOLDERS), draw.choice(ENDINGS)
    return draw.choice(
        (
            f'file like "{folder}/*"',
            f'file like "*/{folder}/*{ending}"',
            f'file like "*{ending}"',
            f'file = "{folder}/{draw.randrange(40)}{ending}"',
        )
    )
