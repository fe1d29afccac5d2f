"""The requests about guests, on plain values; see requests.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from media.errors import BadRequestError
from media.fields import Args, slot_of, text_of
from media.link import KEY_BYTES, MAX_ADDRESSES, MAX_LAYERS, End
from media.pulling import PullingRelay
from media.shows import Guest


class PullRequests:
    def __init__(self, relay: PullingRelay) -> None:
        self._relay = relay

    def table(self) -> dict[str, Callable[[Args], Awaitable[dict[str, Any]]]]:
        return {"tap": self._tap, "feed": self._feed, "pull": self._pull, "unpull": self._unpull}

    async def _tap(self, args: Args) -> dict[str, Any]:
        self._relay.tap(text_of(args, "show"), slot_of(args), _guest(args))
        return {}

    async def _feed(self, args: Args) -> dict[str, Any]:
        layer = args.get("layer")
        if not isinstance(layer, float) or not 0 <= layer <= 1:
            raise BadRequestError("layer must be a number from 0.0 to 1.0")
        ends = _end(args, "feeder"), _end(args, "puller")
        at, layers = self._relay.feed(text_of(args, "show"), text_of(args, "session"), ends, layer)
        return {"at": [list(place) for place in at], "layers": layers}

    async def _pull(self, args: Args) -> dict[str, Any]:
        links = args.get("links")
        if not isinstance(links, list) or not 0 < len(links) <= MAX_LAYERS:
            raise BadRequestError(f"links must be a list of 1 to {MAX_LAYERS}")
        if not all(isinstance(link, Mapping) for link in links):
            raise BadRequestError("a link must be a map")
        guest = _guest(args, *(text_of(link, "session") for link in links))
        ends = [(_end(link, "puller"), _end(link, "feeder")) for link in links]
        self._relay.pull(text_of(args, "show"), slot_of(args), guest, ends, _places(args))
        return {}

    async def _unpull(self, args: Args) -> dict[str, Any]:
        return {"gone": self._relay.unpull(text_of(args, "show"), slot_of(args), text_of(args, "source"))}


def _guest(args: Args, *sessions: str) -> Guest:
    return Guest(text_of(args, "source"), text_of(args, "node"), text_of(args, "holder"), sessions)


def _end(args: Args, name: str) -> End:
    value = args.get(name)
    if not isinstance(value, Mapping):
        raise BadRequestError(f"{name} must be a map")
    key = value.get("key")
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise BadRequestError(f"{name}'s key must be {KEY_BYTES} bytes")
    return End(text_of(value, "ufrag"), text_of(value, "password"), key)


def _places(args: Args) -> list[tuple[str, int]]:
    value = args.get("at")
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ADDRESSES:
        raise BadRequestError(f"at must be a list of 1 to {MAX_ADDRESSES} addresses")
    return [_place(each) for each in value]


def _place(value: object) -> tuple[str, int]:
    match value:
        case [str(host), int(port)] if 0 < port < 65_536 and len(host) <= 45:
            return host, port
    raise BadRequestError("an address is an IP address and a port")
