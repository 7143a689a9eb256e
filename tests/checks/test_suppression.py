"""What may be allowed, by whom, and how grave a finding is: comments, settings, options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Diagnostic, Report
from specdsl.checks.catalogue import codes
from tests.random_specs import random_layer

BASE = """
authority owner > guest
principal user at guest
fact late: bool
decision answer: yes > maybe > no
rule refuse at guest when late then answer is no
"""
CLASHES = """
layer guest on "base.spec"
# specdsl: allow(contradiction) because trust me
rule opens at guest when late then answer is yes
"""
OWN_CLASH = """
layer guest on "base.spec"
decision mine: a > b
rule one at guest when late then mine is a
# specdsl: allow(contradiction) because trust me
rule two at guest when late then mine is b
"""
OWN_DEAD = """
layer guest on "base.spec"
decision mine: a > b
# specdsl: allow(dead-rule) because the fact comes next month
rule one at guest when late and not late then mine is b
"""
OPENS = """
authority owner > guest
fact late: bool
decision answer: yes > maybe > no
value care
value service
priority service > care
rule refuse at guest for care when late then answer is no
"""
TIGHTENING = """
# specdsl: allow(loosening-layer) because trust me
layer guest on "base.spec" tightening
rule hasty at guest for service when late then answer is maybe
"""


def checked(layer: str, base: str = BASE) -> Report:
    return specdsl.check(specdsl.loads(layer, "layer.spec", {"base.spec": base}))


def errors(report: Report) -> list[str]:
    return [d.code.name for d in report.findings if str(d.severity) == "error"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """The status and the output of a command in a folder with these files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))

    def run(*words: str, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            path = Path(name.replace("_", "."))
            path.write_text(text, encoding="utf-8")
        found = CliRunner().invoke(group, [*words], prog_name="specdsl")
        assert found.exception is None or isinstance(found.exception, SystemExit)
        return found.exit_code, found.output

    return run


@pytest.mark.parametrize(
    ("layer", "base", "error"),
    [
        (TIGHTENING, OPENS, "loosening-layer"),
        (CLASHES, BASE, "contradiction"),
        (OWN_CLASH, BASE, "contradiction"),  # every call of the base's callers is then refused
    ],
)
def test_a_layer_allows_nothing_that_concerns_its_base(layer: str, base: str, error: str) -> None:
    report = checked(layer, base)
    assert error in errors(report)
    assert not report.allowed
    finding = next(d for d in report.findings if d.code.name == error)
    assert "allows this in vain" in str(finding.notes)
    with pytest.raises(specdsl.CheckFailed):
        specdsl.compile(specdsl.loads(layer, "layer.spec", {"base.spec": base}))


def test_a_layer_may_allow_what_is_its_own() -> None:
    report = checked(OWN_DEAD)
    assert report.ok
    assert report.allowed == 1
    policy = specdsl.compile(specdsl.loads(OWN_DEAD, "layer.spec", {"base.spec": BASE}))
    assert "but for what is allowed: dead-rule" in policy.source


def test_the_base_allows_what_is_its_own_alone() -> None:
    base = BASE + (
        "# specdsl: allow(contradiction) because they never meet\n"
        "rule opens at guest when late then answer is yes\n"
    )
    assert checked('layer guest on "base.spec"', base).ok
    clash = 'layer guest on "base.spec"\nrule a_own at guest when late then answer is maybe'
    assert set(errors(checked(clash, base))) == {"contradiction"}
    # the finding stands at the rule of the base that its comment is about
    last = BASE.replace("rule refuse", "# specdsl: allow(contradiction) because so\nrule refuse")
    files = {"zz.spec": last}
    clash = 'layer guest on "zz.spec"\nrule own at guest when late then answer is yes'
    report = specdsl.check(specdsl.loads(clash, "layer.spec", files))
    assert errors(report) == ["contradiction"]
    assert report.findings[-1].primary is not None


def test_a_layer_in_the_middle_allows_nothing_of_the_platform() -> None:
    """Nor does it where another layer on top is checked; what is its own it may allow there too."""
    middle = CLASHES + (
        "decision mine: a > b\n"
        "# specdsl: allow(dead-rule) because the fact comes next month\n"
        "rule idle at guest when late and not late then mine is b\n"
    )
    files = {"base.spec": BASE, "middle.spec": middle}
    report = specdsl.check(specdsl.loads('layer guest on "middle.spec"', "top.spec", files))
    assert errors(report) == ["contradiction"]
    assert report.allowed == 1


@pytest.mark.parametrize("seed", range(6))
def test_no_comment_of_a_layer_silences_what_binds_its_author(seed: int) -> None:
    """Whatever is allowed at each of its lines, all that concerns its base is still told."""
    made = random_layer(seed)
    names = ", ".join(code.name for code in codes() if not code.kind)
    comment = f"# specdsl: allow({names}) because trust me"
    lines = [line for one in made.text.split("\n") for line in (comment, one)]
    told = [
        [_about(d) for d in _report(text, made.library).findings if d.binding]
        for text in (made.text, "\n".join(lines))
    ]
    assert told[0] == told[1]


def _about(finding: Diagnostic) -> tuple[str, ...]:
    return finding.code.name, finding.message


def _report(text: str, library: object) -> Report:
    return specdsl.check(specdsl.loads(text, "random.spec", library))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "setting",
    [
        'ignore = ["loosening-layer", "SD301"]',
        'select = ["idle-fact"]',
        'fail-on = "never"',
        '[severity]\nloosening-layer = "note"\nSD301 = "warning"',
    ],
)
@pytest.mark.parametrize(("layer", "base"), [(TIGHTENING, OPENS), (CLASHES, BASE)])
def test_settings_beside_a_layer_silence_nothing_of_its_base(
    setting: str, layer: str, base: str, run: Callable[..., tuple[int, str]]
) -> None:
    files = {"layer_spec": layer, "base_spec": base, "specdsl_toml": setting}
    for _ in range(2):  # what is remembered too
        status, output = run("check", "layer.spec", **files)
        assert status == 1
        assert "error[SD301]" in output or "error[SD603]" in output
    assert run("compile", "layer.spec", **files)[0] == 1


