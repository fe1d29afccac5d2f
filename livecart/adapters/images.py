"""The Pictures port on Pillow and a folder: what strangers send is drawn anew, and kept under the hash of its content.

Only pixels get through. EXIF with its place, embedded profiles, and whatever else hid in the file stay behind.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageOps

from livecart.domain.errors import InvalidError, UnavailableError
from livecart.domain.picture import LARGE, SMALL, PictureHeader, PictureKind, check_picture

QUALITY = 82
# One picture is decoded at a time: the largest take 200 (PNG) to 400 MB (WebP) while they are open.
THREADS = 1
WAITING_MAX = 16
_FILE = re.compile(rf"([0-9a-f]{{64}})-({LARGE}|{SMALL})\.webp")
# Written but not yet named: left over by a process that was killed.
_PART = ".part-"

T = TypeVar("T")


class PillowPictures:
    """`folder` may be shared by several processes and machines. Works until `close()`."""

    def __init__(self, folder: Path, *, waiting_max: int = WAITING_MAX) -> None:
        self.folder = folder
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pictures")
        self._waiting = 0
        self._waiting_max = waiting_max

    async def keep(self, raw: bytes) -> str:
        header = check_picture(raw)
        return await self._run(lambda: self._keep(raw, header))

    async def forget_unused(self, used: Collection[str], before_ms: int) -> int:
        return await self._run(lambda: self._forget(frozenset(used), before_ms / 1000))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _keep(self, raw: bytes, header: PictureHeader) -> str:
        drawn = draw(raw, header)
        digest = hashlib.sha256(drawn[LARGE]).hexdigest()
        try:
            for side, content in drawn.items():
                self._write(f"{digest}-{side}.webp", content)
        except OSError as error:
            raise UnavailableError("the picture cannot be kept now", retry_after_ms=10_000) from error
        return digest

    def _write(self, name: str, content: bytes) -> None:
        """The name appears once the whole content is on the disk."""
        folder = picture_file(self.folder, name).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=_PART, dir=folder)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.replace(made, folder / name)  # noqa: PTH105 -- atomic, over an equal file
        except OSError:
            Path(made).unlink(missing_ok=True)
            raise

    def _forget(self, used: frozenset[str], before_s: float) -> int:
        forgotten = 0
        for file in self.folder.glob("??/*"):
            match = _FILE.fullmatch(file.name)
            unused = match[1] not in used if match else file.name.startswith(_PART)
            # Another process may be at the same.
            with suppress(FileNotFoundError):
                # What was written since the list was made may belong to a product by now.
                if unused and file.stat().st_mtime < before_s:
                    file.unlink()
                    forgotten += 1
        return forgotten

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._waiting_max:
            raise UnavailableError("too many pictures at once", code="busy", retry_after_ms=5_000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def picture_file(folder: Path, name: str) -> Path:
    """Where `name` lies; raises ValueError if it is no name of ours."""
    if not _FILE.fullmatch(name):
        raise ValueError(f"no picture is called {name!r}")
    return folder / name[:2] / name


def picture_names(folder: Path) -> list[str]:
    """All picture files that are there."""
    return sorted(file.name for file in folder.glob("??/*") if _FILE.fullmatch(file.name))


def draw(raw: bytes, header: PictureHeader) -> dict[int, bytes]:
    """The picture as WebP, by the length of its longer side. Raises InvalidError `bad_image`."""
    try:
        with Image.open(BytesIO(raw), formats=(header.kind.value,)) as opened:
            if opened.size != (header.width, header.height):
                raise ValueError("the decoder sees another size than the header told")
            if header.kind is PictureKind.JPEG:
                # Decodes at a half, a quarter or an eighth where that is enough.
                opened.draft("RGB", (LARGE, LARGE))
            # Small first, upright then: whatever is done to the whole picture takes its memory once more.
            large = opened if _blends(opened) else _plain(opened)
            large.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
            large = _plain(ImageOps.exif_transpose(large))
        small = large.copy()
        small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        return {LARGE: _webp(large), SMALL: _webp(small)}
    except Exception as error:  # decoders raise whatever they like on bytes that nobody should send
        raise InvalidError("the picture is damaged or cut short", code="bad_image") from error


def _blends(picture: Image.Image) -> bool:
    """Can pixels be averaged? Not numbers of a palette, nor with one colour that stands for glass."""
    return picture.mode in {"RGB", "RGBA", "L", "LA", "CMYK"} and "transparency" not in picture.info


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through."""
    if picture.mode.startswith("I"):
        # 16 bits of grey; Pillow would cut off what is brighter than 255.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    seen_through = picture.mode in {"LA", "PA", "La", "RGBA", "RGBa"} or "transparency" in picture.info
    return picture.convert("RGBA" if seen_through else "RGB")


def _webp(picture: Image.Image) -> bytes:
    out = BytesIO()
    # Said outright: Pillow would take these along from the picture's `info`.
    picture.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
