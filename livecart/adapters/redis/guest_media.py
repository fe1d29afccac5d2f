"""The host of one show in a slot of another: which media processes are told what, over the request road.

Of two shows on one process, that process is told. Else the one that has the host is told to feed the other one, and
that one to pull: both get the same credentials and keys, which are drawn here for this one pull and kept nowhere.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence

from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.domain.errors import LivecartError, NotFoundError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports_duels import Pulled

# AES-128-GCM: a key of 16 bytes and a salt of 12.
KEY_BYTES = 28
# Which share of the way to the highest layer the lower ones are, by how many layers there are.
_LOWER = {2: (0.0,), 3: (0.5, 0.0)}


class RedisGuestMedia:
    """The port GuestMedia."""

    def __init__(self, gateway: RedisMediaGateway) -> None:
        self._gateway = gateway

    async def pull(self, show: ShowId, slot: int, source: ShowId, host: PersonId) -> None:
        """Raises NotFoundError when no process has the source, ConflictError when the slot is a caller's."""
        node, there = await self._gateway.place(show), (await self._gateway.places([source])).get(source)
        if there is None:
            raise NotFoundError("no media process has that show")
        asked = {"show": show, "slot": slot, "source": source, "holder": host, "node": there}
        if there == node:
            await self._gateway.ask_node(node, "tap", asked)
            return
        links: list[dict[str, object]] = []
        try:
            at = await self._feed(there, source, links)
            await self._gateway.ask_node(node, "pull", {**asked, "links": links, "at": at})
        except LivecartError:
            for link in links:
                with contextlib.suppress(LivecartError):
                    await self._gateway.ask_node(there, "close", {"show": source, "session": link["session"]})
            raise

    async def _feed(self, there: str, source: ShowId, links: list[dict[str, object]]) -> object:
        """Adds a link for each layer of the host, highest first; answers where they begin."""
        rungs, fed = [1.0], {}
        while len(links) < len(rungs):
            link: dict[str, object] = {"session": f"feed-{secrets.token_hex(16)}", "puller": _end(), "feeder": _end()}
            asked = {"show": source, "layer": rungs[len(links)], **link}
            fed = await self._gateway.ask_node(there, "feed", asked)
            if not links:
                rungs += _LOWER.get(fed["layers"], ())
            links.append(link)
        return fed["at"]

    async def unpull(self, show: ShowId, slot: int, source: ShowId) -> None:
        node = (await self._gateway.places([show])).get(show)
        if node is not None:
            with contextlib.suppress(NotFoundError):
                await self._gateway.ask_node(node, "unpull", {"show": show, "slot": slot, "source": source})

    async def pulled(self) -> Sequence[Pulled]:
        reports = await self._gateway.reports()
        found = [
            (report.node, ShowId(show), each)
            for report in reports
            for show, about in report.shows.items()
            for each in about.get("guests", ())
        ]
        named = {name for _, show, each in found for name in (show, ShowId(each["source"]))}
        places = await self._gateway.places(named)
        return [
            Pulled(show, each["slot"], source, each["live"], places.get(source, each["node"]) != each["node"])
            for node, show, each in found
            # Where the show is no longer, its sessions are being closed.
            if places.get(show, node) == node
            for source in (ShowId(each["source"]),)
        ]


def _end() -> dict[str, object]:
    """What one side proves itself and encrypts with."""
    key = secrets.token_bytes(KEY_BYTES)
    return {"ufrag": secrets.token_hex(8), "password": secrets.token_hex(16), "key": key}
