"""Text facts as finite classes: which atoms on a group of related text facts can hold together.

The facts are read side by side, character by character; every pattern and constant is a small
automaton, every pair of related facts remembers how it compares so far. The states that can be
reached give the *signatures* (the truth of every atom) that some texts have, each with the
shortest such texts. Exact, and finite because only characters that a pattern or a constant names
can be told apart; of the others as many are kept as there are facts. Facts that ignore case are
folded texts (solver/folded.py), and no others.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

from specdsl.circuit.graph import TextCompare, TextMatches, TextRelation
from specdsl.circuit.patterns import Wild, close, pieces, step
from specdsl.model.nodes import Fact
from specdsl.solver import folded
from specdsl.solver.equal_texts import tests_of, told_apart

MOST_STATES = 20_000
MOST_STEPS = 250_000  # from one state to another
TextAtom = TextCompare | TextMatches | TextRelation
PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,"


class TooManyTexts(Exception):
    """The classes of a group of text facts are more than can be listed."""


@dataclass(frozen=True, slots=True)
class TextClass:
    """The atoms that hold (by their place in the group) and the simplest texts of which they do."""

    holds: frozenset[int]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextGroup:
    facts: tuple[Fact, ...]
    atoms: tuple[TextAtom, ...]
    classes: tuple[TextClass, ...]


def facts_of(atom: TextAtom) -> tuple[Fact, ...]:
    return (atom.left, atom.right) if isinstance(atom, TextRelation) else (atom.fact,)


def group_texts(atoms: Sequence[TextAtom]) -> Iterator[tuple[tuple[Fact, ...], list[TextAtom]]]:
    """The atoms by groups of facts that relations connect, in the order of the facts' names."""
    leader: dict[Fact, Fact] = {}

    def find(fact: Fact) -> Fact:
        while leader.setdefault(fact, fact) is not fact:
            fact = leader[fact]
        return fact

    for atom in atoms:
        first, *others = (find(fact) for fact in facts_of(atom))
        for other in others:
            leader[other] = first
    groups: dict[Fact, list[TextAtom]] = {}
    for atom in atoms:
        groups.setdefault(find(facts_of(atom)[0]), []).append(atom)
    for members in sorted(groups.values(), key=lambda g: min(f.name for f in facts_of(g[0]))):
        facts = {fact for atom in members for fact in facts_of(atom)}
        yield tuple(sorted(facts, key=lambda fact: fact.name)), members


