"""Published pages as a parser reads them: everything is there, every link resolves, and texts of
others stay texts.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner, Result
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.apps.cli import group
from specdsl.apps.site.anchors import unique_slugs
from specdsl.apps.site.render_site import site_files
from specdsl.apps.site.report_links import is_report_address
from specdsl.apps.site.site_options import SiteOptions
from specdsl.apps.site.spec_proofs import prove_spec
from specdsl.apps.site.write_site import MANIFEST, ForeignFolder, write_site
from specdsl.base.plain_text import visible
from tests.random_specs import random_spec
from tests.site.static_pages import StaticPage, pages_of, static_faults

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "examples" / "support_bot" / "support.spec"
NASTY = "<>&\"'`()[]!*_#{}$;:/=-javascript onerror src data http https www.\\ \t~|"

OLD = """
spec shop "A shop" version "1.0"
authority owner > clerk > guest
principal manager at owner
principal customer at guest
value safety
value service
priority safety > service
fact topic: {orders, refunds}
fact pin: int 0..9999? secret
decision refund: pay > ask > decline steered by manager on conflict decline
decision tone: warm > plain steered by nobody
rule cap at clerk for safety
  when topic is refunds and pin = 1234
  then refund is not pay
  because "Large sums need a second pair of eyes."
  source "https://shop.example/rules#cap"
rule loyal at clerk for service
  when topic is refunds
  then refund is pay
example "with the pin"
  given topic is refunds, pin = 1234
  customer: "Pay me!"
  good: "I will ask."
  bad: "Here you are." because cap
  expect refund is ask because cap
assert "tone is nobody's": customer cannot change tone
"""
NEW = OLD.replace('"1.0"', '"2.0"').replace("is not pay\n  because", "is decline\n  because")
NEW = NEW.replace("is ask because", "is decline because").replace("eyes.", "eyes, always.")


def publish_texts(texts: Mapping[str, str], **options: object) -> dict[str, str]:
    """The files of a site, of texts by their names, the current version first."""
    specs = [specdsl.loads(text, name) for name, text in texts.items()]
    proofs = [prove_spec(spec) for spec in specs]
    return dict(site_files(specs, proofs, SiteOptions(**options)))  # type: ignore[arg-type]


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    write_site(folder, files)
    return folder


def front_page(folder: Path) -> StaticPage:
    return StaticPage(folder / "index.html", folder)


def test_everything_of_a_spec_is_on_its_page_and_every_link_resolves(tmp_path: Path) -> None:
    spec = specdsl.load(SUPPORT)
    files = dict(site_files([spec], [prove_spec(spec)], SiteOptions("mailto:us@acme.example")))
    folder = write_files(tmp_path, files)
    assert list(static_faults(folder)) == []
    page = front_page(folder)
    model = spec.model
    assert model.rules
    assert model.examples
    for rule in model.rules:
        assert f"rule-{rule.name}" in page.anchors
        assert rule.because in page.text
        assert rule.level.name in page.text
    for example in model.examples:
        assert example.title in page.text
        assert all(line.text in page.text for line in example.talk)
    assert all(one.title in page.text for one in model.assertions)
    assert {f"decision-{one.name}" for one in model.decisions} <= set(page.anchors)
    reports = [a.attrib["href"] for a in page.elements("a") if a.attrib.get("class") == "report"]
    assert len(reports) == len(model.rules)
    for rule, address in zip(model.rules, reports, strict=True):
        parts = urlsplit(address)
        subject = parse_qs(parts.query)["subject"][0]
        assert (parts.scheme, parts.path) == ("mailto", "us@acme.example")
        assert rule.name in subject
        assert model.version in subject


TRIED = """
trial rule night at clerk "At night nothing is paid"
  when pin = 7 unless topic is orders
  then refund is decline
  overrides loyal
  because "<b>Nobody</b> is there."
