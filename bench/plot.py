"""The benchmarks of media and of the fan-out as pictures, each two diagrams of cost and delay, as plain SVG.

python -m bench.plot bench/results.json media docs/images/media.svg
python -m bench.plot bench/results.json fanout docs/images/fanout.svg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, GAP = 400, 260, 54, 44, 70
Row = dict[str, Any]
Points = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """Some of the rows, drawn in one colour."""

    name: str
    colour: str
    has: Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a diagram shows of the rows; what is above `ceiling` leaves it at the top."""

    key: str
    title: str
    ceiling: float


@dataclass(frozen=True, slots=True)
class Picture:
    """`across`: the key of the rows that the horizontal axis shows."""

    title: str
    across: str
    axis: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]


def media_line(server: str, name: str, colour: str) -> Line:
    """A size at which the server lost packets is left out."""
    return Line(name, colour, lambda row: row["server"] == server and row["loss_percent"] <= 0.1)


def fanout_line(server: str, rate: int, colour: str) -> Line:
    """A size at which messages did not come in time to be counted is left out."""

    def has(row: Row) -> bool:
        mine = row.get("server") == server and row.get("rate") == rate
        return mine and row["delivered_percent"] >= 99

    return Line(f"{server}, {rate} messages/s", colour, has)


PICTURES = {
    "media": Picture(
        "livecart and Janus: CPU and delay against viewers",
        "viewers",
        "viewers, one core",
        (
            media_line("livecart", "livecart", "#0a7d55"),
            media_line("janus-1", "Janus, event_loops = 1", "#c2410c"),
            media_line("janus", "Janus as shipped", "#9a3412"),
        ),
        (
            Figure("us_per_packet", "CPU per delivered packet, µs", 32.0),
            Figure("delay_p99_ms", "p99 frame delay over the minimum, ms", 250.0),
        ),
    ),
    "fanout": Picture(
        "livecart and socket.io: CPU and delay against sockets",
        "sockets",
        "sockets, one core",
        (
            fanout_line("livecart", 20, "#0a7d55"),
            fanout_line("livecart", 100, "#34b488"),
            fanout_line("socket.io", 20, "#c2410c"),
            fanout_line("socket.io", 100, "#f08a4b"),
        ),
        (
            Figure("us_per_message", "CPU per delivered message, µs", 25.0),
            Figure("late_p99_ms", "p99 from when it was due to the viewer, ms", 400.0),
        ),
    ),
}


def points(rows: list[Row], across: str, line: Line, key: str) -> Points:
    """Medians by what the axis shows."""
    found: dict[int, list[float]] = {}
    for row in rows:
        if line.has(row) and row[key] is not None:
            found.setdefault(row[across], []).append(row[key])
    return [(number, median(values)) for number, values in sorted(found.items())]


def panel(rows: list[Row], left: float, picture: Picture, figure: Figure) -> list[str]:
    """One diagram."""
    lines = [(line, points(rows, picture.across, line, figure.key)) for line in picture.lines]
    most = max((number for _, line in lines for number, _ in line), default=100)
    highest = min(figure.ceiling, 1.15 * max((value for _, line in lines for _, value in line), default=1.0))

    def place(number: float, value: float) -> tuple[float, float]:
        return left + number / most * WIDTH, TOP + HEIGHT - min(value / highest, 1.0) * HEIGHT

    out = [f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{figure.title}</text>']
    for step in range(5):
        value = highest * step / 4
        x, y = place(most * step / 4, value)
        out.append(f'<path d="M{left} {y:.1f}h{WIDTH}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
        out.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{most * step // 4}</text>')
    out.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">{picture.axis}</text>')
    for line, found in lines:
        places = [place(*point) for point in found]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="2.5"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{line.colour}"/>' for x, y in places]
    return out


def draw(name: str, rows: list[Row]) -> str:
    """The whole picture."""
    picture = PICTURES[name]
    width, height = 2 * (LEFT + WIDTH) + GAP, TOP + HEIGHT + 76
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        f' font-size="12" fill="#333" role="img"><title>{picture.title}</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for index, figure in enumerate(picture.figures):
        out += panel(rows, LEFT + index * (WIDTH + GAP), picture, figure)
    for index, line in enumerate(picture.lines):
        x, y = LEFT + index * 200, height - 12
        out.append(
            f'<circle cx="{x}" cy="{y - 4}" r="5" fill="{line.colour}"/><text x="{x + 10}" y="{y}">{line.name}</text>'
        )
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    results, wanted, file = sys.argv[1:]
    Path(file).write_text(draw(wanted, json.loads(Path(results).read_text())[wanted]))