def classes(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextGroup:
    """The signatures of the group, the simplest texts first. Raises `TooManyTexts`."""
    found = _classes(facts, atoms)
    if found is None:
        raise TooManyTexts
    return found


@lru_cache(maxsize=256)
def _classes(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextGroup | None:
    """None where there are too many."""
    try:
        return _group(facts, atoms)
    except TooManyTexts:
        return None


def _group(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextGroup:
    relations = [atom for atom in atoms if isinstance(atom, TextRelation)]
    if relations and all(relation.op == "=" for relation in relations):
        return TextGroup(facts, atoms, tuple(_by_equality(facts, atoms)))
    simplest = _signatures(facts, atoms, 1)
    return TextGroup(facts, atoms, tuple(TextClass(h, t[0]) for h, t in simplest.items()))


def _by_equality(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> Iterator[TextClass]:
    """The same where relations only say whether texts are equal."""
    tests = tuple(dict.fromkeys(tests_of(facts[0], atoms)))
    kinds = _signatures(facts[:1], tests, len(facts)).values()
    found = told_apart(facts, atoms, [[text for (text,) in kind] for kind in kinds], MOST_STATES)
    if found is None:
        raise TooManyTexts
    yield from (TextClass(holds, texts) for holds, texts in found)


def _signatures(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], most: int
) -> dict[frozenset[int], list[tuple[str, ...]]]:
    """By signature the simplest texts that have it, `most` at most."""
    machine = _Machine(facts, atoms, most)
    found: dict[frozenset[int], list[tuple[str, ...]]] = {}
    start = machine.start()
    came: Counter[_State] = Counter()
    steps = 0
    queue = deque([(start, ("",) * len(facts))])
    while queue:
        state, texts = queue.popleft()
        here = found.setdefault(machine.signature(state), [])
        here += [texts] if len(here) < most else []
        for chars, after in machine.successors(state):
            steps += 1
            if steps > MOST_STEPS:
                raise TooManyTexts
            if came[after] < most:
                came[after] += 1
                longer = tuple(t + (c or "") for t, c in zip(texts, chars, strict=True))
                queue.append((after, longer))
        if len(came) * most > MOST_STATES:
            raise TooManyTexts
    return found


def alphabet(atoms: Iterable[TextAtom], distinct: int, ignoring_case: bool) -> tuple[str, ...]:
    """The characters that the atoms name, and `distinct` of each gap between them."""
    named: set[str] = set()
    for atom in atoms:
        if isinstance(atom, TextMatches):
            named.update(p for p in pieces(atom.pattern) if not isinstance(p, Wild))
        elif isinstance(atom, TextCompare):
            named.update(atom.value)
    if ignoring_case:
        try:
            return tuple(sorted(folded.alphabet(named, distinct, PREFERRED)))
        except folded.TooManyCharacters:
            raise TooManyTexts from None
    chars = set(named)
    bounds = [-1, *sorted(map(ord, named)), 0x110000]
    for low, high in pairwise(bounds):
        chars.update(_between(low, high, distinct))
    return tuple(sorted(chars))


def _between(low: int, high: int, count: int) -> Iterator[str]:
    """Up to `count` characters strictly between two code points, readable ones if there are any."""
    readable = [c for c in PREFERRED if low < ord(c) < high][:count]
    yield from readable
    missing = count - len(readable)
    code = low + 1
    while missing and code < high:
        if not 0xD800 <= code <= 0xDFFF and chr(code) not in readable:
            yield chr(code)
            missing -= 1
        code = 0xE000 if 0xD800 <= code < 0xE000 else code + 1


# A constant's automaton: how many characters agree so far, or below / above it.
_BELOW, _ABOVE = -1, -2
_Monitor = int | frozenset[int]
_State = tuple[tuple[bool, ...], tuple[_Monitor, ...], tuple[int, ...], tuple[tuple[str, int], ...]]


class _Machine:
    """The product automaton. A state: which facts go on, the automata of the atoms on one fact,
    how each related pair compares (-1, 0, 1), and of folded facts how the next character may
    join."""

    def __init__(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], distinct: int) -> None:
        self.atoms = atoms
        self.single = [i for i, a in enumerate(atoms) if not isinstance(a, TextRelation)]
        index = {fact: i for i, fact in enumerate(facts)}
        self.of = [index[facts_of(atoms[i])[0]] for i in self.single]
        self.parts = [
            pieces(a.pattern) if isinstance(a, TextMatches) else ()
            for a in (atoms[i] for i in self.single)
        ]
        pairs = {(index[a.left], index[a.right]) for a in atoms if isinstance(a, TextRelation)}
        self.pairs = sorted({(min(p), max(p)) for p in pairs})
        self.index = index
        (ignoring_case,) = {fact.type.ignoring_case for fact in facts}
        self.chars = alphabet(atoms, max(distinct, len(facts)), ignoring_case)
        self.joining = folded.Joining(self.chars) if ignoring_case else None

    def start(self) -> _State:
        monitors: list[_Monitor] = []
        for i, parts in zip(self.single, self.parts, strict=True):
            pattern = isinstance(self.atoms[i], TextMatches)
            monitors.append(close(parts, frozenset({0})) if pattern else 0)
        joined = (folded.Joining.START,) * len(self.index) if self.joining else ()
        return (True,) * len(self.index), tuple(monitors), (0,) * len(self.pairs), joined

    def successors(self, state: _State) -> Iterator[tuple[tuple[str | None, ...], _State]]:
        live, monitors, compared, joined = state
        choices = [(*self.chars, None) if alive else (None,) for alive in live]
        for chars in product(*choices):
            if all(char is None for char in chars):
                continue
            joins = self._join(joined, chars) if joined else ()
            if joins is None:
                continue
            after = tuple(
                self._advance(k, monitor, chars[self.of[k]]) for k, monitor in enumerate(monitors)
            )
            pairs = tuple(
                c or self._order(chars[a], chars[b])
                for c, (a, b) in zip(compared, self.pairs, strict=True)
            )
            yield chars, (tuple(char is not None for char in chars), after, pairs, joins)

    def _join(
        self, joined: tuple[tuple[str, int], ...], chars: tuple[str | None, ...]
    ) -> tuple[tuple[str, int], ...] | None:
        """The same after these characters; None where one of the texts would be no folded one."""
        after: list[tuple[str, int]] = []
        for state, char in zip(joined, chars, strict=True):
            step = folded.Joining.START
            if char is not None and self.joining is not None:
                found = self.joining.step(state, char)
                if found is None:
                    return None
                step = found
            after.append(step)
        return tuple(after)

    def _advance(self, k: int, monitor: _Monitor, char: str | None) -> _Monitor:
        if char is None:
            return monitor
        atom = self.atoms[self.single[k]]
        if not isinstance(monitor, int):
            return step(self.parts[k], monitor, char)
        if monitor < 0 or not isinstance(atom, TextCompare):
            return monitor
        if monitor == len(atom.value) or char > atom.value[monitor]:
            return _ABOVE
        return monitor + 1 if char == atom.value[monitor] else _BELOW

    @staticmethod
    def _order(left: str | None, right: str | None) -> int:
        """How two next characters compare; an ended text comes before one that goes on."""
        one, two = left or "", right or ""
        return (one > two) - (one < two)

    def signature(self, state: _State) -> frozenset[int]:
        """The atoms that hold if all texts end here."""
        _, monitors, compared, _ = state
        holds: set[int] = set()
        for k, monitor in enumerate(monitors):
            atom = self.atoms[self.single[k]]
            if isinstance(monitor, int) and isinstance(atom, TextCompare):
                true = self._compares(atom, monitor)
            else:
                assert not isinstance(monitor, int)
                true = len(self.parts[k]) in monitor
            if true:
                holds.add(self.single[k])
        for i, atom in enumerate(self.atoms):
            if isinstance(atom, TextRelation) and self._related(atom, compared):
                holds.add(i)
        return frozenset(holds)

    @staticmethod
    def _compares(atom: TextCompare, monitor: int) -> bool:
        equal = monitor == len(atom.value)
        below = monitor == _BELOW or 0 <= monitor < len(atom.value)
        return {"=": equal, "<": below, "<=": below or equal}[atom.op]

    def _related(self, atom: TextRelation, compared: tuple[int, ...]) -> bool:
        a, b = self.index[atom.left], self.index[atom.right]
        order = compared[self.pairs.index((min(a, b), max(a, b)))]
        order = order if a < b else -order
        return order == 0 if atom.op == "=" else order < 0
