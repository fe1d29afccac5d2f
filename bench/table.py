"""The fan-out's rows of README.md, made of bench/results.json: medians where something was measured more than once.

python -m bench.table bench/results.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, Any]
SERVERS = ("livecart", "socket.io")
FULL_PERCENT = 99


def cell(rows: list[Row], key: str, digits: int) -> str:
    """One figure; a server that fell behind is said to."""
    if not rows:
        return ""
    value = f"{median(row[key] for row in rows):,.{digits}f}"
    behind = median(row["delivered_percent"] for row in rows)
    return value if behind >= FULL_PERCENT else f"{value}, {behind:.0f} % came in time"


def table(rows: list[Row]) -> list[str]:
    """Sorted by sockets, then by messages a second."""
    measured = [row for row in rows if "rate" in row]
    out = []
    for sockets, rate in sorted({(row["sockets"], row["rate"]) for row in measured}):
        here = [row for row in measured if (row["sockets"], row["rate"]) == (sockets, rate)]
        of = {server: [row for row in here if row["server"] == server] for server in SERVERS}
        costs = [cell(of[server], "us_per_message", 1) for server in SERVERS]
        delays = [cell(of[server], "late_p99_ms", 0) for server in SERVERS]
        out.append(f"| {sockets:,} | {rate} | {' | '.join([*costs, *delays])} |")
    whole = {row["whole_run"]: f"{row['us_per_message']:.2f}" for row in rows if "whole_run" in row}
    if whole:
        out.append(f"| the whole run | | {' | '.join(whole.get(server, '') for server in SERVERS)} | | |")
    return out


def main() -> None:
    """Print them."""
    print("\n".join(table(json.loads(Path(sys.argv[1]).read_text())["fanout"])))


if __name__ == "__main__":
    main()
