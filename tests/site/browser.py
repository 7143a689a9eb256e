"""Pages in headless Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
AXE = "node_modules/axe-core/axe.min.js"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 390)
GRAVE = ("serious", "critical")
VIOLATIONS = """
axe.run(document, {preload: false, resultTypes: ["violations"]}).then((found) =>
  found.violations.map((one) => ({
    impact: one.impact, id: one.id, count: one.nodes.length, first: String(one.nodes[0].target),
  }))
)
"""
MEASURE = 46 * 16  # The longest line of text, in pixels.
WIDEST_TEXT = """
Math.max(0, ...[...document.querySelectorAll("main p")].map(
    (one) => one.getBoundingClientRect().width
))
"""


def chromium_path() -> str | None:
    """The browser: the one that SPECDSL_CHROMIUM names, or the first that is installed."""
    found = (shutil.which(name) for name in CHROMIUM)
    return os.environ.get("SPECDSL_CHROMIUM") or next((path for path in found if path), None)


def axe_path() -> Path | None:
    """The script of axe-core: what SPECDSL_AXE names, or what npm has put into the checkout."""
    path = Path(os.environ.get("SPECDSL_AXE") or ROOT / AXE)
    return path if path.is_file() else None


def missing_parts() -> str:
    """What has to be installed before pages can be looked at; empty if it is all there."""
    wanted = []
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        wanted.append("playwright (pip install playwright)")
    if chromium_path() is None:
        wanted.append("Chromium (apt-get install chromium)")
    if axe_path() is None:
        wanted.append("axe-core (npm install --no-save axe-core, in the checkout)")
    return ", ".join(wanted)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium_path(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


def browser_faults(browser: Browser, path: Path, folder: Path) -> Iterator[str]:
    """What is wrong with a page in any light and on any screen."""
    texts: set[str] = set()
    for scheme in SCHEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
            )
            page = context.new_page()
            for fault in _faults_of(page, path, folder):
                yield f"{scheme}, {width}: {fault}"
            texts.add(_text_of(page))
            context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.resolve().as_uri())
    missing = {line for text in texts for line in text.splitlines()} - set(
        _text_of(page).splitlines()
    )
    if missing:
        yield f"without scripts this is not there: {sorted(missing)[:3]}"
    context.close()


def _faults_of(page: Page, path: Path, folder: Path) -> Iterator[str]:
    faults: list[str] = []
    home = f"{folder.resolve().as_uri()}/"
    page.on(
        "request",
        lambda one: (
            None
            if one.url.startswith(home)
            else faults.append(f"a request leaves the folder: {one.url}")
        ),
    )
    page.on("requestfailed", lambda one: faults.append(f"it does not load: {one.url}"))
    page.on("pageerror", lambda problem: faults.append(f"a script fails: {problem}"))
    page.on(
        "console",
        lambda one: faults.append(f"the console says: {one.text}") if one.type == "error" else None,
    )
    page.goto(path.resolve().as_uri())
    if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
        faults.append("the page is wider than the screen")
    if page.evaluate(WIDEST_TEXT) > MEASURE:
        faults.append("lines of text are too long to be read")
    faults += _search_faults(page)
    faults += _axe_faults(page)
    yield from faults


def _search_faults(page: Page) -> Iterator[str]:
    """Search for the name of each kind of thing that the page has an anchor of."""
    field = page.locator("#search-text")
    if not field.count():
        return
    if not field.is_visible():
        yield "there is no search field"
        return
    for kind in ("rule", "decision"):
        name = page.evaluate(
            "kind => document.querySelector(`article.rule, article.decision`) && "
            "document.querySelector(`[id^='${kind}-']`)?.id",
            kind,
        )
        if name:
            field.fill(str(name).removeprefix(f"{kind}-"))
            links = page.locator("#search-results a")
            found = [links.nth(i).get_attribute("href") for i in range(links.count())]
            if f"#{name}" not in found:
                yield f"the search does not find {name}, but {found}"
            field.fill("")
    page.keyboard.press("Escape")


def _axe_faults(page: Page) -> Iterator[str]:
    script = axe_path()
    assert script is not None
    page.evaluate(script.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(VIOLATIONS)
    for one in found:
        if one["impact"] in GRAVE:
            where = f"{one['count']} times, first at {one['first']}"
            yield f"axe, {one['impact']}: {one['id']}, {where}"


def _text_of(page: Page) -> str:
    """The text of the page as it is shown, without the search."""
    found: str = page.locator("main").inner_text()
    return found
