"""What a product picture may be, judged from its first bytes: kind and size, read before anybody decodes a pixel.

A file of a few kilobytes can unfold to gigabytes, so the header is read here, by hand, and only a picture whose size
is in order reaches a decoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from livecart.domain.errors import InvalidError

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 25_000_000
SIDE_MAX = 20_000
# A progressive JPEG has about ten scans. Each is a pass over the whole picture, and a small file can hold thousands.
JPEG_SCANS_MAX = 100
# The longer side of what is kept, in pixels.
LARGE, SMALL = 1_200, 300

_PATH = re.compile(rf"/images/([0-9a-f]{{64}})-({LARGE}|{SMALL})\.webp")
_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers of ITU-T T.81 table B.1: C0 to CF but for DHT, JPG and DAC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class PictureKind(StrEnum):
    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


@dataclass(frozen=True, slots=True)
class PictureHeader:
    kind: PictureKind
    width: int
    height: int


def picture_path(digest: str, side: int = LARGE) -> str:
    """Where a kept picture is served."""
    return f"/images/{digest}-{side}.webp"


def digest_of(path: str) -> str | None:
    """The hash of one of our own pictures; None for one that lies elsewhere."""
    match = _PATH.fullmatch(path)
    return match[1] if match else None


def check_picture(raw: bytes) -> PictureHeader:
    """The header of a picture that may be decoded. Raises InvalidError: `bad_image`, `animated`, `too_many_pixels`,
    `unsupported_media_type`."""
    try:
        header = _read(raw)
    except (IndexError, ValueError) as error:
        raise InvalidError("the picture is damaged or cut short", code="bad_image") from error
    if not (header.width and header.height):
        raise InvalidError("the picture has no size", code="bad_image")
    if max(header.width, header.height) > SIDE_MAX or header.width * header.height > PIXELS_MAX:
        most = f"{PIXELS_MAX // 1_000_000} million pixels, {SIDE_MAX} on a side"
        raise InvalidError(f"the picture has more than {most}", code="too_many_pixels")
    return header


def _read(raw: bytes) -> PictureHeader:
    readers: dict[bytes, Callable[[bytes], PictureHeader]] = {b"\xff\xd8\xff": _jpeg, _PNG: _png, b"RIFF": _webp}
    for start, reader in readers.items():
        if raw.startswith(start):
            return reader(raw)
    raise InvalidError("a picture is JPEG, PNG or WebP", code="unsupported_media_type")


def _jpeg(raw: bytes) -> PictureHeader:
    """ITU-T T.81 annex B.2.2. Entropy-coded data never holds FF DA, since FF is followed by a zero there."""
    if raw.count(b"\xff\xda") > JPEG_SCANS_MAX:
        raise InvalidError("the picture has too many scans", code="bad_image")
    at = 2
    while True:
        if raw[at] != 0xFF:
            raise ValueError("no marker")
        marker = raw[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
            continue
        length = _whole(raw, at + 2, 2, "big")
        if marker in _JPEG_FRAMES:
            return PictureHeader(PictureKind.JPEG, _whole(raw, at + 7, 2, "big"), _whole(raw, at + 5, 2, "big"))
        if marker in {0xD9, 0xDA} or length < 2:
            raise ValueError("no frame before the data")
        at += 2 + length


def _png(raw: bytes) -> PictureHeader:
    """PNG third edition, 11.2.1; `acTL` before the data makes it an animation (11.3.6)."""
    width = height = None
    for kind, body in _png_chunks(raw):
        if width is None or height is None:
            if kind != b"IHDR":
                raise ValueError("IHDR does not come first")
            width, height = _whole(raw, body, 4, "big"), _whole(raw, body + 4, 4, "big")
        elif kind == b"acTL":
            raise _animated()
        elif kind == b"IDAT":
            return PictureHeader(PictureKind.PNG, width, height)
    raise ValueError("no data")


def _png_chunks(raw: bytes) -> Iterator[tuple[bytes, int]]:
    at = len(_PNG)
    while at + 8 <= len(raw):
        yield raw[at + 4 : at + 8], at + 8
        at += 12 + _whole(raw, at, 4, "big")


def _webp(raw: bytes) -> PictureHeader:
    """RFC 9649 section 2; the sizes of the three kinds of first chunk stand in 2.5, 2.6 and 2.7."""
    if raw[8:12] != b"WEBP":
        raise InvalidError("a picture is JPEG, PNG or WebP", code="unsupported_media_type")
    kind, body = raw[12:16], 20
    if kind == b"VP8X":
        if raw[body] & 0x02:
            raise _animated()
        return PictureHeader(
            PictureKind.WEBP, _whole(raw, body + 4, 3, "little") + 1, _whole(raw, body + 7, 3, "little") + 1
        )
    if kind == b"VP8L" and raw[body] == 0x2F:
        bits = _whole(raw, body + 1, 4, "little")
        return PictureHeader(PictureKind.WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and raw[body + 3 : body + 6] == b"\x9d\x01\x2a":
        width, height = _whole(raw, body + 6, 2, "little"), _whole(raw, body + 8, 2, "little")
        return PictureHeader(PictureKind.WEBP, width & 0x3FFF, height & 0x3FFF)
    raise ValueError("no picture in the file")


def _whole(raw: bytes, at: int, size: int, order: str) -> int:
    part = raw[at : at + size]
    if len(part) < size:
        raise IndexError("cut short")
    return int.from_bytes(part, "big" if order == "big" else "little")


def _animated() -> InvalidError:
    return InvalidError("the picture moves; a product's picture stands still", code="animated")
