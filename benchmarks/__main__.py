"""Both benchmarks in one run: `python -m benchmarks`. The sizes are those that have limits; the
largest takes minutes."""

from __future__ import annotations

import sys

from benchmarks import against_csl_core, check


def main() -> int:
    """The worse status of the two."""
    status = check.main([*map(str, check.SECONDS)])
    return max(status, against_csl_core.main([]))


if __name__ == "__main__":
    sys.exit(main())
