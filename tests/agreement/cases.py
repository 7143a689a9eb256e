"""Small specs with a tiny domain for every fact and a few things that may be said: each is decided
in all situations that these make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import Any

from specdsl.frontend.model.nodes import Fact, Kind, SpecModel

PEOPLE = """
authority root > dev > user
principal boss at root implied at dev
principal coder at dev implied at user
principal asker at user
principal tool without authority
"""


@dataclass(frozen=True, slots=True)
class Case:
    """`values`: of facts that are no bool, enumeration or set, without unknown. `says`: what may
    be said; lists of up to `longest` of it are tried, with every valuation."""

    name: str
    text: str
    values: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    says: tuple[Mapping[str, Any], ...] = ()
    longest: int = 0

    def situations(self, spec: SpecModel) -> Iterator[dict[str, Any]]:
        for facts in self._valuations(spec):
            for length in range(self.longest + 1):
                for said in product(self.says, repeat=length):
                    yield {"facts": facts, "says": list(said)}

    def _valuations(self, spec: SpecModel) -> Iterator[dict[str, Any]]:
        domains = [[(fact.name, value) for value in self._domain(fact)] for fact in spec.facts]
        yield from (dict(chosen) for chosen in product(*domains))

    def _domain(self, fact: Fact) -> list[Any]:
        members = fact.type.members
        match fact.type.kind:
            case Kind.BOOL:
                known: list[Any] = [False, True]
            case Kind.ENUM:
                known = list(members)
            case Kind.SET:
                sizes = range(len(members) + 1)
                known = list(chain.from_iterable(combinations(members, n) for n in sizes))
            case _:
                known = list(self.values[fact.name])
        return [*known, None] if fact.optional else known


def said(
    speakers: Iterable[tuple[str, bool, str | None]], effects: Iterable[str]
) -> tuple[Mapping[str, Any], ...]:
    """Every speaker (name, implied, at) with every effect."""
    return tuple(
        {"by": by, "implied": implied, "at": at, "effect": effect}
        for by, implied, at in speakers
        for effect in effects
    )


STANDING = Case(
    "standing: restrictions and permissions of two levels, in every combination",
    PEOPLE
    + """
    value upper value lower value aside
    priority upper > lower
    fact on_now: set of {r0, r1, r2, r3, u0, u1, u2, u3}
    decision d: a > b > c
    decision e: a > b > c on conflict c
    rule r0 at dev for upper when on_now has r0 then d is not a and e in {b, c}
    rule r1 at dev for lower when on_now has r1 then d is a and e is a
    rule r2 at dev for aside when on_now has r2 then d in {a, b} and e is not c
    rule r3 at dev for aside when on_now has r3 then d may be c and e may be a overrides r1
    rule u0 at user for lower when on_now has u0 then d is c and e is b
    rule u1 at user for upper when on_now has u1 then d may be a or b and e may be c
    rule u2 at user for aside when on_now has u2 then d is b and e is c overrides u0
    rule u3 at user when on_now has u3 then d in {a, c} and e is not b
    """,
    says=said(
        [("boss", False, None), ("coder", True, None)],
        ["d is b", "e is not c", "d may be c", "e in {a, c}"],
    ),
    longest=1,
)

PLACES = Case(
    "places: who speaks where, with lists of two",
    PEOPLE
    + """
    fact asked: bool?
    decision trust: none_of_it > some steered by coder
    decision d: a > b > c on conflict b
    delegate tool at user when possibly asked
    delegate tool at dev on d when trust is some
    rule vouch at root when asked is unknown then trust is some
    rule upper at dev when asked is unknown then d is not b
    rule here at user then d is not c
    rule there at user when asked then d is c
    """,
    says=said(
        [
            ("boss", False, "user"),
            ("boss", True, None),
            ("boss", True, "user"),
            ("coder", False, None),
            ("coder", False, "dev"),
            ("coder", True, None),
            ("asker", False, None),
            ("asker", True, None),
            ("tool", False, None),
            ("tool", False, "user"),
            ("tool", True, None),
        ],
        ["d is b", "d in {a, c}", "d may be c"],
    )
    + said([("boss", False, None), ("coder", False, None)], ["trust is some"]),
    longest=2,
)

RANKS = Case(
    "ranks: values, overrides and the paths that they make together",
    """
    authority top > low
    value v0 value v1 value v2 value v3
    priority v0 > v1 > v2
    priority v3 > v2
    fact on_now: set of {r0, r1, r2, r3, r4, r5, r6}
    decision d: a > b > c on conflict c
    decision e: x > y > z
    rule r0 at top for v2 when on_now has r0 then d is b overrides r1
    rule r1 at top for v0 when on_now has r1 then d is a and e is y
    rule r2 at top when on_now has r2 then e is x and d is c overrides r3
    rule r3 at top for v2 when on_now has r3 then e is z
    rule r4 at top for v3 when on_now has r4 then e is y and d is not c overrides r2
    rule r5 at low for v1 when on_now has r5 then d may be a and e is x overrides r6
    rule r6 at low for v0 when on_now has r6 then d is b and e is not x
    """,
)

DEFAULTS = Case(
    "defaults: chosen before what is preferred, save in a clash that is settled",
    PEOPLE
    + """
    fact asked: bool?
    fact late: bool
    decision d: a > b > c default c on conflict a
    decision e: x > y > z default y
    rule first at root when late then d is not c
    rule second at dev when asked then d is not a and e is not y
    rule third at dev when possibly asked then d is not b
    rule fourth at user when d is a then e in {x, z}
    """,
    says=said(
        [("coder", False, None), ("asker", False, None)],
        ["d is c", "d in {a, b}", "d may be b", "e is not y"],
    ),
    longest=2,
)

CHAINS = Case(
    "chains: decisions that read each other, with clashes that fail",
    PEOPLE
    + """
    fact p, q: bool?
    define open_now = first is a or q
    decision first: a > b
    decision second: a > b > c on conflict b
    decision third: a > b
    rule f0 at root when p then first is a
    rule f1 at root when q then first is b
    rule s0 at dev when open_now then second is c
    rule s1 at dev when possibly p then second is not c
    decision fourth: a > b
    rule t0 at user unless second is b then third is b
    rule u0 at user when p unless first is b then fourth is b
    decision fifth: a > b
    delegate tool at user on fifth when first is a
    rule t1 at user when p and not p and first is b then third is a
    delegate tool at user on third when second in {b, c}
    """,
    says=said([("boss", False, None), ("coder", False, None)], ["first is b", "second is b"])
    + said([("tool", False, None)], ["third is a", "third is b", "fifth is b"]),
    longest=2,
)

KLEENE = Case(
    "kleene: every connective over unknown bools",
    PEOPLE
    + """
    fact p, q, r: bool?
    fact sure: bool
    define mixed = p and q or not r
    assume sane: p or not q or sure
    decision d: a > b > c > e on conflict e
    decision known_ones: yes > no
    rule one at root when mixed unless q if r else p then d is not a
    rule two at dev when possibly (p and not q) unless not possibly r then d in {b, c}
    rule three at dev when (p if sure else q) and r or p = q then d is c
    policy around at user when p or r {
      rule four unless q and r unless p then d is b
      rule five when not (p or not p) then d is e
      rule six when p is known and q is unknown then known_ones is no and d may be a
    }
    rule seven at root when (r if p else r) and not (sure and q) then known_ones is no
    """,
)

TERMS = Case(
    "terms: sums, products, the least and the greatest over unknown numbers",
    PEOPLE
    + """
    fact x: int -2..3?
    fact y: number?
    fact sure: bool?
    define half = y / 2
    define chosen = x if sure else half
    assume apart: x + y < 5
    decision d: a > b > c on conflict b
    decision e: yes > no
    rule one at root when x - x = 0 and min(x, y, 1) <= half then d is not a
    rule two at dev when max(2 * x, -y) > 1 or x in {1, 3} then d is c
    rule three at dev when chosen * 2 >= x + 1 unless 0 * y = 1 then d is not c
    rule four at user when y * (1 / 3 if sure else 3) != x then e is no
    rule five at user when x < y or x > 1.5 then e is yes
    """,
    values={"x": range(-2, 4), "y": ["-1", "-1/2", "0", "1/3", "1", "2", "5/2", "3"]},
)

SETS = Case(
    "sets: members, other sets, enumerations in another order",
    PEOPLE
    + """
    fact tags: set of {s, t, u}?
    fact marks: set of {u, s, t}?
    fact kind_a: {s, t, u}?
    fact kind_b: {t, u, s}
    decision d: a > b > c > e on conflict a
    decision f: yes > no
    rule one at root when tags has all of marks then d is not a
    rule two at dev when tags has any of {s, kind_a} then d in {a, b}
    rule three at dev when tags has none of marks or kind_a = kind_b then d is c
    rule four at user when size of tags > size of marks then d is e
    rule five at user when kind_a in tags unless tags = {} then f is no
    rule six at user when tags = marks or tags != {s, u} then d is b
    rule seven at user when kind_b is not t and marks has kind_b then f is yes
    """,
)

TEXTS = Case(
    "texts and moments",
    PEOPLE
    + """
    fact word, other: text?
    fact day: date 2025-02-27..2025-03-02?
    fact moment: time?
    fact wait: duration 0s..1d
    decision d: a > b > c on conflict b
    decision e: yes > no
    rule one at root when word like "*a?" or word in {"", "b"} then d is not a
    rule two at dev when word < other then d is c
    rule three at dev when other like word_is_no_pattern then d is a
    rule four at user when day + wait > 2025-02-28 and day - 2025-02-27 <= 1d then e is no
    rule five at user when moment - wait * 2 < 2025-03-01T00:00:00Z then e is yes
    rule six at user when wait in {0s, 1d} or min(wait, 12h) = wait / 2 then d is not c
    """.replace("word_is_no_pattern", r'"\\*?*"'),
    values={
        "word": ["", "b", "xa\n", "aa"],
        "other": ["*a", "b", "c"],
        "day": ["2025-02-27", "2025-02-28", "2025-03-01"],
        "moment": ["2025-03-01T00:00Z", "2025-03-01T02:00+02:00", "2025-03-02T23:59:59.5Z"],
        "wait": ["PT0S", "PT12H", "P1D", "PT0.5S"],
    },
)

CASES = (STANDING, PLACES, RANKS, DEFAULTS, CHAINS, KLEENE, TERMS, SETS, TEXTS)
