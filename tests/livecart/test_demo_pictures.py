"""What the demo draws: of the size that it says, in many colours, and another picture for each thing."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from livecart.demo import GOODS
from livecart.demo_pictures import COVER, SIDE, cover_picture, goods_picture

MANY_COLOURS = 200


def colours_in(raw: bytes, size: tuple[int, int]) -> int:
    with Image.open(BytesIO(raw), formats=["PNG"]) as picture:
        assert (picture.size, picture.mode) == (size, "RGB")
        return len(picture.getcolors(picture.width * picture.height) or ())


def test_each_of_the_goods_has_a_picture_of_its_own() -> None:
    drawn = [goods_picture(title) for title, _ in GOODS]
    assert all(colours_in(raw, (SIDE, SIDE)) > MANY_COLOURS for raw in drawn)
    assert len(set(drawn)) == len(GOODS)
    with pytest.raises(KeyError):
        goods_picture("Something else")


def test_the_cover_shows_all_of_them() -> None:
    assert colours_in(cover_picture(), COVER) > MANY_COLOURS
