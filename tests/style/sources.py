"""The checkout's own files, as the style tests see them: what git has or would take, sorted by path."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("livecart", "signaling", "media", "scripts", "bench")
# Built or brought, never written here; only looked at where git is missing.
_NOT_OURS = {".venv", "node_modules", "static", "__pycache__", "dist", "build", ".data", "output", ".git"}


@cache
def files() -> tuple[Path, ...]:
    """Paths relative to the root; in an unpacked archive without git, every file outside the built folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        names = [path for path in found if not _NOT_OURS.intersection(path.parts)]
    return tuple(sorted(path for path in set(names) if (ROOT / path).is_file()))


def python_files(*folders: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in folders]


def is_migration(path: Path) -> bool:
    """A migration says what one version's tables were; it is written once and never grows."""
    return "versions" in path.parts and "migrations" in path.parts


def text(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")