"""


def test_a_trial_rule_is_shown_as_one_that_decides_nothing(tmp_path: Path) -> None:
    files = publish_texts({"shop.spec": OLD + TRIED})
    page = front_page(write_files(tmp_path, files))
    card = files["index.html"].partition('id="trial-night"')[2].partition("</article>")[0]
    for said in ("At night nothing is paid", "decides nothing yet", "&lt;b&gt;Nobody&lt;/b&gt; is"):
        assert said in card
    assert re.findall("<dt>([a-z]+)</dt>", card) == ["when", "unless", "then", "overrides"]
    assert 'href="#rule-loyal"' in card
    assert 'href="#decision-refund"' in card
    assert "1 trial rule" in page.text
    assert list(static_faults(tmp_path)) == []
    assert 'id="trial-' not in publish_texts({"shop.spec": OLD})["index.html"]


def test_the_same_spec_has_the_same_pages() -> None:
    texts = {"new.spec": NEW, "old.spec": OLD}
    assert publish_texts(texts) == publish_texts(texts)


def test_versions_and_what_changed_between_them(tmp_path: Path) -> None:
    oldest = OLD.replace('"1.0"', '"0.9"').replace("is not pay\n", "in {ask, decline}\n")
    folder = write_files(tmp_path, publish_texts({"a": NEW, "b": OLD, "c": oldest}))
    assert list(static_faults(folder)) == []
    names = {page.name for page in pages_of(folder)}
    assert names == {
        "index.html",
        "versions.html",
        "versions/1.0/index.html",
        "versions/0.9/index.html",
        "changes/1.0-to-2.0.html",
        "changes/0.9-to-2.0.html",
        "changes/0.9-to-1.0.html",
    }
    changed = StaticPage(folder / "changes" / "1.0-to-2.0.html", folder).text
    assert "It is decline, no longer ask" in changed
    assert "“with the pin”: refund was ask and is decline" in changed
    assert "rule cap" in changed
    assert "eyes, always." in changed
    assert "with the pin" in changed
    same = StaticPage(folder / "changes" / "0.9-to-1.0.html", folder).text
    assert "Proved: nothing is decided differently" in same
    assert (
        "This is an older version"
        in StaticPage(folder / "versions" / "0.9" / "index.html", folder).text
    )


def test_values_of_secret_facts_are_in_no_situation(tmp_path: Path) -> None:
    folder = write_files(tmp_path, publish_texts({"new.spec": NEW, "old.spec": OLD}))
    for page in (front_page(folder), StaticPage(folder / "versions/1.0/index.html", folder)):
        given = [one for one in page.tree.iter() if one.attrib.get("class") == "given"]
        assert any("pin (secret)" in "".join(one.itertext()) for one in given)
        assert all("1234" not in "".join(one.itertext()) for one in given)


def test_what_is_not_proved_is_not_said_to_be(tmp_path: Path) -> None:
    text = OLD + "rule idle at guest when topic is orders and topic is refunds then tone is plain\n"
    text += '# specdsl: allow(SD401) because "it is kept for later"\n'
    text += "rule later at guest when topic is orders and topic is refunds then tone is plain\n"
    page = front_page(write_files(tmp_path, publish_texts({"shop.spec": text})))
    cards = {
        one.attrib["id"]: " ".join("".join(one.itertext()).split())
        for one in page.elements("article")
    }
    assert "Found: rule idle never applies" in cards["rule-idle"]
    assert "Proved: no other rule contradicts it" in cards["rule-idle"]
    assert "it can" not in cards["rule-idle"]
    assert "it can apply" not in cards["rule-later"]
    assert "it can apply" in cards["rule-cap"]
    assert "does not pass its check" in page.text


@pytest.mark.parametrize("seed", range(40, 52))
def test_rules_are_not_said_to_be_better_than_the_check_finds_them(seed: int) -> None:
    spec = specdsl.loads(random_spec(seed))
    proofs = prove_spec(spec)
    found = {
        (name, finding.code.name)
        for finding in specdsl.check(spec).findings
        for name in finding.rules[:1]
    }
    claims = {"dead-rule": "it can apply", "unreachable-rule": "it can take effect"}
    claims["redundant-rule"] = "it is not redundant"
    for rule in spec.model.rules:
        proved = "".join(m.text for m in proofs.rule_marks(rule) if m.result == "proved")
        graver = False
        for code, claim in claims.items():
            graver = graver or (rule.name, code) in found
            permits = all(effect.permits for effect in rule.effects)
            silent = code == "redundant-rule" and permits
            assert (claim in proved) == (not graver and not silent), (rule.name, code)


WORDS = st.text(st.sampled_from(NASTY + "abcé漢"), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(WORDS, WORDS, WORDS)
def test_texts_of_others_stay_texts(title: str, reason: str, said: str) -> None:
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in (title, reason, said)]
    text = (
        f'spec s "{quoted[0]}" version "{quoted[1]}"\nauthority a > b\nprincipal p at b\n'
        f'value v "{quoted[1]}"\nfact f: bool "{quoted[0]}"\ndecision d "{quoted[1]}": x > y\n'
        f'policy o at a "{quoted[0]}" {{ rule r "{quoted[1]}" when f then d is y\n'
        f'because "{quoted[1]}" source "{quoted[0]}" }}\n'
        f'example "{quoted[0]} " given f p: "{quoted[2]}" good: "{quoted[2]}"\n'
        f'bad: "{quoted[1]}" because r expect d is y because r\n'
        f'assert "{quoted[2]}": d is y when f\n'
        f'change 2025-01-01 "{quoted[0]}" credit "{quoted[1]}" feedback "{quoted[2]}"\n'
    )
    loaded = specdsl.loads(text)
    options = SiteOptions("https://x.example/?rule={rule}&v={version}")
    files = dict(site_files([loaded, loaded], [prove_spec(loaded)] * 2, options))
    page = StaticPage(Path("index.html"), Path())
    vars(page)["tree"] = parse_page(files["index.html"])
    assert [one.attrib["src"] for one in page.elements("script")] == [
        "search-index.js",
        "search.js",
    ]
    for tag in ("img", "iframe", "object", "form", "style", "base"):
        assert not list(page.elements(tag))
    for one in page.tree.iter():
        assert not any(str(name).startswith("on") or name == "style" for name in one.attrib)
    for link in page.elements("a"):
        assert urlsplit(link.attrib["href"]).scheme in ("", "http", "https", "mailto")
    assert " ".join(visible(said).split()) in page.text
    assert "</script" not in files["search-index.js"].lower()
    assert all(re.fullmatch(r"[a-z0-9_./-]+", path) and ".." not in path for path in files)


def parse_page(text: str) -> object:
    import html5lib

    return html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:x", "data:text/html,x", "//x.y",
     "file:///etc/passwd", "https:", "mailto:", "x", "https://[", "java\nscript:alert(1)"],
)  # fmt: skip
def test_reports_go_to_web_addresses_only(address: str, tmp_path: Path) -> None:
    assert not is_report_address(address)
    run = run_publish(SUPPORT, tmp_path / "site", "--report-to", address)
    assert run.exit_code == 2
    assert not (tmp_path / "site").exists()


def run_publish(*words: object) -> Result:
    file, folder, *more = map(str, words)
    return CliRunner().invoke(group, ["publish", file, "-o", folder, *more])


def test_placeholders_of_the_report_address_are_filled(tmp_path: Path) -> None:
    address = "https://x.example/new?about={rule}&in={version}#top"
    files = publish_texts({"shop.spec": OLD}, report_to=address)
    page = front_page(write_files(tmp_path, files))
    reports = [a.attrib["href"] for a in page.elements("a") if a.attrib.get("class") == "report"]
    assert "https://x.example/new?about=cap&in=1.0#top" in map(unquote, reports)


def test_sources_are_links_to_named_documents(tmp_path: Path) -> None:
    text = OLD.replace("https://shop.example/rules#cap", "handbook#no refunds")
    files = publish_texts({"s": text}, documents={"handbook": "https://shop.example/book"})
    page = front_page(write_files(tmp_path, files))
    links = {a.attrib["href"] for a in page.elements("a")}
    assert "https://shop.example/book#no%20refunds" in links


def test_a_folder_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(ForeignFolder):
        write_site(tmp_path, {"index.html": "ours"})
    assert (tmp_path / "index.html").read_text() == "mine"


def test_the_next_site_removes_what_is_gone_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(folder, {"index.html": "1", "versions/1/index.html": "1"})
    (folder / "CNAME").write_text("shop.example")
    (tmp_path / "outside").write_text("stays")
    listed = (folder / MANIFEST).read_text().replace('"files": [', '"files": ["../outside", ')
    (folder / MANIFEST).write_text(listed)
    write_site(folder, {"index.html": "2"})
    assert sorted(p.name for p in folder.rglob("*")) == ["CNAME", "index.html", MANIFEST]
    assert (tmp_path / "outside").read_text() == "stays"


def test_a_page_that_is_broken_is_found_out(tmp_path: Path) -> None:
    folder = write_files(tmp_path, publish_texts({"new.spec": NEW, "old.spec": OLD}))
    assert list(static_faults(folder)) == []
    index = folder / "index.html"
    text = index.read_text()
    breaks = {
        "no such anchor": text.replace('id="rule-cap"', 'id="rule-cup"'),
        "is there twice": text.replace('id="rule-cap"', 'id="rule-loyal"'),
        "not in the folder": text.replace('href="versions.html"', 'href="../versions.html"'),
        "leads to javascript:": text.replace("https://shop.example/rules#cap", "javascript:1"),
        "loads https://": text.replace(
            "<main ", '<img alt="" src="https://x.example/i.png"><main '
        ),
        "has the attribute": text.replace("<main ", '<main onclick="x()" '),
    }
    for fault, broken in breaks.items():
        index.write_text(broken)
        assert any(fault in one for one in static_faults(folder)), fault


def test_a_layer_says_what_it_promises(tmp_path: Path) -> None:
    spec = specdsl.load(ROOT / "examples" / "support_bot" / "outlet.spec")
    files = dict(site_files([spec], [prove_spec(spec)], SiteOptions()))
    page = front_page(write_files(tmp_path, files))
    assert list(static_faults(tmp_path)) == []
    assert "A layer on The Acme shop's assistant 2.1" in page.text
    assert "Proved: no decision of the base gets a more preferred outcome" in page.text


def test_nothing_is_proved_where_no_situation_is_possible(tmp_path: Path) -> None:
    text = OLD + "assume one: topic is orders\nassume other: topic is refunds\n"
    page = front_page(write_files(tmp_path, publish_texts({"a": text, "b": OLD})))
    assert "does not pass its check" in page.text
    assert "Proved:" not in page.text
    assert "not computed" in page.text
    changes = StaticPage(tmp_path / "changes" / "1.0-b-to-1.0-a.html", tmp_path)
    assert "not computed" in changes.text


def test_versions_of_git_are_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    (tmp_path / "shop.spec").write_text(OLD, encoding="utf-8")
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"], ["tag", "one"]):
        subprocess.run(["git", *words], check=True)
    (tmp_path / "shop.spec").write_text(NEW, encoding="utf-8")
    run = run_publish("shop.spec", "site", "--history", "one")
    assert (run.exit_code, run.output) == (
        0,
        "site: 2 rules, 2 versions, 10 files; site/index.html\n",
    )
    assert list(static_faults(tmp_path / "site")) == []
    changed = StaticPage(tmp_path / "site/changes/1.0-to-2.0.html", tmp_path / "site").text
    assert "It is decline, no longer ask" in changed
    assert run_publish("shop.spec", "site", "--history", "two").exit_code == 2


@given(st.lists(st.text() | st.sampled_from(["..", "a/../b", "CON", "x" * 300, "2.0", "É é"])))
def test_names_of_folders_are_harmless_and_differ(labels: list[str]) -> None:
    slugs = unique_slugs(labels, "version")
    assert len(set(slugs)) == len(labels)
    for slug in slugs:
        assert re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", slug)
        assert ".." not in slug
        assert len(slug) < 80
