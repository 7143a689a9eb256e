"""Manual pages: they have fixed headings, and their examples are true."""

from __future__ import annotations

import re

import pytest

import specdsl
from specdsl.base.diagnostics import Code
from specdsl.checks import ALL_CODES
from specdsl.checks.catalogue import codes
from specdsl.checks.guidance_codes import CODES as GUIDANCE
from specdsl.checks.suppression import CODES as SUPPRESSION
from specdsl.checks.trial_codes import CODES as TRIALS

CODES = (*ALL_CODES, *SUPPRESSION, *GUIDANCE, *TRIALS)
FAULTS = [one for one in codes() if one.kind]
HEADINGS = re.compile(r"^(Why|Example|Instead|Limits):", re.M)
BLOCK = re.compile(r"(?:^    .*\n|^\n)+", re.M)

DECLARATIONS = """
value privacy
value service
value transparency
value safety
value honesty
fact days: int 0..365
fact amount: int 0..5000
fact age: int 0..150
fact topic: {drugs, folklore, other}
fact asker: {expert, other}
fact requester: {journalist, other}
fact is_regular: bool
fact is_fraud: bool
fact is_child: bool
fact names_a_person: bool
fact asks_for_wine: bool
fact host_is_known: bool
decision refund: pay > ask_manager > decline
decision reply: full > partial > declined
decision sale: allowed > refused
decision tone: plain > warm
"""
AUTHORITY = "authority root > developer > user\n"
PRINCIPAL = "principal developer at developer\n"
CLASHING = """
rule safe at developer for safety when is_fraud then refund is decline
rule honest at developer for honesty when is_regular then refund is ask_manager
rule private at developer for privacy when names_a_person then refund is pay
"""
PLATFORM = """
authority owner > guest
value care
value service
priority service > care
fact late, trial: bool
decision answer: yes > no
rule refuse at guest for care when late then answer is no
"""
WITHOUT_EXAMPLE = ("SD005", "SD190", "SD703", "SD901")
FURTHER = {"SD406": CLASHING}


def code_block(page: str, heading: str) -> str:
    """The first indented block after a heading."""
    found = BLOCK.search(page, page.index("\n\n", page.index(f"\n{heading}:")) + 1)
    assert found is not None
    return re.sub("^    ", "", found.group(), flags=re.M)


def load(code: Code, text: str) -> specdsl.Spec:
    """The text as a spec, with declarations of what it uses and does not declare itself."""
    if text.lstrip().startswith("layer "):
        return specdsl.loads(text, "guest.spec", {"platform.spec": PLATFORM})
    text += FURTHER.get(code.id, "")
    for line in reversed(DECLARATIONS.split("\n")):
        name = re.split("[ :]+", line)[1] if line else ""
        declared = re.search(rf"^{' '.join(line.split()[:1])} {name}\b", text, re.M)
        if name and re.search(rf"\b{name}\b", text) and not declared:
            text = f"{line}\n{text}"
    if not re.search("^use ", text, re.M):
        text = text if "principal " in text else PRINCIPAL + text
        text = text if "authority " in text else AUTHORITY + text
    return specdsl.loads(text)


def finds(code: Code, text: str) -> bool:
    """Whether a check of the text finds something of the code."""
    report = specdsl.check(load(code, text), guidance=code in GUIDANCE)
    return any(one.code is code for one in report.findings)


@pytest.mark.parametrize("code", codes(), ids=lambda code: code.id)
def test_a_page_has_its_headings_in_order(code: Code) -> None:
    headings = HEADINGS.findall(code.page)
    assert headings == [one for one in ("Why", "Example", "Instead", "Limits") if one in headings]
    assert "Instead" in headings
    assert "Why" in headings or code.kind  # a fault keeps the spec from loading
    assert "Example" in headings or code.id in WITHOUT_EXAMPLE
    summary = code.page.split("\n\n")[0]
    assert summary.endswith(".")


@pytest.mark.parametrize("code", [one for one in CODES if one.id != "SD604"], ids=lambda c: c.id)
def test_the_example_of_a_page_has_the_finding_and_what_it_says_instead_has_not(code: Code) -> None:
    assert finds(code, code_block(code.page, "Example"))
    assert not finds(code, code_block(code.page, "Instead"))


@pytest.mark.parametrize("code", FAULTS, ids=lambda code: code.id)
def test_the_example_of_a_fault_does_not_load_and_what_it_says_instead_does(code: Code) -> None:
    if code.id == "SD106" or code.id in WITHOUT_EXAMPLE:
        return  # It needs a folder on the disk, or has no example.
    with pytest.raises(specdsl.SpecError) as found:
        load(code, code_block(code.page, "Example"))
    assert {one.code for one in found.value.report.diagnostics} == {code}
    load(code, code_block(code.page, "Instead"))


def test_the_page_of_unclear_tightening_is_about_the_base_of_a_layer() -> None:
    [code] = [one for one in CODES if one.id == "SD604"]
    layer = 'layer guest on "base.spec" tightening\nfact ours: bool?\n'
    layer += "rule our_host at guest when ours then connect is open\n"
    for heading, expected in (("Example", True), ("Instead", False)):
        base = "authority platform > guest\nfact host_is_known: bool\n"
        base += code_block(code.page, heading)
        spec = specdsl.loads(layer, "layer.spec", {"base.spec": base})
        assert any(one.code is code for one in specdsl.check(spec).findings) is expected