def test_who_runs_a_check_may_silence_it(run: Callable[..., tuple[int, str]]) -> None:
    files = {"layer_spec": CLASHES, "base_spec": BASE}
    assert run("check", "layer.spec", **files)[0] == 1
    for words in (["--ignore", "SD301"], ["--select", "SD401"], ["--fail-on", "never"]):
        assert run("check", "layer.spec", *words)[0] == 0
    assert run("check", "layer.spec", "--note", "SD301")[0] == 0


ALLOWED = """
authority owner
fact late: bool
decision answer: yes > no
rule one at owner when late then answer is yes
# specdsl: allow(contradiction) because nobody is ever late
rule two at owner when late then answer is no
"""


def test_no_allow(run: Callable[..., tuple[int, str]]) -> None:
    toml = 'ignore = ["SD301"]\nfail-on = "never"\n[severity]\nSD301 = "note"\n'
    assert run("check", "a.spec", a_spec=ALLOWED)[0] == 0
    assert run("check", "a.spec", "--no-allow")[0] == 1
    assert run("check", "a.spec")[0] == 0  # each is remembered for itself
    plain = ALLOWED.replace("# specdsl", "# not")
    assert run("check", "a.spec", a_spec=plain, specdsl_toml=toml)[0] == 0
    assert run("check", "a.spec", "--no-allow")[0] == 1
    assert run("compile", "a.spec", "--no-allow")[0] == 1
    assert run("compile", "a.spec")[0] == 0


