"""A published folder in headless Chromium, by the command that checks any folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.test_published_pages import OLD, publish_texts, write_files
from tests.site.browser import ROOT, missing_parts

MISSING = missing_parts()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"NO PAGE WAS LOOKED AT IN A BROWSER: install {MISSING}"
    ),
]

BREAKS = {
    "a request leaves the folder": (
        "<main ",
        '<img alt="" src="https://example.invalid/i.png"><main ',
    ),
    "a script fails": ('src="search-index.js"', 'src="adds.js"'),
    "axe, serious": ('<a class="home"', '<a class="home" aria-hidden="true"'),
    "the page is wider than the screen": ("<main ", '<pre class="wide">wide</pre><main '),
    "lines of text are too long": ("</h1>", '</h1><p class="wide">text</p>'),
    "without scripts this is not there": ('src="search-index.js"', 'src="adds.js"'),
    "the search does not find": ('src="search-index.js"', 'src="adds.js"'),
}
SCRIPT = """
window.specIndex = [{kind: "", anchor: "x", name: "x", title: "x", text: "x"}];
document.querySelector("main").append("only with scripts");
throw new Error("x");
"""


def check_folder(folder: Path) -> tuple[int, str]:
    """The exit status and the output of the command."""
    command = [sys.executable, "-m", "tests.site", str(folder)]
    run = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return run.returncode, run.stdout


def test_a_published_spec_has_no_fault_in_the_browser(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path, publish_texts({"shop.spec": OLD}, report_to="mailto:us@shop.example")
    )
    status, said = check_folder(folder)
    assert (status, said.splitlines()[-1]) == (0, "0 faults"), said


def test_faults_that_only_a_browser_sees_are_found(tmp_path: Path) -> None:
    folder = write_files(tmp_path, publish_texts({"shop.spec": OLD}))
    text = (folder / "index.html").read_text()
    for old, new in BREAKS.values():
        text = text.replace(old, new, 1)
    text = text.replace("Content-Security-Policy", "X-Nothing")
    (folder / "index.html").write_text(text)
    style = (folder / "style.css").read_text()
    (folder / "style.css").write_text(f"{style}.wide {{ width: 3000px; }}\n")
    (folder / "adds.js").write_text(SCRIPT)
    status, said = check_folder(folder)
    assert status == 1
    assert [fault for fault in BREAKS if fault not in said] == [], said
