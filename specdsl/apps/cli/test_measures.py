"""Measures of a test suite, beyond pass and fail: coverage and mutation score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from specdsl.base.plain_text import json_text
from specdsl.base.quick_dataclass import dataclass
from specdsl.pipeline import Loaded
from specdsl.reports import Formats, Style

if TYPE_CHECKING:
    from specdsl.analyses.coverage import Coverage
    from specdsl.analyses.mutation import MutationScore


@dataclass(frozen=True, slots=True)
class TestMeasures:
    """The selected measures; `mutants` is the maximal number of mutants, 0 for none."""

    coverage: bool
    mutants: int

    @property
    def any_selected(self) -> bool:
        return self.coverage or bool(self.mutants)

    def measure_specs(self, loaded: Iterable[Loaded]) -> Iterator[Coverage | MutationScore]:
        """Yield each measure of each spec as soon as it is computed."""
        if not self.any_selected:
            return
        from specdsl.analyses.coverage import measure_coverage
        from specdsl.analyses.mutation import mutation_score
        from specdsl.api import Spec, start_session

        for one in loaded:
            spec = Spec(one, None)
            if self.coverage:
                yield measure_coverage(start_session(spec))
            if self.mutants:
                yield mutation_score(spec, self.mutants)


def _render_text(found: Sequence[Coverage | MutationScore], style: Style) -> str:
    from specdsl.analyses.coverage import Coverage
    from specdsl.analyses.coverage.coverage_text import render_coverage_text
    from specdsl.analyses.mutation.mutation_text import render_score_text

    return "".join(
        "\n"
        + (
            render_coverage_text(one, style)
            if isinstance(one, Coverage)
            else render_score_text(one, style)
        )
        for one in found
    )


def _render_json(found: Sequence[Coverage | MutationScore], style: Style) -> str:
    """Return an object with a list for each measure."""
    from specdsl.analyses.coverage import Coverage
    from specdsl.analyses.coverage.coverage_json import coverage_dict
    from specdsl.analyses.mutation.mutation_json import score_dict

    lists: dict[str, list[dict[str, Any]]] = {"coverage": [], "mutants": []}
    for one in found:
        if isinstance(one, Coverage):
            lists["coverage"].append(coverage_dict(one))
        else:
            lists["mutants"].append(score_dict(one))
    filled = {name: listed for name, listed in lists.items() if listed}
    return json_text({"version": 1, **filled}, indent=2, only_ascii=False) + "\n"


MEASURE_FORMATS: Formats[Sequence[Coverage | MutationScore]] = {
    "text": _render_text,
    "concise": _render_text,
    "json": _render_json,
}
