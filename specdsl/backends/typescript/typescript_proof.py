"""Proof of an emitted TypeScript module: its conditions are read back and held against the circuit.

All else has to be as it is written for this spec, letter by letter: types, tables, and the part
that all modules share, which is tested, not proved. What the header says is not held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from specdsl.backends.artifact_proof import ArtifactFault, ArtifactProof, UnprovedArtifact
from specdsl.backends.circuit_comparison import CircuitComparison, decisions_read_by_all
from specdsl.backends.typescript.typescript_module import (
    ModulePiece,
    emit_typescript,
    text_digest,
    typescript_pieces,
)
from specdsl.backends.typescript.typescript_reader import Numbers, TypescriptReader
from specdsl.backends.typescript.typescript_tokens import UnreadableText
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit

HEADER = re.compile(r"/\*\*\n(?:(?! \*/).*\n)* \*/\n\n")
PROOF = re.compile(r"^export const SPEC_PROOF = (.*);$", re.M)


def emit_proved_typescript(circuit: Circuit, proof: str) -> str:
    """Return the text of the module, which says that it is proved. Raises `UnprovedArtifact`."""
    text = emit_typescript(circuit, proof, proved=True)
    for fault in prove_typescript(text, circuit).faults:
        raise UnprovedArtifact(f"line {fault.line}: {fault.message}")
    return text


def prove_typescript(text: str, circuit: Circuit) -> ArtifactProof:
    """Read a module back and prove that it decides every situation as the circuit does."""
    with circuit.graph.scratch():
        proof = _TypescriptProof(circuit, text, Limits().with_deadline())
        try:
            faults = tuple(proof.faults())
        except UnreadableText as found:
            message = f"it has {found.what}, which cannot be read back"
            faults = (ArtifactFault(proof.line(found.at), message),)
        return ArtifactProof(faults, proof.parts, text_digest(proof.pieces[-1].text))


@dataclass(eq=False)
class _TypescriptProof:
    circuit: Circuit
    text: str
    limits: Limits
    parts: int = 0
    chunks: dict[str, Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.comparison = CircuitComparison(self.circuit, self.limits)
        self.pieces = typescript_pieces(self.circuit, _proof_line(self.text))

    def line(self, at: int) -> int:
        """Return the line of a place in the text."""
        return self.text.count("\n", 0, at) + 1

    def faults(self) -> Iterator[ArtifactFault]:
        header = HEADER.match(self.text)
        if header is None or "*/" in header.group()[:-4]:
            raise UnreadableText(0, "no header of its kind")
        at = header.end()
        for i, piece in enumerate(self.pieces):
            end = "\n\n" if i + 1 < len(self.pieces) else "\n"
            if piece.read_back:
                start, reader = at, self._reader(piece, at)
                yield from self._function_faults(piece, reader, self.line(start))
                at = reader.at
                self.parts += 1
            elif not self.text.startswith(piece.text, at):
                yield self._difference(piece.text, at)
                return
            else:
                at += len(piece.text)
            if not self.text.startswith(end, at):
                raise UnreadableText(at, "something after it")
            at += len(end)
        if at < len(self.text):
            yield ArtifactFault(self.line(at), "nothing more is written for this spec")

    def _difference(self, expected: str, at: int) -> ArtifactFault:
        """Return the fault of a piece that is not as it is written for this spec."""
        pairs = zip(expected, self.text[at:], strict=False)
        same = next((i for i, (one, other) in enumerate(pairs) if one != other), 0)
        line = self.line(at + same)
        wanted = expected[: same + 1].rsplit("\n", maxsplit=1)[-1]
        if expected == self.pieces[-1].text:
            what = "the part that all modules share is not that of this version"
        elif wanted.startswith("export const SPEC_DIGEST"):
            what = "it was made from another spec, as its `SPEC_DIGEST` says"
        else:
            what = "this is not what is written for this spec"
        return ArtifactFault(line, what)

    def _reader(self, piece: ModulePiece, at: int) -> TypescriptReader:
        decisions = self._decisions_read(piece)
        return TypescriptReader(
            self.text, at, self.circuit.spec, self.circuit.graph, decisions, self.chunks
        )

    def _decisions_read(self, piece: ModulePiece) -> tuple[DecisionModel, ...]:
        """Return the decisions that were taken when the function is called."""
        spec, (kind, number, *_) = self.circuit.spec, piece.name.split("_")
        if kind == "assume":
            return ()
        if kind != "delegate":
            return tuple(spec.reads[spec.decisions[int(number)]])
        return decisions_read_by_all(spec, spec.delegates[int(number)].decisions)

    def _function_faults(
        self, piece: ModulePiece, reader: TypescriptReader, line: int
    ) -> Iterator[ArtifactFault]:
        kind, _, number = piece.name.partition("_")
        if kind == "rules":
            self.chunks[piece.name] = reader.read_rules(piece.name, piece.signature)
            return  # What it adds is compared where it is called.
        if kind == "applies":
            found = reader.read_rules(piece.name, piece.signature)
            pairs = list(self._rule_pairs(int(number), found, reader.at))
        else:
            literal = reader.read_condition(piece.name, piece.signature)
            expected, what = self._condition(kind, int(number))
            pairs = [(literal, expected, f"`{what}`")]
        yield from self.comparison.differences(piece.name, line, pairs)

    def _condition(self, kind: str, number: int) -> tuple[g.Literal, str]:
        """Return the literal of an assumption or a delegation, and its name."""
        spec = self.circuit.spec
        if kind == "assume":
            assume = spec.assumes[number]
            return self.circuit.assumes[assume], assume.name
        delegate = spec.delegates[number]
        name = f"{delegate.principal.name} at {delegate.level.name}"
        return self.circuit.delegates[delegate], name

    def _rule_pairs(
        self, number: int, found: Numbers, at: int
    ) -> Iterator[tuple[g.Literal, g.Literal, str]]:
        decision = self.circuit.spec.decisions[number]
        rules = [rule for ranked in self.circuit.ranks.levels[decision] for rule in ranked.rules]
        if not set(found) <= set(range(len(rules))):
            raise UnreadableText(at, "rules that do not exist")
        for i, rule in enumerate(rules):
            yield found.get(i, g.FALSE), self.circuit.rules[rule].applies, f"`{rule.name}`"


def _proof_line(text: str) -> str:
    """Return what the module says of the proof of its spec."""
    found = PROOF.search(text)
    try:
        said = json.loads(found.group(1)) if found else ""
    except ValueError:
        return ""
    return said if isinstance(said, str) else ""
