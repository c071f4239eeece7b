"""Plots of the benchmarks, as SVG: a bar for each cell, with the spread of its rounds.

Bars are on one scale from zero. Colours are those of the page on which they are shown: text takes
`currentColor`, and a style of its own follows the reader's choice of light or dark.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from bench.frame import Column

WIDTH: Final = 760
_LABEL, _VALUE = 240, 110
_TOP, _ROW, _BAR, _GAP = 34, 30, 16, 26
_STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.bar { fill: #8c959f } .ours { fill: #0969da } .spread { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #4493f8 } .spread { stroke: #e6edf3 }
}
</style>"""


def bars(kept: Mapping[str, Any]) -> str:
    """Return the plot of a case: its first column, and what else it compares."""
    columns = [Column(**one) for one in kept["columns"]]
    shown = [columns[0], *(one for one in columns[1:] if one.ratio is not None)]
    runs: Mapping[str, Sequence[Mapping[str, float]]] = kept["runs"]
    parts: list[str] = []
    top = 0
    for column in shown:
        values = {name: [one[column.key] for one in some] for name, some in runs.items()}
        parts += _chart(column, values, top)
        top += _TOP + _ROW * len(values) + _GAP
    height = max(top - _GAP, _TOP)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(kept["title"], quote=True)}">'
    )
    return "\n".join([head, _STYLE, *parts, "</svg>"]) + "\n"


def _chart(column: Column, values: Mapping[str, Sequence[float]], top: int) -> list[str]:
    most = max((max(some) for some in values.values()), default=0.0) or 1.0
    scale = (WIDTH - _LABEL - _VALUE) / most
    parts = [f'<text class="title" x="0" y="{top + 16}">{escape(column.title)}</text>']
    for number, (name, some) in enumerate(values.items()):
        y = top + _TOP + _ROW * number
        middle = y + _BAR / 2
        kind = "bar ours" if number == 0 else "bar"
        median = statistics.median(some)
        low, high = _LABEL + scale * min(some), _LABEL + scale * max(some)
        parts += [
            f'<text x="{_LABEL - 10}" y="{y + 13}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{_LABEL}" y="{y}" width="{scale * median:.1f}" '
            f'height="{_BAR}" rx="2"/>',
            f'<line class="spread" x1="{low:.1f}" y1="{middle:g}" x2="{high:.1f}" '
            f'y2="{middle:g}"/>',
            f'<text x="{max(high, _LABEL + scale * median) + 8:.1f}" y="{y + 13}">'
            f"{median:,.{column.digits}f}</text>",
        ]
    return parts
