from __future__ import annotations

from typing import Any

from bench.plot import PICTURES, draw
from bench.table import table


def row(server: str, rate: int, cost: float, delivered: float = 100.0) -> dict[str, Any]:
    figures = {"us_per_message": cost, "late_p99_ms": 10 * cost, "delivered_percent": delivered}
    return {"server": server, "sockets": 2_000, "rate": rate, **figures}


ROWS = [
    row("livecart", 20, 3.0),
    row("livecart", 20, 5.0),
    row("livecart", 20, 4.0),
    row("socket.io", 20, 20.0),
    row("socket.io", 100, 8.0, 40.0),
    {"storm": "join", "sockets": 5_000},
]


def test_the_table_has_medians_and_says_who_fell_behind() -> None:
    assert table(ROWS) == [
        "| 2,000 | 20 | 4.0 | 20.0 | 40 | 200 |",
        "| 2,000 | 100 |  | 8.0, 40 % came in time |  | 80, 40 % came in time |",
    ]


def test_the_picture_has_a_line_for_each_that_kept_up() -> None:
    drawn = draw("fanout", ROWS)
    assert drawn.count("<circle") == 2 * 2 + len(PICTURES["fanout"].lines)
