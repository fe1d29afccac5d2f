"""Taking the wall's pictures: only while somebody looks, each show for itself, and damaged ones cost nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from livecart.domain.errors import InvalidError, UnavailableError
from livecart.domain.ids import ShowId
from livecart.services.ports_wall import Still, WallPicture
from livecart.services.wall import WallCamera
from livecart.wall_pictures import take_due

VP8_HEAD = b"\x10"


class Board:
    def __init__(self, *, looked_at: bool = True) -> None:
        self.looked_at = looked_at
        self.taken: set[ShowId] = set()
        self.pictures: dict[ShowId, WallPicture] = {}

    async def look(self) -> None:
        self.looked_at = True

    async def is_looked_at(self) -> bool:
        return self.looked_at

    async def take_turn(self, show: ShowId) -> bool:
        first = show not in self.taken
        self.taken.add(show)
        return first

    async def keep(self, show: ShowId, picture: WallPicture) -> None:
        self.pictures[show] = picture

    async def find(self, show: ShowId) -> WallPicture | None:
        return self.pictures.get(show)

    async def times(self, shows: Sequence[ShowId]) -> Mapping[ShowId, int]:
        return {show: self.pictures[show].at_ms for show in shows if show in self.pictures}


class Media:
    """`away` is a show whose media process does not answer; `damaged` one whose key frame is none."""

    def __init__(self) -> None:
        self.asked: list[ShowId] = []

    async def still(self, show: ShowId) -> Still | None:
        self.asked.append(show)
        if show == "away":
            raise UnavailableError("the media process does not answer")
        if show == "silent":
            return None
        return Still("vp8", (b"" if show == "damaged" else VP8_HEAD + b"frame",), 7)


class Drawing:
    def __init__(self) -> None:
        self.closed = 0

    async def draw(self, codec: str, frame: bytes) -> bytes:
        if codec != "vp8":
            raise InvalidError("no")
        return b"jpeg of " + frame

    async def close(self) -> None:
        self.closed += 1


class Store:
    def __init__(self, *shows: str) -> None:
        self._shows = [SimpleNamespace(id=ShowId(show)) for show in shows]

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        async def search(_page: object, *, states: object) -> Any:
            del states
            return self._shows

        yield SimpleNamespace(shows=SimpleNamespace(search=search))


def rig(board: Board, *shows: str) -> tuple[WallCamera, Media, Drawing]:
    media, drawing = Media(), Drawing()
    return WallCamera(cast("Any", Store(*shows)), board, media, drawing), media, drawing


async def test_while_nobody_looks_nothing_is_asked_and_drawing_rests() -> None:
    board = Board(looked_at=False)
    camera, media, drawing = rig(board, "one")
    await take_due(camera)
    assert (media.asked, drawing.closed) == ([], 1)


async def test_each_show_has_its_turn_once() -> None:
    board = Board()
    camera, media, drawing = rig(board, "one", "two")
    await take_due(camera)
    await take_due(camera)
    assert sorted(media.asked) == ["one", "two"]
    assert board.pictures[ShowId("one")] == WallPicture(7, b"jpeg of frame")
    assert drawing.closed == 0


async def test_shows_that_fail_cost_the_others_nothing() -> None:
    board = Board()
    camera, media, _ = rig(board, "away", "damaged", "silent", "fine")
    await take_due(camera)
    assert set(media.asked) == {"away", "damaged", "silent", "fine"}
    assert list(board.pictures) == ["fine"]


async def test_without_redis_the_job_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board()

    async def gone() -> bool:
        raise UnavailableError("Redis is away")

    monkeypatch.setattr(board, "is_looked_at", gone)
    camera, _, _ = rig(board, "one")
    with pytest.raises(UnavailableError):
        await take_due(camera)
