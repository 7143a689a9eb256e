"""Registry of output formats: the shape that the findings and every analysis share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from specdsl.reports.style import Style

Result = TypeVar("Result")
Renderer = Callable[[Result, Style], str]
Formats = Mapping[str, Renderer[Result]]  # By the name in `--output-format`; the first is usual.
