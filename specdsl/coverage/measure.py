"""`measure`: what the examples of a spec show of it, and what none of them does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from specdsl.checks.context import Context
from specdsl.coverage.boundaries import boundary_points
from specdsl.coverage.defaults import default_points
from specdsl.coverage.pairs import pair_points
from specdsl.coverage.points import Kind, Met, Point
from specdsl.coverage.rules import clause_points, rule_points
from specdsl.coverage.told import Told
from specdsl.coverage.unknowns import unknown_points
from specdsl.coverage.winners import Winners, winners
from specdsl.model.nodes import Example
from specdsl.solver.engines import Answer
from specdsl.solver.prover import Prover, Unsettled

MEASURED = (Kind.RULE, Kind.RANKED, Kind.PEERS, Kind.HOLDS, Kind.FAILS, Kind.DEFAULT)


@dataclass(frozen=True, slots=True)
class Seen:
    """A point that can be met. `by`: the titles of the examples that meet it best, and how."""

    point: Point
    met: Met
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """`seen`: the points that some situation meets. `impossible`: how many others there are, each
    proved; `unsettled` those that could not be settled either way, and examples likewise.
    `winners`: the rules that win in some situation of an example."""

    path: str
    examples: int
    rules: tuple[str, ...]
    seen: tuple[Seen, ...]
    impossible: tuple[Point, ...]
    unsettled: tuple[str, ...]
    winners: Winners

    def of(self, *kinds: Kind) -> list[Seen]:
        return [one for one in self.seen if one.point.kind in kinds]


def measure(context: Context, kinds: Sequence[Kind] = MEASURED) -> Coverage:
    """The coverage of some kinds of points. An example meets a point where a situation that it
    describes does and it expects something of the decision, or of one that reads it."""
    spec = context.spec
    possible = possibility(context, points(context, kinds))
    able = [point for point, answer in possible.items() if answer is Answer.YES]
    met, unsettled = _met(context, able, spec.examples)
    doubtful = [p.text for p, answer in possible.items() if answer is Answer.UNSETTLED]
    return Coverage(
        context.path,
        len(spec.examples),
        tuple(rule.name for rule in spec.rules),
        tuple(_seen(point, met[point]) for point in able),
        tuple(p for p, answer in possible.items() if answer is Answer.NO),
        (*doubtful, *unsettled),
        winners(context),
    )


@dataclass(frozen=True, slots=True)
class Lacking:
    """Of some points those that some situation meets, and those of them that no example shows;
    what of this could not be settled."""

    able: frozenset[Point]
    missing: frozenset[Point]
    unsettled: tuple[str, ...]


def lacking(context: Context, wanted: Sequence[Point]) -> Lacking:
    """What the examples do not show of some points."""
    possible = possibility(context, wanted)
    able = [point for point, answer in possible.items() if answer is Answer.YES]
    doubtful = [p.text for p, answer in possible.items() if answer is Answer.UNSETTLED]
    met, unsettled = _met(context, able, context.spec.examples)
    missing = frozenset(point for point, (how, _) in met.items() if how is not Met.SHOWN)
    return Lacking(frozenset(able), missing, (*doubtful, *(unsettled if missing else ())))


def points(context: Context, kinds: Sequence[Kind]) -> Iterator[Point]:
    """All points of the kinds, in the order of `Kind` and then of the spec."""
    if Kind.RULE in kinds:
        yield from rule_points(context)
    if Kind.RANKED in kinds or Kind.PEERS in kinds:
        yield from (p for p in pair_points(context) if p.kind in kinds)
    if Kind.HOLDS in kinds or Kind.FAILS in kinds:
        yield from (p for p in clause_points(context) if p.kind in kinds)
    if Kind.DEFAULT in kinds:
        yield from default_points(context)
    if Kind.BOUNDARY in kinds:
        yield from boundary_points(context)
    if Kind.UNKNOWN in kinds:
        yield from unknown_points(context)


def possibility(context: Context, found: Iterable[Point]) -> dict[Point, Answer]:
    """Whether some situation meets each point; a NO is a proof."""
    answers: dict[Point, Answer] = {}
    whole = list(found)
    for decision in context.spec.decisions:
        own = [p for p in whole if p.decision is decision and p.changed is None]
        claims = {point: point.claim((context.world,)) for point in own}
        given = context.given((decision,))
        prover = Prover(context.circuit.graph, (*given, *claims.values()), context.limits)
        prover.always(*given)
        answers |= {point: prover.ask(claim) for point, claim in claims.items()}
    answers |= {p: _unknown(context, p) for p in whole if p.changed is not None}
    return {point: answers[point] for point in whole}


def _unknown(context: Context, point: Point) -> Answer:
    assert point.changed is not None
    try:
        matters = context.differences.matters_unknown(point.changed, point.decision)
    except Unsettled:
        return Answer.UNSETTLED
    return Answer.YES if matters else Answer.NO


Best = tuple[Met, tuple[str, ...]]


def _met(
    context: Context, able: Sequence[Point], examples: Iterable[Example]
) -> tuple[dict[Point, Best], list[str]]:
    found: dict[Point, Best] = dict.fromkeys(able, (Met.MISSING, ()))
    unsettled: list[str] = []
    for example in examples:
        try:
            new = Told(context, example).met(able)
        except Unsettled:
            unsettled.append(f'example "{example.title}"')
            continue
        for point, met in new.items():
            found[point] = _better(found[point], met, example.title)
    return found, unsettled


def _better(best: Best, met: Met, title: str) -> Best:
    order = list(Met)
    if met is Met.MISSING or order.index(met) > order.index(best[0]):
        return best
    return (met, (*best[1], title)) if met is best[0] else (met, (title,))


def _seen(point: Point, best: Best) -> Seen:
    return Seen(point, *best)
