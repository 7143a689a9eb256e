"""Ranks against the definition word by word; circles, and specs that are large."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from specdsl.apps.pictures.rank_wording import covering_pairs, rank_reason
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.source import Source
from specdsl.frontend.model.files import InMemoryFiles, gather_files
from specdsl.frontend.model.nodes import Rule, SpecModel
from specdsl.frontend.model.resolve_names import resolve_spec
from specdsl.frontend.ranking.build_ranks import rank_rules
from specdsl.frontend.ranking.ranks import RankedLevel, bit_positions, move_bits

HEAD = "authority top > low\ndecision d: a > b > c\n"


def spec_of(text: str) -> SpecModel:
    gathered, faults, _ = gather_files(Source("main.spec", text), "main.spec", InMemoryFiles({}))
    assert not faults
    spec, faults = resolve_spec(gathered, "main", None)
    assert spec is not None, faults
    return spec


def ranked(text: str) -> RankedLevel:
    spec = spec_of(HEAD + text)
    ranks, faults = rank_rules(spec)
    assert ranks is not None, faults
    return ranks.levels[spec.decisions[0]][0]


def faults_of(text: str) -> tuple[Diagnostic, ...]:
    ranks, faults = rank_rules(spec_of(HEAD + text))
    assert ranks is None
    return faults


def above(level: RankedLevel) -> dict[str, set[str]]:
    return {
        rule.name: {level.rules[j].name for j in range(len(level.rules)) if mask >> j & 1}
        for rule, mask in zip(level.rules, level.above, strict=True)
    }


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Rules of one level, with values in part ordered, and overrides."""
    values = draw(st.integers(1, 5))
    pairs = [(i, j) for i in range(values) for j in range(i + 1, values)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    rules = draw(st.lists(st.integers(-1, values - 1), min_size=1, max_size=9))
    lines = [f"value v{i}" for i in range(values)] + [f"priority v{i} > v{j}" for i, j in chosen]
    names = [f"r{i}" for i in draw(st.permutations(range(len(rules))))]
    for name, value in zip(names, rules, strict=True):
        purpose = f" for v{value}" if value >= 0 else ""
        targets = [n for n in names if n != name]
        over = draw(st.lists(st.sampled_from(targets), unique=True, max_size=2)) if targets else []
        clause = f" overrides {', '.join(over)}" if over else ""
        lines.append(f"rule {name} at top{purpose} then d is a{clause}")
    return "\n".join(lines)


def naive(spec: SpecModel) -> nx.DiGraph:
    """The priority graph as the definition says it, pair by pair."""
    values = nx.DiGraph((p.higher, p.lower) for p in spec.priorities)
    values.add_nodes_from(spec.values)
    below = {value: nx.descendants(values, value) for value in spec.values}
    overrides = {(o.rule, o.target) for o in spec.overrides}
    graph = nx.DiGraph()
    graph.add_nodes_from(spec.rules)
    graph.add_edges_from(overrides)
    for one in spec.rules:
        for two in spec.rules:
            ordered = one.value is not None and two.value in below[one.value]
            if ordered and (two, one) not in overrides:
                graph.add_edge(one, two)
    return graph


def shortest(graph: nx.DiGraph) -> int:
    lengths: list[int] = []
    for node in graph:
        reached = nx.single_source_shortest_path_length(graph, node)
        lengths += [reached[before] + 1 for before in graph.predecessors(node) if before in reached]
    return min(lengths)


def possible_reasons(spec: SpecModel, higher: Rule, lower: Rule) -> set[str]:
    """What may be shown of a step: the override, or any of the shortest ways down the values."""
    if (higher, lower) in {(o.rule, o.target) for o in spec.overrides}:
        return {"overrides"}
    values = nx.DiGraph((p.higher, p.lower) for p in spec.priorities)
    paths = nx.all_shortest_paths(values, higher.value, lower.value)
    return {" > ".join(value.name for value in path) for path in paths}


@given(texts())
def test_ranks_are_as_defined(text: str) -> None:
    spec = spec_of(HEAD + text)
    graph = naive(spec)
    ranks, faults = rank_rules(spec)
    if not nx.is_directed_acyclic_graph(graph):
        assert ranks is None
        steps = [fault.message.count(" > ") for fault in faults]
        assert min(steps) == shortest(graph)
        return
    assert ranks is not None
    level = ranks.levels[spec.decisions[0]][0]
    order = nx.lexicographical_topological_sort(graph, key=lambda rule: rule.name)
    assert list(level.rules) == list(order)
    assert above(level) == {r.name: {a.name for a in nx.ancestors(graph, r)} for r in spec.rules}
    covering = set(covering_pairs(level))
    assert covering == set(nx.transitive_reduction(graph).edges)
    assert all(rank_reason(spec, *step) in possible_reasons(spec, *step) for step in covering)


def test_a_carve_out_beats_the_general_order() -> None:
    text = """value x value y priority x > y
    rule high at top for x then d is a
    rule low at top for y then d is b overrides high"""
    assert above(ranked(text)) == {"low": set(), "high": {"low"}}


def test_rules_of_other_levels_and_decisions_do_not_count() -> None:
    text = """decision e: p > q
    rule r at top then d is a
    rule s at low then d is a
    rule t at top then e is p"""
    assert above(ranked(text)) == {"r": set()}


def test_a_circle_shows_every_reason_and_what_to_override() -> None:
    (fault,) = faults_of(
        """value x
        value y
        value z
        priority x > y
        priority y > z
        rule high at top for x then d is a
        rule between at top for y then d is a
        rule other at top for y then d is a
        rule low at top for z then d is b overrides high"""
    )
    assert fault.code.id == "SD202"
    assert fault.message.startswith("rules outrank each other in a circle: `between` > `low` > ")
    texts = [label.text for label in fault.labels]
    assert "`low` overrides `high`" in texts
    assert "`x` > `y`" in texts
    assert "`y` > `z`" in texts
    assert [note.text for note in fault.notes] == [
        "let `low` override what lies between too: overrides between, other"
    ]


def test_overrides_in_a_circle() -> None:
    rules = "".join(f"rule r{i} at top then d is a overrides r{(i + 1) % 3}\n" for i in range(3))
    (fault,) = faults_of(rules)
    assert fault.message.endswith("`r0` > `r1` > `r2` > `r0`")
    assert len(fault.labels) == 3


def test_values_in_circles() -> None:
    one, two = faults_of(
        "value a value b value c value d\npriority a > b > a\npriority b > c > b\npriority d > d"
    )
    assert one.code.id == two.code.id == "SD201"
    assert "`a` > `b` > `a`" in one.message
    assert "`d` > `d`" in two.message


def rules(count: int, tail: str) -> str:
    return "".join(f"rule r{i} at top {tail.format(i % 8, i)}\n" for i in range(count))


def test_many_rules_share_their_masks() -> None:
    values = "".join(f"value v{i}\n" for i in range(8))
    order = "priority " + " > ".join(f"v{i}" for i in range(8)) + "\n"
    level = ranked(values + order + rules(2000, "for v{0} then d is a"))
    assert len(set(map(id, level.above))) <= 8
    assert level.above[-1].bit_count() == 1750


def test_many_overrides_from_below() -> None:
    text = "value x value y priority x > y\n" + "".join(
        f"rule high{i} at top for x then d is a\n" for i in range(400)
    )
    names = ", ".join(f"high{i}" for i in range(400))
    text += "".join(f"rule low{i} at top for y then d is b overrides {names}\n" for i in range(20))
    level = ranked(text)
    assert [rule.name for rule in level.rules[:1]] == ["low0"]
    assert {mask.bit_count() for mask in level.above} == {0, 20}


def test_long_chains_do_not_recurse() -> None:
    values = "".join(f"value v{i}\n" for i in range(2000))
    chain = " > ".join(f"v{i}" for i in range(2000))
    text = f"{values}priority {chain}\n" + "".join(
        f"rule r{i} at top for v{i} then d is a\n" for i in range(2000)
    )
    level = ranked(text)
    assert level.rules[0].name == "r0"
    assert level.above[-1].bit_count() == 1999


@given(st.lists(st.integers(0, 2**7 - 1), max_size=12), st.permutations(range(7)))
def test_bits_of_masks_move_with_their_rules(masks: list[int], places: list[int]) -> None:
    moved = move_bits(masks, [1 << place for place in places])
    assert moved == [sum(1 << places[i] for i in bit_positions(mask)) for mask in masks]
