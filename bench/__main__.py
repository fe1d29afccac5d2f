"""All benchmarks: `make bench`. Each one prints a row of figures as a line of JSON; here they become tables.

    python -m bench [media] [fanout] [committer] [sale] [claims] [chatting] [packets] [first] [filter] [stage]
        [pages]

The rows also go to bench/results.json, with what the machine was, and pictures of media's and the fan-out's beside it.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.plot import PICTURES, draw

RESULTS = Path(__file__).parent / "results.json"
BENCHMARKS = {
    "media": ("bench.media_relay", "50", "150", "200", "300", "600", "900"),
    "fanout": ("bench.fanout",),
    "committer": ("bench.committer",),
    "sale": ("bench.sale",),
    "claims": ("bench.claims",),
    "chatting": ("bench.chatting",),
    "packets": ("bench.packet_rush",),
    "first": ("bench.first_picture",),
    "filter": ("bench.filter",),
    "stage": ("bench.stage",),
    "pages": ("bench.pages",),
}


def rows_of(name: str) -> list[dict[str, Any]]:
    """Runs one benchmark; a row is shown as soon as it is there, since the steps are long."""
    module, *words = BENCHMARKS[name]
    print(f"\n{name} (python -m {module})", flush=True)
    rows: list[dict[str, Any]] = []
    with subprocess.Popen([sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            rows.append(json.loads(line))
            if len(rows) == 1 or rows[-1].keys() != rows[-2].keys():
                print("  ".join(f"{key:>14}" for key in rows[-1]))
            print("  ".join(f"{value!s:>14}" for value in rows[-1].values()), flush=True)
    if process.returncode:
        raise SystemExit(f"{module} failed with {process.returncode}")
    return rows


def main() -> None:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = set(wanted) - set(BENCHMARKS)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    results: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {"cores": os.cpu_count(), "kernel": platform.release(), "python": platform.python_version()},
    }
    for name in wanted:
        results[name] = rows_of(name)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for name in set(wanted) & set(PICTURES):
        (RESULTS.parent / f"{name}.svg").write_text(draw(name, results[name]))
    print(f"\nwritten to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


if __name__ == "__main__":
    main()
