"""Results of proofs that an emitted artifact decides as the circuit does."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.fact_values import FactValue


@dataclass(frozen=True, slots=True)
class ArtifactFault:
    """A fault of an artifact, and its line. `facts`: a situation that shows it, with the results of
    the artifact (`got`) and of the spec (`expected`); other facts do not matter.
    """

    line: int
    message: str
    facts: Mapping[Fact, FactValue] | None = None
    got: str = ""
    expected: str = ""
    undetermined: str = ""  # The name of the decision on which the prover gave up.


@dataclass(frozen=True, slots=True)
class ArtifactProof:
    """The faults of an artifact, none if it is proved; how many parts of it were read back; and the
    digest of the part that is only held to be what this version writes. `decided`: the
    situations that the proof is about, where the target does not say that.
    """

    faults: tuple[ArtifactFault, ...]
    parts: int
    shared_digest: str = ""
    decided: str = ""


class UnprovedArtifact(Exception):
    """An artifact could not be proved to decide as its spec."""


class UnsupportedArtifact(Exception):
    """A spec, or a part of one, cannot be said in a target language; the message says why."""
