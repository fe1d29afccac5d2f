"""Taking the wall's pictures by the clock: a few shows at a time, so that one that is slow keeps none of the others."""

from __future__ import annotations

import asyncio

import structlog

from livecart.domain.errors import LivecartError
from livecart.domain.ids import ShowId
from livecart.services.wall import WallCamera

# Each waits up to a second for its publisher's key frame.
AT_ONCE = 8

_log = structlog.get_logger(__name__)


async def take_due(camera: WallCamera) -> None:
    """Raises UnavailableError when nobody can say whose turn it is."""
    places = asyncio.Semaphore(AT_ONCE)

    async def take(show: ShowId) -> None:
        async with places:
            try:
                await camera.take(show)
            except LivecartError as error:
                # The old picture stays for its minute; in ten seconds there is another try.
                _log.info("no picture of a show", show=show, code=error.code, fault=error.message)

    due = await camera.due()
    async with asyncio.TaskGroup() as tasks:
        for show in due:
            tasks.create_task(take(show))
