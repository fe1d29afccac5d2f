"""The choice of quality in the media process's words."""

from __future__ import annotations

from typing import cast

import pytest

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.services.ports import MediaGateway
from livecart.services.quality import Quality

SHOW = ShowId("tea")


class Pins:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []

    async def pin(self, show: ShowId, session: str, layer: str | None) -> None:
        self.asked.append((show, session, layer))


@pytest.mark.parametrize(("layer", "pinned"), [("auto", None), ("low", "low"), ("mid", "mid"), ("high", "high")])
async def test_auto_pins_nothing(layer: str, pinned: str | None) -> None:
    media = Pins()
    await Quality(cast("MediaGateway", media)).choose(SHOW, "session", layer)
    assert media.asked == [(SHOW, "session", pinned)]


@pytest.mark.parametrize("layer", ["", "medium", "HIGH", "h"])
async def test_another_layer_is_refused_by_name(layer: str) -> None:
    media = Pins()
    with pytest.raises(InvalidError) as refused:
        await Quality(cast("MediaGateway", media)).choose(SHOW, "session", layer)
    assert set(refused.value.fields) == {"layer"}
    assert media.asked == []
