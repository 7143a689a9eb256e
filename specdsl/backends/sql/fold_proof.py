"""Proof of folds of instructions, by induction over a list.

Each step of a fold is held against the circuit for any state, any instruction, and any delegations
and outcomes: it changes the state as the circuit does where the instruction counts at the place,
and nothing elsewhere. So the fold of a list of any length is that of the circuit. What it results
in is then the result of the circuit's free instructions, which stand for all lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from specdsl.backends.artifact_proof import ArtifactFault
from specdsl.backends.circuit_comparison import CircuitComparison, Pairs
from specdsl.backends.sql.instruction_folds import (
    STATE,
    FoldPlace,
    asked_name,
    lifted_name,
    speaking_places,
    state_name,
    stated_below,
)
from specdsl.backends.sql.instruction_lists import ITEM, SAID, InstructionList, may_speak
from specdsl.backends.sql.query_execution import SqlReader, check_parts, line_of, unreadable
from specdsl.backends.sql.query_values import SqlAnything, SqlMask, SqlValue, as_mask
from specdsl.backends.sql.sql_terms import Sql
from specdsl.frontend.model.nodes import DecisionModel, Level
from specdsl.semantics import aig as g
from specdsl.semantics.instruction_inputs import FreeInstructions, effective_place
from specdsl.semantics.resolution_circuit import (
    PlacedInstruction,
    World,
    apply_instruction,
)

Bits = tuple[g.Literal, ...]


@dataclass(eq=False)
class FoldProof:
    """Reads the columns of folds of a query, and keeps where they differ from the circuit."""

    world: World
    free: FreeInstructions
    said: InstructionList
    comparison: CircuitComparison
    faults: list[ArtifactFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.graph, self.spec = self.world.graph, self.world.circuit.spec
        self.states = {
            state_name(i, level): (decision, level)
            for i, decision in enumerate(self.spec.decisions)
            for level in self.spec.levels
        }
        self.asked = {
            asked_name(i, level): (decision, level)
            for i, decision in enumerate(self.spec.decisions)
            for level in self.spec.levels
        }

    def read_fold(self, reader: SqlReader, name: str, node: Sql) -> SqlValue:
        """Return the value of a fold, which is that of the column with this name."""
        if reader.anything:
            return SqlAnything()
        if name in self.states:
            return self._read_state(reader, node, *self.states[name])
        if name in self.asked:
            return self._read_asked(reader, node, *self.asked[name])
        raise unreadable(node, "a fold in a column of another name")

    # --- what the instructions of a level do ---

    def _read_state(
        self, reader: SqlReader, node: Sql, decision: DecisionModel, level: Level
    ) -> SqlMask:
        steps, start = self._steps_of_folds(node, [])
        places = speaking_places(self.said, decision, level)
        if len(steps) != len(places):
            raise unreadable(node, "another number of folds")
        for place, step in zip(places, steps, strict=True):
            self._check_step(reader, step, decision, level, place)
        count = len(decision.outcomes)
        bits = self._mask_of(node, reader.value_of(start), count)
        number = self.spec.decisions.index(decision)
        lifted = [g.FALSE] * count
        column = reader.columns.get(lifted_name(number, level))
        if column is not None:
            lifted = list(self._mask_of(node, column, count))
        return self._state_after(self.free.steps(self.world, decision, level), bits, lifted)

    def _state_after(
        self, steps: Sequence[PlacedInstruction], left: Bits, lifted: list[g.Literal]
    ) -> SqlMask:
        """Return the state after these instructions, as an integer."""
        graph, after = self.graph, list(left)
        own, stands = [g.FALSE] * len(left), list[g.Literal]()
        for step in steps:
            found = apply_instruction(graph, step, after, lifted)
            for o, bit in enumerate(found.permits):
                lifted[o] = graph.any_of((lifted[o], bit))
                own[o] = graph.any_of((own[o], bit))
            if not step.permits:
                stands.append(found.stands)
        return SqlMask((*after, *own, graph.any_of(stands)), g.TRUE)

    def _check_step(
        self,
        reader: SqlReader,
        step: exp.Lambda,
        decision: DecisionModel,
        level: Level,
        place: FoldPlace,
    ) -> None:
        """Hold a step against the circuit, for any state and instruction."""
        count, stem = len(decision.outcomes), f"{decision.name}: {place.name} at {level.name}"
        state = self._free_bits(f"{stem}/state", 2 * count + 1)
        lifted = self._free_bits(f"{stem}/lifted", count)
        number = self.spec.decisions.index(decision)
        name, kept = lifted_name(number, level), dict(reader.columns)
        if name in reader.columns:
            reader.columns[name] = SqlMask(lifted, g.TRUE)
        else:
            lifted = (g.FALSE,) * count
        item = self._free_item(stem)
        found = self._run_step(reader, step, state, item)
        reader.columns = kept
        here = self._counts_at(decision, level, place, item)
        expected = self._expected_state(state, item[:count], self._permits(item), here, lifted)
        self._compare(step, stem, found, expected)

    def _expected_state(
        self, state: Bits, named: Bits, permits: g.Literal, here: g.Literal, lifted: Bits
    ) -> Bits:
        graph, count = self.graph, len(named)
        left, own, stood = state[:count], state[count : 2 * count], state[2 * count]
        against = [graph.any_of(pair) for pair in zip(lifted, own, strict=True)]
        after = list(left)
        restriction = PlacedInstruction(None, graph.all_of((here, permits ^ 1)), False, named)
        stands = apply_instruction(graph, restriction, after, against).stands
        permission = PlacedInstruction(None, graph.all_of((here, permits)), True, named)
        opened = apply_instruction(graph, permission, list(left), against).permits
        both = (graph.any_of(pair) for pair in zip(own, opened, strict=True))
        return (*after, *both, graph.any_of((stood, stands)))

    def _counts_at(
        self, decision: DecisionModel, level: Level, place: FoldPlace, item: Bits
    ) -> g.Literal:
        """Return the literal that an instruction counts at the place, by the circuit. One that is
        at fault counts nowhere: its row does not fit.
        """
        parts: list[g.Literal] = []
        for speaker in self.said.speakers:
            who, implied, at = speaker.principal, speaker.implied, speaker.at
            name, active = effective_place(self.world, who, implied, at, decision, level)
            valid = may_speak(self.spec, speaker, decision)
            if valid and name == place.name and active != g.FALSE:
                here = self._has_address(item, self.said.address(decision, speaker))
                parts.append(self.graph.all_of((here, active)))
        return self.graph.any_of(parts)

    # --- what is named below a level ---

    def _read_asked(
        self, reader: SqlReader, node: Sql, decision: DecisionModel, level: Level
    ) -> SqlMask:
        (step, *more), start = self._steps_of_folds(node, [])
        count, stem = len(decision.outcomes), f"{decision.name}: named below {level.name}"
        begin = self._mask_of(node, reader.value_of(start), count)
        if more or any(bit != g.FALSE for bit in begin):
            raise unreadable(node, "a fold of this kind")
        state, item = self._free_bits(f"{stem}/state", count), self._free_item(stem)
        found = self._run_step(reader, step, state, item)
        addresses = stated_below(self.said, decision, level)
        heard = self.graph.any_of(self._has_address(item, one) for one in addresses)
        names = self.graph.all_of((heard, self._permits(item) ^ 1))
        expected = tuple(
            self.graph.any_of((bit, self.graph.all_of((names, item[o]))))
            for o, bit in enumerate(state)
        )
        self._compare(step, stem, found, expected)
        lower = self.spec.levels[level.rank + 1 :]
        below = [one for low in lower for one in self.free.steps(self.world, decision, low)]
        stated = [one for one in below if one.stated and not one.permits]
        bits = (
            self.graph.any_of(self.graph.all_of((one.active, one.outcomes[o])) for one in stated)
            for o in range(count)
        )
        return SqlMask(tuple(bits), g.TRUE)

    # --- parts of folds ---

    def _steps_of_folds(self, node: Sql, outer: list[exp.Lambda]) -> tuple[list[exp.Lambda], Sql]:
        """Return the steps of folds inside each other, the innermost first, and its start."""
        found = fold_parts(node)
        if found is None:
            return outer[::-1], node
        items, start, step = found
        is_list = isinstance(items, exp.Column) and items.name == SAID
        if not is_list or not isinstance(step, exp.Lambda):
            raise unreadable(node, "a fold of this kind")
        check_parts(items, "this")
        check_parts(step, "this", "expressions")
        if [one.name for one in step.expressions] != [STATE, ITEM]:
            raise unreadable(node, "a fold of this kind")
        return self._steps_of_folds(start, [*outer, step])

    def _run_step(self, reader: SqlReader, step: exp.Lambda, state: Bits, item: Bits) -> SqlValue:
        reader.variables = {STATE: SqlMask(state, g.TRUE), ITEM: SqlMask(item, g.TRUE)}
        found = reader.value_of(step.this)
        reader.variables = {}
        return found

    def _compare(self, step: Sql, stem: str, found: SqlValue, expected: Bits) -> None:
        bits = self._mask_of(step, found, len(expected))
        words = (f"bit {i} of the state" for i in range(len(bits)))
        self._hold_equal(step, stem, zip(bits, expected, words, strict=True))

    def _hold_equal(self, node: Sql, what: str, pairs: Pairs) -> None:
        given = (self.world.assumptions_hold(), self.free.well_formed(self.spec.decisions))
        self.faults += self.comparison.differences(what, line_of(node), pairs, given=given)

    def _mask_of(self, node: Sql, value: SqlValue, count: int) -> Bits:
        """Return the bits of a mask, which must never be NULL."""
        mask = as_mask(self.graph, value)
        if mask is None:
            raise unreadable(node, "a fold of what is no mask")
        self._hold_equal(node, "a state", [(mask.known, g.TRUE, "a state that is not NULL")])
        if any(bit != g.FALSE for bit in mask.bits[count:]):
            raise unreadable(node, "a mask with more bits than outcomes")
        return (*mask.bits, *[g.FALSE] * (count - len(mask.bits)))[:count]

    def _free_bits(self, stem: str, count: int) -> Bits:
        return tuple(self.graph.atom(g.Input(f"fold/{stem}/{i}")) for i in range(count))

    def _free_item(self, stem: str) -> Bits:
        return self._free_bits(f"{stem}/item", self.said.address_mask.bit_length())

    def _permits(self, item: Bits) -> g.Literal:
        return item[self.said.width]

    def _has_address(self, item: Bits, address: int) -> g.Literal:
        bits = range(self.said.width + 1, len(item))
        return self.graph.all_of(item[i] ^ (not address >> i & 1) for i in bits)


def fold_parts(node: Sql) -> tuple[Sql, Sql, Sql] | None:
    """Return the list, the start and the step of a fold; None if it is none."""
    match node:
        case exp.Reduce():
            check_parts(node, "this", "initial", "merge")
            return node.this, node.args["initial"], node.args["merge"]
        case exp.Anonymous(this=str() as name) if name.upper() == "LIST_REDUCE":
            check_parts(node, "this", "expressions")
            if len(node.expressions) == 3:
                items, step, start = node.expressions
                return items, start, step
    return None
