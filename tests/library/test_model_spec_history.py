"""`rules/model_spec/CHANGELOG.md` has the entries that the command writes.

`pytest tests/library/test_model_spec_history.py --update-golden` writes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import group
from tests.acceptance.model_spec import ENCODING

DOCUMENT = ENCODING / "CHANGELOG.md"
ENTRY = re.compile(r"<!-- specdsl changelog (\S+) (\S+) -->\n(.*?)<!-- end -->", re.S)
ENTRIES = [match[:2] for match in ENTRY.findall(DOCUMENT.read_text("utf-8"))]
QUICK = ("versions/2025-02-12.spec", "versions/2025-04-11.spec")


def written_entry(old: str, new: str) -> str:
    result = CliRunner().invoke(group, ["changelog", str(ENCODING / old), str(ENCODING / new)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    "entry",
    [pytest.param(one, marks=() if one == QUICK else pytest.mark.slow) for one in ENTRIES],
    ids=lambda entry: Path(entry[1]).stem,
)
def test_each_entry_is_what_the_command_writes(
    entry: tuple[str, str], request: pytest.FixtureRequest
) -> None:
    text, found = DOCUMENT.read_text("utf-8"), written_entry(*entry)
    head = f"<!-- specdsl changelog {' '.join(entry)} -->\n"
    before = text.split(head)[1].split("<!-- end -->")[0]
    if request.config.getoption("--update-golden") and before != found:
        DOCUMENT.write_text(text.replace(head + before, head + found), encoding="utf-8")
        before = found
    assert before == found


def test_every_revision_has_an_entry_and_the_publishers_words() -> None:
    text = DOCUMENT.read_text("utf-8")
    revisions = ["2025-12-18", "2025-10-27", "2025-09-12", "2025-04-11"]
    assert re.findall(r"^## (\S+)$", text, re.M) == revisions
    assert re.findall(r"^### What the publisher wrote of (\S+)$", text, re.M) == revisions


@pytest.mark.parametrize(
    "said",
    [
        "An instruction no longer makes the assistant lie to protect what is confidential.",
        "`system`, `developer` and `user` can no longer make `truth` `untrue`",
        "“private, and forced to say yes or no”: `truth` was `untrue` and is `cannot_answer`.",
        "By lent authority `tool` can now make `inserted_text` `included`",
        "The order of authority was platform > developer > user > guideline and is root > system",
        "Thanks to Zvi Mowshowitz.",
        "can no longer make `truth` `white_lie`",
    ],
)
def test_what_people_discussed_is_in_it(said: str) -> None:
    assert said in DOCUMENT.read_text("utf-8")
