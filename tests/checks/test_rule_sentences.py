"""A contradiction shows what its rules say: when they apply, why, and where that comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import group

SPEC = """\
authority owner
fact late, vip, regular: bool
decision answer: yes > no

policy evening at owner
  when late # in the evening
    or regular {
  rule refuse
    when not vip
      and # of both
        regular
    then answer is no
    because "At night nobody is there who could help, and what is promised then cannot be kept."
    source "handbook#night"
}

rule welcome at owner when regular then answer is yes because "Guests come first."
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECDSL_CACHE", str(tmp_path / "cache"))
    Path("clash.spec").write_text(SPEC)


def check(*options: str) -> str:
    words = ["check", "clash.spec", "--select", "contradiction", *options]
    return CliRunner().invoke(group, words, prog_name="specdsl").stdout


def test_the_excerpt_has_the_sentences_of_each_rule_once() -> None:
    excerpt = check().split("= situation")[0]
    for words in (
        "policy evening at owner\n",
        "when late # in the evening\n",
        "or regular {\n",
        "when not vip\n",
        'source "handbook#night"\n',
        'rule welcome at owner when regular then answer is yes because "Guests come first."\n',
    ):
        assert excerpt.count(words) == 1, excerpt
    said = " ".join(line.partition("|")[2].strip() for line in excerpt.splitlines())
    assert "and what is promised then cannot be kept." in said
    assert max(map(len, excerpt.splitlines())) <= 110


def test_json_has_the_sentences_as_fields() -> None:
    (finding,) = json.loads(check("--output-format", "json"))["findings"]
    assert finding["statements"] == [
        {
            "rule": "refuse",
            "when": "(late or regular) and not vip and regular",
            "unless": [],
            "because": "At night nobody is there who could help, and what is promised then cannot "
            "be kept.",
            "source": "handbook#night",
        },
        {
            "rule": "welcome",
            "when": "regular",
            "unless": [],
            "because": "Guests come first.",
            "source": None,
        },
    ]


def test_what_is_kept_in_the_cache_shows_them_too() -> None:
    cold = check()
    assert check() == cold == check("--no-cache")
