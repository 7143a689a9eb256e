"""Measures of a test suite, beyond pass and fail: coverage and mutation score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from specdsl.base.plain_text import json_text
from specdsl.pipeline import Loaded
from specdsl.reports import Style


@dataclass(frozen=True, slots=True)
class TestMeasures:
    """The selected measures; `mutants` is the maximal number of mutants, 0 for none."""

    coverage: bool
    mutants: int

    @property
    def any_selected(self) -> bool:
        return self.coverage or bool(self.mutants)

    def as_texts(self, loaded: Iterable[Loaded], style: Style) -> Iterator[str]:
        """Yield a text for each spec and measure as soon as it is computed."""
        if not self.any_selected:
            return
        from specdsl.analyses.coverage import measure_coverage
        from specdsl.analyses.coverage.coverage_text import as_text as coverage
        from specdsl.analyses.mutation import mutation_score
        from specdsl.analyses.mutation.mutation_text import as_text as mutants
        from specdsl.api import Spec, start_session

        for one in loaded:
            spec = Spec(one, None)
            if self.coverage:
                yield coverage(measure_coverage(start_session(spec)), style)
            if self.mutants:
                yield mutants(mutation_score(spec, self.mutants), style)

    def as_json(self, loaded: Iterable[Loaded]) -> str:
        """Return an object with a list for each measure."""
        from specdsl.analyses.coverage import measure_coverage
        from specdsl.analyses.coverage.coverage_json import coverage_dict
        from specdsl.analyses.mutation import mutation_score
        from specdsl.analyses.mutation.mutation_json import score_dict
        from specdsl.api import Spec, start_session

        specs = [Spec(one, None) for one in loaded]
        found: dict[str, Any] = {"version": 1}
        if self.coverage:
            found["coverage"] = [
                coverage_dict(measure_coverage(start_session(spec))) for spec in specs
            ]
        if self.mutants:
            found["mutants"] = [score_dict(mutation_score(spec, self.mutants)) for spec in specs]
        return json_text(found, indent=2, only_ascii=False) + "\n"
