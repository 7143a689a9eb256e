"""Command `python -m tests.site FOLDER`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.site.browser import browser_faults, missing_parts, opened_browser
from tests.site.static_pages import pages_of, static_faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--static", action="store_true", help="without a browser")
    asked = parser.parse_args()
    missing = "" if asked.static else missing_parts()
    if missing:
        print(f"nothing was looked at in a browser: install {missing}", file=sys.stderr)
        return 2
    faults = list(static_faults(asked.folder))
    print(f"{asked.folder}: {len(pages_of(asked.folder))} pages, links and anchors")
    if not asked.static:
        with opened_browser() as browser:
            for page in pages_of(asked.folder):
                found = [
                    f"{page.name}: {f}" for f in browser_faults(browser, page.path, page.folder)
                ]
                print(f"{page.name}: {len(found)} faults in the browser", flush=True)
                faults += found
    for fault in faults:
        print(f"  {fault}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
