"""Pictures of the priority graph: what they say of ranks, and that nothing in them overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from xml.etree import ElementTree

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from specdsl.apps.pictures.picture_layout import lay_out
from specdsl.apps.pictures.rank_boxes import RankPicture, decision_picture, overview_picture
from specdsl.apps.pictures.svg import svg_file, svg_inline
from specdsl.frontend.model.nodes import Rule
from specdsl.pipeline import load_text
from specdsl.semantics.circuit import Circuit
from tests.frontend.test_ranking import HEAD
from tests.frontend.test_ranking import texts as ranked_rules
from tests.random_specs import specs

NAMES = "{http://www.w3.org/2000/svg}"


def circuit_of(text: str) -> Circuit | None:
    return load_text(text).circuit


def decision_pictures(circuit: Circuit) -> Iterator[RankPicture]:
    for decision, levels in circuit.ranks.levels.items():
        yield decision_picture(circuit.spec, decision, levels)


def every_picture(circuit: Circuit) -> Iterator[RankPicture]:
    yield from decision_pictures(circuit)
    yield overview_picture(circuit.spec, circuit.ranks)


def drawn_ranks(picture: RankPicture) -> set[tuple[Rule, Rule]]:
    """The pairs of rules that a reader takes from the arrows, whatever way they lead."""
    net = nx.DiGraph((edge.higher, edge.lower) for edge in picture.edges)
    return {
        pair
        for high in net
        for low in nx.descendants(net, high)
        for pair in product(high.rules, low.rules)
    }


@given(st.one_of(specs(), ranked_rules().map(lambda rules: HEAD + rules)))
def test_a_picture_of_a_decision_has_exactly_its_ranks(text: str) -> None:
    circuit = circuit_of(text)
    for picture in decision_pictures(circuit) if circuit is not None else ():
        assert circuit is not None
        assert picture.decision is not None
        wanted = {
            (ranked.rules[j], rule)
            for ranked in circuit.ranks.levels[picture.decision]
            for rule, mask in zip(ranked.rules, ranked.above, strict=True)
            for j in range(len(ranked.rules))
            if mask >> j & 1
        }
        assert drawn_ranks(picture) == wanted
        net = nx.DiGraph((edge.higher, edge.lower) for edge in picture.edges)
        assert set(nx.transitive_reduction(net).edges) == set(net.edges)
        assert all(
            edge.reasons and "through other rules" not in edge.reasons for edge in picture.edges
        )


@given(st.one_of(specs(small=False), ranked_rules().map(lambda rules: HEAD + rules)))
def test_every_rule_has_one_place_and_nothing_overlaps(text: str) -> None:
    circuit = circuit_of(text)
    for picture in every_picture(circuit) if circuit is not None else ():
        assert circuit is not None
        drawn = [r for band in picture.bands for row in band.rows for box in row for r in box.rules]
        about = {e.decision for r in drawn for e in r.effects}
        assert len(drawn) == len(set(drawn))
        if picture.decision is None:
            assert set(drawn) == set(circuit.spec.rules)
        else:
            assert not drawn or picture.decision in about
        layout = lay_out(picture)
        for edge in layout.edges:
            for x, top, bottom in edge.lanes:
                assert not any(
                    box.x < x < box.x + box.width and box.y < bottom and top < box.y + box.height
                    for box in layout.boxes
                )
        for one, other in combinations(layout.boxes, 2):
            assert (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
        assert all(b.x >= 0 and b.x + b.width <= layout.width for b in layout.boxes)
        assert all(b.y + b.height <= layout.height for b in layout.boxes)


def test_an_arrow_of_the_whole_spec_is_a_rank_of_a_decision_that_both_are_about() -> None:
    circuit = circuit_of(
        "authority top > low\nvalue safety\nvalue honesty\nvalue help\n"
        "priority safety > honesty > help\n"
        "decision d: a > b\ndecision e: a > b\n"
        "rule careful at low for safety then d is a\n"
        "rule frank at low for honesty then e is b\n"
        "rule useful at low for help then d is b and e is a overrides frank\n"
    )
    assert circuit is not None
    found = {
        (edge.higher.rules[0].name, edge.lower.rules[0].name, edge.reasons)
        for edge in overview_picture(circuit.spec, circuit.ranks).edges
    }
    assert found == {
        ("careful", "useful", ("safety > honesty > help",)),
        ("useful", "frank", ("overrides",)),
    }


def test_a_circle_through_several_decisions_is_drawn() -> None:
    circuit = circuit_of(
        "authority top > low\ndecision d: a > b\ndecision e: a > b\ndecision f: a > b\n"
        "rule one at low then d is a and f is b overrides two\n"
        "rule two at low then d is b and e is a overrides three\n"
        "rule three at low then e is b and f is a overrides one\n"
    )
    assert circuit is not None
    picture = overview_picture(circuit.spec, circuit.ranks)
    assert len(picture.edges) == 3
    assert ElementTree.fromstring(svg_file(picture, "all").encode()).tag == f"{NAMES}svg"


def test_what_others_wrote_is_only_text_in_a_picture() -> None:
    doc = "</title><script>alert(1)</script>&<a onclick='x'>"
    circuit = circuit_of(
        f'authority top > low\ndecision d: a > b\nrule one at low "{doc}" then d is a\n'
    )
    assert circuit is not None
    picture = overview_picture(circuit.spec, circuit.ranks)
    title = f'{doc}"\a\N{RIGHT-TO-LEFT OVERRIDE}'
    for text in (
        svg_file(picture, title),
        svg_inline(picture, title, lambda rule: f"#{rule.name}", 300),
    ):
        tree = ElementTree.fromstring(text.encode())
        assert not list(tree.iter(f"{NAMES}script"))
        assert "\a" not in text
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
        assert not [name for node in tree.iter() for name in node.attrib if name.startswith("on")]
