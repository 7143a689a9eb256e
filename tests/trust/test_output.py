"""No character of category C, and no command to a CI server, in any output of any command."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import COMMANDS, group
from tests.trust.hostile import PIECES, acting, in_a_comment, in_a_string

EVERYTHING = "".join(PIECES)
PRINTED = "".join(p for p in PIECES if not acting(p, but="") and "\u2028" != p != "\u2029")
FORMS = ("text", "concise", "json", "sarif", "github", "junit")

TEXT = """\
# {comment}
spec demo "{0}" version "{0}"
authority owner > guest "{0}"
principal clerk at guest "{0}"
value care "{0}"
value fame "{0}"
fact a, b: bool? "{0}"
fact n: int 0..10
fact path: text "{0}"
define both = a and b "{0}"
assume sane: n < 9 "{0}"
decision door "{0}": open > shut > gone
decision other "{0}": yes > no
policy p "{0}" when a or not a {
  rule r at owner for care "{0}" # {comment}
    when a and path = "{0}"
    then door is shut because "{0}" source "{0}"
  rule t at owner for fame
    when both and path like "*{0}"
    then door is open
}
rule u at guest
  when path < "{0}"
  then other is no
rule v at guest for care
  when n > 3 and path != "{0}"
  then door is shut
example "{0}" given a, path = "{0}", n = 1 expect door is gone
example "{0} too" given a, not b, path = "{0}", n = 1 clerk: "{0}" expect door is shut because r
assert "{0}": door is open when path = "{0}"
assert "{0} too": door can be shut
change 2025-01-01 "{0}" credit "{0}"
"""
SMALL = """\
authority owner
fact a: bool
decision door: open > shut
rule r at owner when a then door is shut
"""
BROKEN = SMALL.replace("when a", "when b")
TAME = re.sub(r"rule t(.*\n)*?(?=})|(example|assert) \"\{0\}\"[^t].*\n", "", TEXT)


def spec(text: str, said: str) -> str:
    found = text.replace("{comment}", in_a_comment(said))
    return found.replace("{0}", in_a_string(said))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "SPECDSL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("fine.spec").write_text(spec(TEXT, "plain"), encoding="utf-8")
    for name, text in (("all", TEXT), ("tame", TAME)):
        Path(f"{name}.spec").write_text(spec(text, EVERYTHING), encoding="utf-8")
    Path("broken.spec").write_bytes(f"{EVERYTHING}\nfact\n".encode("utf-8", "surrogatepass"))
    write_inputs()


def write_inputs() -> None:
    """What commands read beside specs, full of the same texts."""
    schema = {"type": "object", "properties": {said: {"enum": [said]} for said in PIECES}}
    tools = [{"name": said, "description": said, "inputSchema": schema} for said in PIECES]
    Path("tools.json").write_text(json.dumps({"tools": tools}), encoding="utf-8")
    allowed = [f"{tool}({said})" for tool in ("Bash", "Read", "x") for said in PIECES]
    settings = {"permissions": {"allow": allowed, "deny": [*PIECES], EVERYTHING: EVERYTHING}}
    Path("settings.json").write_text(json.dumps(settings), encoding="utf-8")
    rules = [{"pattern": ["rm", said], "justification": said} for said in PIECES]
    calls = (f"prefix_rule({', '.join(f'{k}={v!r}' for k, v in rule.items())})" for rule in rules)
    Path("commands.rules").write_text("\n".join(calls), encoding="utf-8")
    rows = [
        {"a": True, "b": n > 3, "n": n, "path": said, "door": "open" if n % 2 else said, "who": who}
        for who in ("new", EVERYTHING.encode("utf-8", "ignore").decode())
        for n, said in enumerate(("plain", PRINTED, *PIECES[:8]))
    ]
    Path("log.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def run(*words: str, given: bytes = b"", colour: bool = False) -> str:
    found = CliRunner().invoke(group, list(words), input=given, prog_name="specdsl")
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.output


def quiet(output: str, form: str = "") -> None:
    """Nothing in it acts. GitHub's own form is made of commands, one for each finding; a diff and
    the text of a spec have tabs; code has what it has in strings."""
    tabs = "diff" in form or "examples" in form
    assert acting(output, but="\n\t" if tabs else "\n") == set()
    assert "compile" in form or not re.search(r"##\w*\[", output)
    own = r"(error|warning|notice) (file=[^:]*,)?line=|(error|warning|notice) (file|title)="
    for line in output.split("\n"):
        command = line.lstrip().startswith("::")
        assert not command or (form == "github" and re.match(rf"::({own})", line)), line


def test_reports() -> None:
    """They go to files past the door of what is printed."""
    copies = [f"--report={form}=out.{form}" for form in FORMS]
    quiet(run("check", "all.spec", *copies))
    for form in FORMS:
        quiet(Path(f"out.{form}").read_text(encoding="utf-8"), form)


@pytest.mark.parametrize("form", FORMS)
def test_check(form: str) -> None:
    quiet(run("check", "broken.spec", "--output-format", form), form)


COMMANDS_RUN = """\
check FILE --fix --diff --prefer r
check FILE --ignore SD301
test FILE
test FILE --output-format concise
test FILE --output-format json
test FILE --output-format junit
test FILE --coverage
test TAME --mutants --most 4
test TAME --coverage --mutants --most 4 --output-format json
examples --missing FILE
examples --missing FILE --output-format json
decide FILE --fill --trace
decide FILE --fill --json
decide FILE a=true b=true n=1 path=SAID
decide FILE a=true b=true n=1 path=SAID --trace
decide FILE SAID=SAID
decide FILE --say SAID
decide FILE --fill --say clerk:SAID
decide FILE --fill --say SAID:SAID
decide FILE --fill n=SAID a=SAID
decide FILE --fill n=SAID a=SAID --json
decide FILE --facts SAID
decide FILE --batch SAID
compile TAME
compile FILE -o SAID/SAID
explain FILE r
explain FILE SAID
explain SAID
diff fine.spec FILE
diff fine.spec FILE --output-format json
diff fine.spec FILE --output-format markdown
diff FILE fine.spec --output-format markdown
diff SAID:x FILE
publish TAME -o site
publish TAME fine.spec -o site
publish FILE -o SAID
publish FILE -o site --history SAID
publish FILE -o site --report-to https://a.example/SAID
publish FILE -o site --report-to SAID --document SAID=https://a.example/
publish FILE -o site --document SAID
prompt FILE
prompt FILE --output-format json
prompt FILE path=SAID
changelog fine.spec FILE --output-format json
prompt TAME
prompt SAID
changelog fine.spec FILE
changelog FILE fine.spec
changelog fine.spec TAME
changelog SAID FILE
verify FILE fine.spec
verify fine.spec FILE
verify fine.spec FILE --to python
verify fine.spec FILE --to python --json
verify SAID FILE
verify fine.spec SAID
graph FILE
graph FILE --to dot
graph FILE --to mermaid
facts --from tools.json
facts --from tools.json -o SAID/SAID
facts --from SAID
facts --from FILE
import claude-settings settings.json
import claude-settings SAID=settings.json --home SAID --project SAID
import claude-settings SAID
import claude-settings FILE
import codex-rules commands.rules
import codex-rules commands.rules -o SAID/SAID
import codex-rules SAID
import codex-rules FILE
import SAID
sample TAME -n 4 --hold-out 0.5
sample TAME -n 4 --to chat-jsonl
sample TAME -n 4 --to preferences
sample TAME -n 4 --to inspect -o inspect
sample TAME -n 4 --to promptfoo -o SAID/SAID
sample FILE -n 4 -o SAID/SAID
sample FILE --to SAID
eval log.jsonl --spec TAME --by who
eval log.jsonl --spec TAME --by SAID --observed door=SAID --time SAID
eval log.jsonl --spec TAME --output-format json
eval log.jsonl --spec TAME --output-format junit
eval log.jsonl --spec TAME --output-format html
eval log.jsonl --spec TAME -o SAID/SAID
eval SAID --spec FILE --observed SAID
eval FILE --spec FILE
whatif fine.spec TAME --log log.jsonl
whatif fine.spec TAME --log log.jsonl --output-format json
whatif FILE fine.spec --log SAID
drift log.jsonl --spec TAME --by who
drift log.jsonl --spec TAME --by who --output-format json
drift log.jsonl --spec FILE --by SAID --since SAID
drift SAID --spec FILE --by SAID
promote FILE r
promote FILE SAID
decide FILE --fill --trial SAID
feedback import SAID --spec FILE
feedback list --spec FILE
feedback triage --spec FILE --answers SAID
feedback collect --spec FILE --folder SAID
feedback SAID
steer FILE
steer FILE --output-format json
steer FILE --decision SAID
hook claude --spec SAID
hook SAID
serve SAID
serve FILE --decision SAID
fmt FILE --diff
fmt FILE --check
fmt FILE --output-format json
check SAID
check FILE --select SAID
check FILE --report SAID
check FILE --output-format SAID
check FILE --root SAID
new SAID
new SAID/ok
SAID
--SAID
"""


@pytest.mark.parametrize("line", COMMANDS_RUN.splitlines())
def test_every_command(line: str) -> None:
    said = EVERYTHING.replace("\0", "").replace("\ud800", "")  # which no argument can hold
    for file in ("tame.spec" if "TAME" in line else "all.spec", "broken.spec"):
        words = [
            word.replace("TAME", file).replace("FILE", file).replace("SAID", said)
            for word in shlex.split(line)
        ]
        quiet(run(*words), line)
        if "FILE" not in line:
            break


def test_no_command_is_left_out() -> None:
    tried = {line.split()[0] for line in COMMANDS_RUN.splitlines()} | {"export"}
    assert tried >= set(COMMANDS)


def test_files_that_are_written() -> None:
    quiet(run("compile", "tame.spec", "-o", "tame.py"))
    quiet(run("export", "tame.spec", "--to", "smtlib", "-o", "tame"))
    quiet(run("publish", "tame.spec", "-o", "site"))
    pages = [path for path in Path("site").rglob("*") if path.is_file()]
    written = [*Path().glob("tame.py"), *Path().glob("tame/*.smt2"), *pages]
    assert len(written) > 10
    assert len(pages) > 4
    for path in written:
        assert acting(path.read_text(encoding="utf-8")) == set()


def test_what_a_compiled_file_is_held_against() -> None:
    run("compile", "tame.spec", "-o", "tame.py")
    assert "proved" in run("verify", "tame.py", "tame.spec")
    for file in ("tame.spec", "all.spec", "fine.spec", "broken.spec"):
        for form in ((), ("--json",)):
            quiet(run("verify", "tame.py", file, *form))


def odd_names(text: str = BROKEN) -> Iterator[str]:
    """Names that can be those of files here, each a part of the hostile texts."""
    for piece in (*PIECES, "::error::x", " ::error::x"):
        name = f"{piece}.spec".replace("/", "")
        try:
            Path(name).write_text(text, encoding="utf-8")
        except (OSError, ValueError):
            continue
        yield name


@pytest.mark.parametrize("form", FORMS)
def test_names_of_files(form: str) -> None:
    for old in Path().glob("*.spec"):
        old.unlink()
    names = list(odd_names())
    assert len(names) > 20
    quiet(run("check", ".", "--output-format", form), form)
    quiet(run("check", "--output-format", form, "--", *names[:3], "gone\n::error::x"), form)


def test_names_of_files_in_other_commands() -> None:
    for old in Path().glob("*.spec"):
        old.unlink()
    for name in list(odd_names(SMALL))[::6]:
        for words in (["test"], ["graph"], ["fmt", "--check"], ["fmt", "--diff"], ["explain"]):
            quiet(run(*words, name, *(["r"] if words == ["explain"] else [])))
    quiet(run("check", "--fix", "--diff", "::error::x.spec"))
    quiet(run("test", "."))
    quiet(run("test", "--coverage", sorted(os.listdir())[0]))


def test_a_batch() -> None:
    fact = json.dumps({"facts": {EVERYTHING: EVERYTHING}, "says": [{"by": EVERYTHING}]})
    lines = f'{fact}\n{{"facts": {{"path": {json.dumps(EVERYTHING)}}}}}\n{EVERYTHING}\n'
    quiet(run("decide", "fine.spec", "--batch", "-", given=lines.encode("utf-8", "surrogatepass")))


def test_standard_input() -> None:
    for name in ("all.spec", "broken.spec"):
        data = Path(name).read_bytes()
        for words in (["check", "-"], ["fmt", "--check", "-"], ["test", "-"]):
            quiet(run(*words, given=data))
        quiet(run("fmt", "--diff", "-", given=data), "diff")
        assert acting(run("fmt", "-", given=data), but="\n\t") == set()


def test_a_layout_is_written_as_it_is_or_not_at_all() -> None:
    text = 'authority owner "{}"\n\ndecision door: open > shut\n'
    for said in ("é", "نامه\u200cای", "👩\u200d💻", "tab\there"):  # words that need what joins
        assert run("fmt", "-", given=text.format(said).encode()) == text.format(said)
    for said in ("a\u202eb", "\ue000", "\u200b", "\x1b"):
        found = run("fmt", "-", given=text.format(said).encode())
        assert f"U+{ord(said.strip('ab')):04X}" in found
        assert "open" not in found


def test_colours_are_the_only_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    for words in (["check"], ["test", "--coverage"], ["diff", "fine.spec"], ["steer"]):
        output = run(*words, "all.spec")
        assert "\x1b[" in output
        quiet(re.sub(r"\x1b\[(0|1|2|32|1;3[1346])m", "", output))


def test_settings() -> None:
    Path("specdsl.toml").write_bytes(f"select = ['{in_a_comment(PRINTED)}']\n".encode())
    quiet(run("check", "fine.spec"))
    for text in (f'"{EVERYTHING}"', "= =", f"x = '{EVERYTHING}'", '"a\\u001b[2J\\n::error::x" = 1'):
        Path("specdsl.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        quiet(run("check", "fine.spec"))


def test_these_specs_say_a_lot() -> None:
    """They load, and what is found in them is said in all ways."""
    assert "SD301" in run("check", "all.spec")
    assert "2 passed, 2 failed" in run("test", "all.spec")
    assert "2 passed, 0 failed" in run("test", "tame.spec")
    assert "proved" in run("compile", "tame.spec", "-o", "out.py")
    assert Path("all.spec").read_text(encoding="utf-8").count("vso[") > 20
