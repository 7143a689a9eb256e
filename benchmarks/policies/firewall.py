"""One table of ranges over several numbers: a firewall."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule

COLUMNS = (
    ("source", 65_536),
    ("target", 65_536),
    ("port", 65_536),
    ("length", 9_000),
    ("rate", 1_000),
)
EFFECTS = ("packet is pass", "packet is drop", "packet is log", "packet is not pass")


def firewall(rules: int, draw: random.Random) -> Policy:
    """Rows of one level; what is the operator's is above them."""
    return Policy(
        "firewall",
        ("operator", "network"),
        ("admin at network",),
        (("safety", "service"),),
        (
            *((name, f"int 0..{size - 1}") for name, size in COLUMNS),
            ("protocol", "{tcp, udp, icmp, other}"),
        ),
        (),
        ("packet: pass > log > drop steered by nobody on conflict drop",),
        (
            Rule("no_remote_shell", "operator", ("protocol is tcp", "port = 23"), "packet is drop"),
            *(_row(draw, i) for i in range(rules - 1)),
        ),
        (Example("telnet", ("protocol is tcp", "port = 23"), "packet is drop"),),
    )


def _row(draw: random.Random, number: int) -> Rule:
    chosen = draw.sample(COLUMNS, draw.randrange(2, 5))
    conditions = [clause for name, size in chosen for clause in _range(draw, name, size)]
    if draw.random() < 0.5:
        conditions.append(f"protocol is {draw.choice(('tcp', 'udp', 'icmp', 'other'))}")
    value = draw.choice(("safety", "service"))
    return Rule(f"f{number}", "network", tuple(conditions), draw.choice(EFFECTS), value)


def _range(draw: random.Random, name: str, size: int) -> tuple[str, ...]:
    """From a single number to a quarter of all."""
    width = int(size / 4 ** draw.uniform(1, 6))
    low = draw.randrange(1, size - width)
    return (f"{name} >= {low}", f"{name} <= {low + width}") if width else (f"{name} = {low}",)
