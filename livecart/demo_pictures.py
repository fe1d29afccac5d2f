"""What the demo shop's goods and topic look like: drawn here, so that nobody's photographs come with the program.

Each thing is drawn in a square whose sides are 1 long; a pen knows where in the picture that square is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from math import sin

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, ...]

# Pixels.
SIDE = 600
COVER = (960, 540)
# Drawn larger and made smaller: Pillow draws hard edges.
_FINER = 2
_WHITE: Colour = (255, 255, 255)
# With how much of it is seen.
_SHADOW: Colour = (70, 45, 25, 60)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in a square of `unit` pixels that is `left` and `top` of its sides away from the picture's corner."""

    draw: ImageDraw.ImageDraw
    unit: float
    left: float = 0.0
    top: float = 0.0

    def at(self, *places: tuple[float, float]) -> list[tuple[float, float]]:
        return [((x + self.left) * self.unit, (y + self.top) * self.unit) for x, y in places]

    def oval(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.draw.ellipse(self.at((left, top), (right, bottom)), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, round_by: float = 0.0) -> None:
        corners = self.at((left, top), (right, bottom))
        self.draw.rounded_rectangle(corners, radius=round_by * self.unit, fill=colour)

    def shape(self, colour: Colour, *places: tuple[float, float]) -> None:
        self.draw.polygon(self.at(*places), fill=colour)

    def line(self, colour: Colour, width: float, *places: tuple[float, float]) -> None:
        self.draw.line(self.at(*places), fill=colour, width=round(width * self.unit), joint="curve")

    def arc(self, left: float, top: float, right: float, bottom: float, colour: Colour, width: float) -> None:
        """The upper half of an oval's edge."""
        corners = self.at((left, top), (right, bottom))
        self.draw.arc(corners, 180, 360, fill=colour, width=round(width * self.unit))


def _candle(pen: _Pen) -> None:
    pen.oval(0.24, 0.80, 0.76, 0.90, _SHADOW)
    pen.box(0.32, 0.44, 0.68, 0.86, (250, 244, 232), 0.05)
    pen.box(0.32, 0.45, 0.68, 0.60, (250, 244, 232))
    pen.shape((233, 221, 201), (0.62, 0.45), (0.68, 0.45), (0.68, 0.81), (0.665, 0.845), (0.63, 0.86), (0.62, 0.86))
    pen.oval(0.32, 0.40, 0.68, 0.50, (255, 251, 243))
    pen.oval(0.36, 0.42, 0.64, 0.48, (246, 226, 190))
    pen.box(0.40, 0.60, 0.60, 0.74, (193, 124, 84), 0.015)
    pen.line(_WHITE, 0.008, (0.44, 0.65), (0.56, 0.65))
    pen.line(_WHITE, 0.008, (0.46, 0.69), (0.54, 0.69))
    pen.line((90, 62, 48), 0.014, (0.50, 0.45), (0.50, 0.37))
    pen.shape((250, 170, 60), (0.50, 0.17), (0.551, 0.307), (0.50, 0.39), (0.449, 0.307))
    pen.oval(0.445, 0.27, 0.555, 0.39, (250, 170, 60))
    pen.oval(0.472, 0.30, 0.528, 0.38, (255, 236, 170))


def _bag(pen: _Pen) -> None:
    pen.oval(0.18, 0.82, 0.82, 0.90, _SHADOW)
    pen.arc(0.34, 0.14, 0.66, 0.62, (176, 158, 124), 0.035)
    pen.shape((226, 212, 184), (0.22, 0.36), (0.78, 0.36), (0.83, 0.86), (0.17, 0.86))
    pen.shape((213, 197, 166), (0.70, 0.36), (0.78, 0.36), (0.83, 0.86), (0.72, 0.86))
    pen.line((196, 178, 142), 0.008, (0.23, 0.41), (0.77, 0.41))
    for stitch in range(10):
        pen.line((240, 230, 208), 0.008, (0.255 + stitch * 0.045, 0.385), (0.28 + stitch * 0.045, 0.385))
    pen.arc(0.37, 0.22, 0.63, 0.66, (196, 178, 142), 0.035)
    pen.line((78, 110, 98), 0.012, (0.47, 0.76), (0.47, 0.53))
    for height in (0.56, 0.62, 0.68):
        pen.shape((78, 110, 98), (0.47, height + 0.04), (0.37, height), (0.41, height + 0.045))
        pen.shape((104, 138, 122), (0.47, height + 0.03), (0.57, height - 0.02), (0.53, height + 0.03))


def _tea(pen: _Pen) -> None:
    pen.oval(0.14, 0.72, 0.64, 0.82, _SHADOW)
    pen.oval(0.50, 0.79, 0.96, 0.88, _SHADOW)
    pen.oval(0.14, 0.30, 0.62, 0.78, (92, 62, 44))
    pen.oval(0.18, 0.34, 0.58, 0.74, (112, 78, 54))
    pen.oval(0.27, 0.43, 0.49, 0.65, (186, 64, 52))
    pen.oval(0.30, 0.46, 0.46, 0.62, (250, 240, 222))
    pen.shape((104, 138, 92), (0.38, 0.59), (0.33, 0.54), (0.38, 0.49), (0.43, 0.54))
    pen.line((250, 240, 222), 0.008, (0.38, 0.60), (0.38, 0.51))
    pen.oval(0.54, 0.76, 0.92, 0.85, (222, 210, 192))
    pen.shape((248, 244, 236), (0.58, 0.58), (0.88, 0.58), (0.82, 0.80), (0.64, 0.80))
    pen.oval(0.58, 0.53, 0.88, 0.63, (236, 228, 214))
    pen.oval(0.61, 0.55, 0.85, 0.62, (158, 78, 34))
    for steam in (0.67, 0.73, 0.79):
        wave = [(steam + 0.014 * sin(step / 3), 0.51 - step / 100) for step in range(20)]
        pen.line((242, 230, 214), 0.012, *wave)


_WARM = ((250, 226, 200), (222, 178, 140))
_GREEN = ((220, 234, 228), (176, 200, 192))
_BROWN = ((214, 186, 156), (172, 138, 110))
# By the title of what is for sale.
_GOODS: dict[str, tuple[Callable[[_Pen], None], tuple[Colour, Colour]]] = {
    "Hand-poured candle": (_candle, _WARM),
    "Linen tote bag": (_bag, _GREEN),
    "Pu'er tea, 100 g": (_tea, _BROWN),
}


def goods_picture(title: str) -> bytes:
    """A PNG of SIDE x SIDE pixels; raises KeyError for what the demo does not sell."""
    drawing, (above, below) = _GOODS[title]
    picture = _background((SIDE, SIDE), above, below)
    drawing(_Pen(ImageDraw.Draw(picture, "RGBA"), SIDE * _FINER))
    return _png(picture, (SIDE, SIDE))


def cover_picture() -> bytes:
    """All three side by side, a PNG of COVER pixels."""
    picture = _background(COVER, *_WARM)
    draw, side = ImageDraw.Draw(picture, "RGBA"), COVER[1] * _FINER * 0.75
    for left, drawing in ((0.0, _bag), (0.68, _candle), (1.3, _tea)):
        drawing(_Pen(draw, side, left, 0.26))
    return _png(picture, COVER)


def _background(size: tuple[int, int], above: Colour, below: Colour) -> Image.Image:
    """From one colour to the other, lighter in the middle: made small, since nothing in it has an edge."""
    small = (64, 64)
    slope = Image.linear_gradient("L").resize(small)
    picture = Image.composite(Image.new("RGB", small, below), Image.new("RGB", small, above), slope)
    light = Image.new("L", small)
    ImageDraw.Draw(light).ellipse((8, 4, 56, 52), fill=90)
    picture.paste(_WHITE, (0, 0, *small), light.filter(ImageFilter.GaussianBlur(8)))
    wide, high = size
    return picture.resize((wide * _FINER, high * _FINER), Image.Resampling.BICUBIC)


def _png(picture: Image.Image, size: tuple[int, int]) -> bytes:
    out = BytesIO()
    picture.resize(size, Image.Resampling.BOX).save(out, "PNG", compress_level=1)
    return out.getvalue()
