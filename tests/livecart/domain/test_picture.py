"""What is refused by its header alone, before a decoder sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.picture import (
    JPEG_SCANS_MAX,
    PIXELS_MAX,
    PictureHeader,
    PictureKind,
    check_picture,
    digest_of,
    picture_path,
)
from tests.support.pictures import animated, jpeg, photo, picture, png, polyglot, webp


@pytest.mark.parametrize(
    ("raw", "header"),
    [
        (picture("JPEG"), PictureHeader(PictureKind.JPEG, 64, 48)),
        (picture("JPEG", progressive=True), PictureHeader(PictureKind.JPEG, 64, 48)),
        (picture("JPEG", mode="CMYK"), PictureHeader(PictureKind.JPEG, 64, 48)),
        (photo(), PictureHeader(PictureKind.JPEG, 400, 300)),
        (polyglot(), PictureHeader(PictureKind.JPEG, 64, 48)),
        (picture("PNG"), PictureHeader(PictureKind.PNG, 64, 48)),
        (picture("WEBP"), PictureHeader(PictureKind.WEBP, 64, 48)),
        (picture("WEBP", lossless=True), PictureHeader(PictureKind.WEBP, 64, 48)),
        (picture("WEBP", mode="RGBA"), PictureHeader(PictureKind.WEBP, 64, 48)),
        (webp(1_000, 16_000), PictureHeader(PictureKind.WEBP, 1_000, 16_000)),
        (picture("PNG", (1, 1)), PictureHeader(PictureKind.PNG, 1, 1)),
    ],
)
def test_kind_and_size_are_read_from_the_content(raw: bytes, header: PictureHeader) -> None:
    assert check_picture(raw) == header


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (png(30_000, 30_000), "too_many_pixels"),
        (png(20_001, 1), "too_many_pixels"),
        (png(2**32 - 1, 2**32 - 1), "too_many_pixels"),
        (jpeg(30_000, 30_000), "too_many_pixels"),
        (webp(16_000, 16_000), "too_many_pixels"),
        (png(0, 5), "bad_image"),
        (jpeg(5, 0), "bad_image"),
        (jpeg(64, 64, scans=JPEG_SCANS_MAX + 1), "bad_image"),
        (webp(20, 20, moving=True), "animated"),
        (animated("PNG"), "animated"),
        (animated("WEBP"), "animated"),
        (animated("GIF"), "unsupported_media_type"),
        (picture("BMP"), "unsupported_media_type"),
        (picture("TIFF"), "unsupported_media_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "unsupported_media_type"),
        (b"RIFF\x04\x00\x00\x00WAVEfmt ", "unsupported_media_type"),
        (b"", "unsupported_media_type"),
        (b"\xff\xd8\xff", "bad_image"),
        (b"\xff\xd8\xff\xe0\x00\x00", "bad_image"),
        (b"\xff\xd8\xff\xd9\x00\x02", "bad_image"),
        (picture("PNG")[:20], "bad_image"),
        (picture("PNG")[:33], "bad_image"),
        (picture("WEBP")[:20], "bad_image"),
        (b"RIFF\x00\x00\x00\x00WEBPEXIF" + bytes(20), "bad_image"),
    ],
)
def test_what_may_not_be_decoded_is_refused_by_name(raw: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        check_picture(raw)
    assert refusal.value.code == code


STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBPVP8X", b"RIFF0000WEBPVP8L", b"RIFF0000WEBPVP8 "]


@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(start: bytes, rest: bytes) -> None:
    try:
        header = check_picture(start + rest)
    except InvalidError:
        return
    assert header.width * header.height <= PIXELS_MAX


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 400), st.integers(0, 255))
def test_no_changed_byte_raises_anything_but_a_refusal(kind: str, at: int, value: int) -> None:
    raw = bytearray(picture(kind))
    raw[at % len(raw)] = value
    try:
        check_picture(bytes(raw))
    except InvalidError:
        return


def test_only_names_of_our_own_are_pictures_of_ours() -> None:
    digest = "0a" * 32
    assert digest_of(picture_path(digest)) == digest
    for other in ("/images/x-1200.webp", f"/images/{digest}-400.webp", f"//a/images/{digest}-300.webp", "https://a.b/"):
        assert digest_of(other) is None
