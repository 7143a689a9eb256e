"""Settings files with planted dead allows, imported and checked by the commands: each is found, and
no other.

    python -m tests.importing --files 40
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from tests.importing.planted_settings import dead_by_command, planted_settings


@click.command()
@click.option("--files", type=click.IntRange(1), default=40, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
def main(files: int, seed: int) -> None:
    """Write at least so many files, a policy of up to three of them after the other."""
    written, dead, wrong = 0, 0, list[str]()
    while written < files:
        settings = planted_settings(seed)
        with tempfile.TemporaryDirectory() as folder:
            found = dead_by_command(settings, Path(folder))
            written += len(list(Path(folder).glob("*.json")))
        dead += len(settings.dead)
        missed, others = settings.dead - found, found - settings.dead
        wrong += [f"seed {seed}: missed {sorted(missed)}, and {sorted(others)}"] * (
            found != settings.dead
        )
        seed += 1
    print(f"{written} files with {dead} dead allows: {len(wrong)} policies are judged otherwise")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
