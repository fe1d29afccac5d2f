"""Pictures drawn anew by the real Pillow and kept in a real folder."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from livecart.adapters.images import PillowPictures, draw, picture_file, picture_names
from livecart.domain.errors import InvalidError, UnavailableError
from livecart.domain.picture import LARGE, SMALL, check_picture
from tests.support.pictures import MARK, photo, picture, png, polyglot

FUTURE_MS = 10**13


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[PillowPictures]:
    pictures = PillowPictures(tmp_path / "images")
    yield pictures
    pictures.close()


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw))
    image.load()
    return image


def drawn(raw: bytes) -> dict[int, bytes]:
    return draw(raw, check_picture(raw))


async def test_a_picture_is_kept_in_two_sizes_under_the_hash_of_its_content(kept: PillowPictures) -> None:
    raw = picture("PNG", (3_000, 1_500))
    digest = await kept.keep(raw)
    assert await kept.keep(raw) == digest
    assert picture_names(kept.folder) == sorted(f"{digest}-{side}.webp" for side in (LARGE, SMALL))
    files = [picture_file(kept.folder, f"{digest}-{side}.webp").read_bytes() for side in (LARGE, SMALL)]
    assert [opened(file).size for file in files] == [(1_200, 600), (300, 150)]
    assert [opened(file).format for file in files] == ["WEBP", "WEBP"]
    assert await kept.keep(picture("PNG", (3_000, 1_400))) != digest


def test_a_photo_stands_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    raw = photo("51 deg 30 N")
    assert b"51 deg 30 N" in raw
    for side, size in ((LARGE, (300, 400)), (SMALL, (225, 300))):
        found = drawn(raw)[side]
        image = opened(found)
        assert (image.size, dict(image.getexif())) == (size, {})
        assert b"51 deg" not in found
        assert b"EXIF" not in found
        # What was left is above now.
        red, _, blue = image.getpixel((size[0] // 2, 10))  # type: ignore[misc]
        assert blue > red


def test_what_else_is_in_the_file_stays_behind() -> None:
    raw = polyglot()
    assert raw.count(MARK) == 2
    assert all(MARK not in found and b"<html>" not in found for found in drawn(raw).values())


@pytest.mark.parametrize(
    ("raw", "mode"),
    [
        (picture("JPEG", mode="CMYK"), "RGB"),
        (picture("JPEG", mode="L"), "RGB"),
        (picture("PNG", mode="1"), "RGB"),
        (picture("PNG", mode="P"), "RGB"),
        (picture("PNG", mode="P", transparency=0), "RGBA"),
        (picture("PNG", mode="LA"), "RGBA"),
        (picture("PNG", mode="I;16"), "RGB"),
        (picture("WEBP", mode="RGBA"), "RGBA"),
        (picture("PNG", (1, 1)), "RGB"),
        (picture("PNG", (20_000, 1)), "RGB"),
    ],
)
def test_every_kind_of_colour_becomes_rgb(raw: bytes, mode: str) -> None:
    # WebP keeps no alpha where nothing shines through.
    assert opened(drawn(raw)[LARGE]).mode in {mode, "RGB"}


@pytest.mark.parametrize("mode", ["P", "1", "I;16", "RGB"])
def test_a_large_picture_of_every_kind_is_averaged_and_not_thinned_out(mode: str) -> None:
    """Black and white by turns is grey from afar."""
    lines = Image.new("L", (2_400, 2_400))
    for row in range(0, 2_400, 2):
        lines.paste(255, (0, row, 2_400, row + 1))
    out = BytesIO()
    wide = lines.convert("I").point(lambda value: value * 256) if mode == "I;16" else lines
    wide.convert(mode).save(out, "PNG")
    assert opened(drawn(out.getvalue())[LARGE]).getpixel((600, 600)) == pytest.approx((128, 128, 128), abs=12)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    out = BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(out, "PNG")
    assert opened(drawn(out.getvalue())[LARGE]).getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
async def test_what_is_cut_short_is_refused_and_leaves_nothing(kept: PillowPictures, kind: str, part: float) -> None:
    noise = Image.effect_noise((200, 200), 90)
    out = BytesIO()
    noise.save(out, kind)
    raw = out.getvalue()
    with pytest.raises(InvalidError) as refusal:
        await kept.keep(raw[: int(len(raw) * part)])
    assert refusal.value.code == "bad_image"
    assert picture_names(kept.folder) == []


async def test_a_header_that_lies_about_its_data_is_refused(kept: PillowPictures) -> None:
    with pytest.raises(InvalidError) as refusal:
        await kept.keep(png(500, 500, b"\0" * 100))
    assert refusal.value.code == "bad_image"


@settings(max_examples=60)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255))))
def test_damage_is_drawn_or_refused_and_nothing_else(kind: str, changes: list[tuple[int, int]]) -> None:
    raw = bytearray(picture(kind))
    for at, value in changes:
        raw[at % len(raw)] = value
    try:
        found = drawn(bytes(raw))
    except InvalidError:
        return
    assert opened(found[SMALL]).format == "WEBP"


async def test_too_many_at_once_are_told_to_come_again(tmp_path: Path) -> None:
    pictures = PillowPictures(tmp_path, waiting_max=2)
    answers = await asyncio.gather(*(pictures.keep(picture()) for _ in range(3)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, UnavailableError)]
    assert [(refusal.code, refusal.retry_after_ms) for refusal in refused] == [("busy", 5_000)]
    pictures.close()


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "images").write_text("a file where the folder should be")
    pictures = PillowPictures(tmp_path / "images")
    with pytest.raises(UnavailableError):
        await pictures.keep(picture())
    pictures.close()


async def test_only_what_is_old_and_unused_is_forgotten(kept: PillowPictures) -> None:
    used, unused = await kept.keep(picture()), await kept.keep(picture(size=(9, 9)))
    part = kept.folder / unused[:2] / ".part-x"
    part.write_bytes(b"left over")
    note = kept.folder / unused[:2] / "note.txt"
    note.write_text("the operator's own")
    assert await kept.forget_unused({used}, int(time.time() * 1000) - 60_000) == 0
    for file in (part, *(picture_file(kept.folder, f"{unused}-{side}.webp") for side in (LARGE, SMALL))):
        os.utime(file, (1, 1))
    assert await kept.forget_unused({used}, int(time.time() * 1000) - 60_000) == 3
    assert {name[:64] for name in picture_names(kept.folder)} == {used}
    assert note.exists()


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "0a-300.webp", f"{'0a' * 32}-300.webp/..", f"{'0A' * 32}-300.webp"]
)
def test_no_other_name_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        picture_file(Path("images"), name)
