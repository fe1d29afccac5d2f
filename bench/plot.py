"""The media benchmark as a picture: CPU per delivered packet and p99 delay against viewers, as plain SVG.

python -m bench.plot bench/results.json docs/media.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, GAP = 400, 260, 54, 44, 70
COLOURS = {"livecart": "#0a7d55", "janus-1": "#c2410c", "janus": "#9a3412"}
NAMES = {"livecart": "livecart", "janus-1": "Janus, event_loops = 1", "janus": "Janus as shipped"}
PANELS = (
    ("us_per_packet", "CPU per delivered packet, µs", 32.0),
    ("delay_p99_ms", "p99 frame delay over the minimum, ms", 250.0),
)


def points(rows: list[dict[str, Any]], server: str, figure: str) -> list[tuple[int, float]]:
    """Medians by number of viewers; a size at which the server lost packets is left out."""
    found: dict[int, list[float]] = {}
    for row in rows:
        if row["server"] == server and row[figure] is not None and row["loss_percent"] <= 0.1:
            found.setdefault(row["viewers"], []).append(row[figure])
    return [(viewers, median(values)) for viewers, values in sorted(found.items())]


def panel(rows: list[dict[str, Any]], left: float, figure: str, title: str, ceiling: float) -> list[str]:
    """One diagram; what is above `ceiling` leaves it at the top."""
    lines = {server: points(rows, server, figure) for server in COLOURS}
    most = max((viewers for line in lines.values() for viewers, _ in line), default=100)
    highest = min(ceiling, 1.15 * max((value for line in lines.values() for _, value in line), default=1.0))

    def place(viewers: float, value: float) -> tuple[float, float]:
        return left + viewers / most * WIDTH, TOP + HEIGHT - min(value / highest, 1.0) * HEIGHT

    out = [f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{title}</text>']
    for step in range(5):
        value = highest * step / 4
        x, y = place(most * step / 4, value)
        out.append(f'<path d="M{left} {y:.1f}h{WIDTH}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
        out.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{most * step // 4}</text>')
    out.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">viewers, one core</text>')
    for server, line in lines.items():
        places = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[server]}" stroke-width="2.5"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[server]}"/>' for x, y in places]
    return out


def draw(rows: list[dict[str, Any]]) -> str:
    """The whole picture."""
    width, height = 2 * (LEFT + WIDTH) + GAP, TOP + HEIGHT + 76
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        ' font-size="12" fill="#333" role="img"><title>livecart and Janus: CPU and delay against viewers</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for index, (figure, title, ceiling) in enumerate(PANELS):
        out += panel(rows, LEFT + index * (WIDTH + GAP), figure, title, ceiling)
    for index, (server, colour) in enumerate(COLOURS.items()):
        x, y = LEFT + index * 200, height - 12
        out.append(
            f'<circle cx="{x}" cy="{y - 4}" r="5" fill="{colour}"/><text x="{x + 10}" y="{y}">{NAMES[server]}</text>'
        )
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(draw(json.loads(Path(sys.argv[1]).read_text())["media"]))
