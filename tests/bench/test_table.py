from __future__ import annotations

from typing import Any

from bench.fanout import whole_run
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
    {"whole_run": "livecart", "us_per_message": 1.5},
    {"whole_run": "socket.io", "us_per_message": 8.25},
    {"storm": "join", "sockets": 5_000},
]


def test_the_table_has_medians_and_says_who_fell_behind() -> None:
    assert table(ROWS) == [
        "| 2,000 | 20 | 4.0 | 20.0 | 40 | 200 |",
        "| 2,000 | 100 |  | 8.0, 40 % came in time |  | 80, 40 % came in time |",
        "| the whole run | | 1.50 | 8.25 | | |",
    ]


def test_the_whole_run_is_all_cpu_by_all_that_came() -> None:
    windows = [("livecart", 1, 10), ("livecart", 2, 20), ("socket.io", 20, 10), ("socket.io", 10, 30)]
    rows = [{"server": name, "cpu_s": cpu / 1e6, "delivered": delivered} for name, cpu, delivered in windows]
    assert [(row["whole_run"], row["us_per_message"], row["times_ours"]) for row in whole_run(rows)] == [
        ("livecart", 0.1, 1.0),
        ("socket.io", 0.75, 7.5),
    ]


def test_the_picture_has_a_line_for_each_that_kept_up() -> None:
    drawn = draw("fanout", ROWS)
    assert drawn.count("<circle") == 2 * 2 + len(PICTURES["fanout"].lines)
