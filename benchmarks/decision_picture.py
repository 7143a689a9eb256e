"""The picture of the decision benchmark: µs a decision of each engine, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Medians = Mapping[tuple[str, int], Mapping[str, float]]  # By workload and rules, by engine: µs.
WIDTH, STEP = 400, 17  # Pixels: of a panel, and of an engine in it.
PADDING = {"left": 45, "right": 20, "top": 5, "bottom": 5}  # Where other fonts are wider.
SHAPES = ("circle", "square", "triangle-up", "diamond")


def write_picture(medians: Medians, target: Path) -> None:
    """Write a picture (SVG) of the medians, a panel for each workload."""
    import altair
    import vl_convert

    rows = [
        {"workload": kind, "rules": f"{count:,}", "engine": engine, "µs": value}
        for (kind, count), some in medians.items()
        for engine, value in some.items()
    ]
    engines = list(dict.fromkeys(str(row["engine"]) for row in rows))
    sizes = [f"{count:,}" for count in sorted({count for _, count in medians})]
    workloads = list(dict.fromkeys(kind for kind, _ in medians))
    ours = f"indexof(datum.value, {'specdsl'!r}) == 0"
    labels = altair.Axis(
        labelLimit=300, labelFontWeight=altair.ExprRef(f"{ours} ? 'bold' : 'normal'")
    )
    chart = (
        altair.Chart(altair.Data(values=rows), width=WIDTH, height=altair.Step(STEP))  # type: ignore[no-untyped-call]
        .mark_point(filled=True, size=55, opacity=0.9)
        .encode(
            x=altair.X(
                "µs:Q",
                scale=altair.Scale(type="log"),
                title="µs a decision (less is better)",
                axis=altair.Axis(format=",", tickCount=6),
            ),
            y=altair.Y("engine:N", sort=engines, title=None, axis=labels),
            color=altair.Color("rules:N", sort=sizes, scale=altair.Scale(domain=sizes)),
            shape=altair.Shape(
                "rules:N", sort=sizes, scale=altair.Scale(domain=sizes, range=SHAPES[: len(sizes)])
            ),
            column=altair.Column("workload:N", sort=workloads, title=None),
        )
    ).configure(background="white", padding=PADDING)
    target.write_text(vl_convert.vegalite_to_svg(chart.to_json()), encoding="utf-8")
