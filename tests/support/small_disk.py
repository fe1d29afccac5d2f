"""A disk with little room, to be filled and emptied: a file system in memory that only root may mount."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_a_small_disk = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="needs root and mount")

_CHUNK = b"\0" * 65_536


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """To the last byte."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (len(_CHUNK), 4_096, 1):
                try:
                    while file.write(_CHUNK[:size]) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self._filler.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Whoever writes there has ended when the context does. Not below pytest's folders, which are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="lc-disk-"))
    options = f"size={megabytes}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "livecart", str(folder)], check=True, timeout=10)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=10)
        folder.rmdir()
