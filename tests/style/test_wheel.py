"""The wheel holds the three import packages and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.style.sources import ROOT, files


@pytest.mark.real
def test_the_wheel_holds_exactly_the_three_packages(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"livecart", "signaling", "media"}
    assert len(tops) == 4
    # Data files count too: a Lua script or a migration that is left behind breaks only the installed product.
    ours = {str(path) for path in files() if path.parts[0] in {"livecart", "signaling", "media"}}
    assert ours <= names
    static = ROOT / "livecart" / "static"
    assert {str(path.relative_to(ROOT)) for path in static.rglob("*") if path.is_file()} <= names