def test_what_a_module_was_proved_for_says_what_is_allowed(
    run: Callable[..., tuple[int, str]],
) -> None:
    said = "but for what is allowed: contradiction"
    policy = specdsl.compile(specdsl.loads(ALLOWED))
    assert f"Proved, {said};" in " ".join(policy.source.split())
    assert said in run("compile", "a.spec", "-o", "a.py", a_spec=ALLOWED)[1]
    assert said in " ".join(Path("a.py").read_text(encoding="utf-8").split())
    plain = ALLOWED.replace("# specdsl", "# not")
    ignoring = 'ignore = ["contradiction"]'
    assert said in run("compile", "a.spec", "-o", "a.py", a_spec=plain, specdsl_toml=ignoring)[1]
    fine = plain.replace("is no\n", "is yes\n")
    assert said not in run("compile", "a.spec", "-o", "a.py", a_spec=fine)[1]


OPEN = """
authority owner
fact vip: bool?
decision door: open > shut
rule keep_out at owner when not vip then door is shut
"""


def test_a_note_can_be_an_error(run: Callable[..., tuple[int, str]]) -> None:
    assert run("check", "a.spec", a_spec=OPEN)[0] == 0
    for words in (["--error", "SD504"], ["--error", "sd401,open-to-unknown"]):
        status, output = run("check", "a.spec", *words)
        assert status == 1
        assert "error[SD504]" in output
    status, output = run("check", "a.spec", "--warning", "SD504", "--fail-on", "warning")
    assert (status, "warning[SD504]" in output) == (1, True)
    for line in ('SD504 = "error"', 'open-to-unknown = "error"', 'error = ["SD504"]'):
        assert run("check", "a.spec", specdsl_toml=f"[severity]\n{line}")[0] == 1
        assert run("check", "a.spec", "--no-allow")[0] == 1  # what is graver counts
    assert run("check", "a.spec", "--note", "SD504")[0] == 0
    report = specdsl.check(specdsl.load("a.spec"))
    assert report.ok
    assert run("compile", "a.spec")[0] == 0


def test_an_error_can_be_a_note(run: Callable[..., tuple[int, str]]) -> None:
    plain = ALLOWED.replace("# specdsl", "# not")
    assert run("check", "a.spec", a_spec=plain)[0] == 1
    status, output = run("check", "a.spec", "--note", "contradiction")
    assert (status, "note[SD301]" in output) == (0, True)
    assert run("check", "a.spec", "--note", "SD301", "--fail-on", "note")[0] == 1
    assert run("compile", "a.spec", specdsl_toml='[severity]\nSD301 = "note"')[0] == 1
    for form in ("json", "sarif", "junit", "github", "concise"):
        assert run("check", "a.spec", "--output-format", form)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--error", "SD999"], "there is no code `SD999`"),
        (["--error", "SD504", "--note", "open-to-unknown"], "is given two severities"),
        (["--note", "SD101"], "stays an error"),
    ],
)
def test_severities_that_are_none(
    words: list[str], said: str, run: Callable[..., tuple[int, str]]
) -> None:
    status, output = run("check", "a.spec", *words, a_spec=OPEN)
    assert status == 2
    assert said in output


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('[severity]\nSD504 = "never"', "one of error, warning, note"),
        ('[severity]\nerror = ["SD504"]\nSD504 = "note"', "one of error, warning, note"),
        ("[severity]\nerror = [1]", "one of error, warning, note"),
        ("[severity]\nerror = []\nSD504 = 3", "one of error, warning, note"),
        ('severity = "error"', "one of error, warning, note"),
        ('[severity]\nSD999 = "error"', "there is no code `SD999`"),
        ('strict = "error"', "there is no setting `strict`"),
        ("allowing = false", "there is no setting `allowing`"),
    ],
)
def test_settings_that_are_none(
    setting: str, said: str, run: Callable[..., tuple[int, str]]
) -> None:
    status, output = run("check", "a.spec", a_spec=OPEN, specdsl_toml=setting)
    assert status == 2
    assert said in output
