"""An operator at the command line, whose commands have loaded their modules before he types them (cradle.py).

What a command line itself does (exit codes, one line for a fault, standard input) is tested with real ones, in
tests/livecart/commands.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.cradle import cradle
from tests.support.running_shop import ROOT

PATIENCE_S = 120.0


def livecart(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`livecart words`, with more in its environment."""
    settings = {**os.environ, **environment}
    if sys.platform != "linux":
        command = [sys.executable, "-m", "livecart", *words]
        return subprocess.run(
            command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    with tempfile.TemporaryDirectory(prefix="lc-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        code = cradle().start(["livecart", *words], settings, out, err).wait(PATIENCE_S)
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())
