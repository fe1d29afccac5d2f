"""Puts the journeys' newest pictures of the pages into docs/images/ui: those that docs/ui.md shows, made small.

`make test` leaves them in tests/output. Run `python -m scripts.ui_pictures` from the repository's root after it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / "tests" / "output"
SHOWN = ROOT / "docs" / "images" / "ui"
PAGE = ROOT / "docs" / "ui.md"
# Pages have few colours; a photograph among them may lose some.
COLOURS = 64


def shown(page: str) -> list[str]:
    """The names of the pictures that the page shows."""
    return re.findall(r"\(images/ui/([\w-]+\.png)\)", page)


def main() -> int:
    SHOWN.mkdir(parents=True, exist_ok=True)
    names = shown(PAGE.read_text())
    missing = [name for name in names if not (MADE / name).exists()]
    for name in names:
        if name in missing:
            continue
        with Image.open(MADE / name) as picture:
            picture.convert("RGB").quantize(COLOURS).save(SHOWN / name, optimize=True)
    for left in SHOWN.glob("*.png"):
        if left.name not in names:
            left.unlink()
    if missing:
        sys.stderr.write(f"no journey has made {', '.join(missing)} yet\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
