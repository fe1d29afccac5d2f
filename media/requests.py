"""The methods that other processes may call, on plain values: arguments checked, errors as values.

No Redis here: a request is a decoded message, the result goes back as one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from media import report
from media.core.negotiation import SLOTS
from media.core.trickle import parse_fragment, restart_fragment
from media.errors import (
    BadRequestError,
    BadSdpError,
    MediaError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from media.fields import Args, flag_of, optional_of, slot_of, text_of
from media.pull_requests import PullRequests
from media.pulling import PullingRelay
from media.rates import Rates
from media.shows import Standing
from media.still import FRESH_S
from media.viewer import Viewer

log = logging.getLogger(__name__)

MAX_TEXT = 262_144
# A publisher that was asked for a key frame has sent it by then, or will not.
STILL_LOOKS, STILL_LOOK_S = 8, 0.1


def _sizes(args: Args) -> list[float]:
    value = args.get("sizes")
    if isinstance(value, list) and 1 <= len(value) <= SLOTS:
        sizes = [float(each) for each in value if type(each) in (int, float) and 0 <= each <= 1]
        if len(sizes) == len(value):
            return sizes
    raise BadRequestError(f"sizes must be 1 to {SLOTS} numbers from 0 to 1")


def _tags(if_match: str | None) -> set[str]:
    """The entity tags of an If-Match header, without quotes; RFC 9725 writes its star with and without them."""
    if if_match is None:
        raise PreconditionRequiredError("If-Match is needed: the session's ETag, or * for an ICE restart")
    return {tag.strip().strip('"') for tag in if_match.split(",")}


class Requests:
    """Dispatches one request to the relay."""

    def __init__(self, relay: PullingRelay, clock: Callable[[], float] = time.monotonic) -> None:
        self.rates = Rates(relay, clock)
        self._relay = relay
        self._clock = clock
        self._methods: dict[str, Callable[[Args], Awaitable[dict[str, Any]]]] = {
            "publish": self._publish,
            "watch": self._watch,
            "patch": self._patch,
            "pin": self._pin,
            "arrange": self._arrange,
            "close": self._close,
            "end_show": self._end_show,
            "clear_show": self._clear_show,
            "kick": self._kick,
            "stage": self._stage,
            "unseat": self._unseat,
            "stats": self._stats,
            "still": self._still,
            **PullRequests(relay).table(),
        }

    async def answer(self, method: object, args: object) -> dict[str, Any]:
        """`{"ok": …}` or `{"err": {code, message, retryable, retry_after_ms?}}`; never raises but
        cancellation."""
        try:
            handler = self._methods.get(method) if isinstance(method, str) else None
            if handler is None or not isinstance(args, Mapping):
                raise BadRequestError("no such method, or its arguments are no map")
            return {"ok": await handler(args)}
        except MediaError as exc:
            error = {"code": exc.code, "message": str(exc), "retryable": exc.retryable}
            if exc.retry_after_ms is not None:
                error["retry_after_ms"] = exc.retry_after_ms
            return {"err": error}
        except Exception:
            log.exception("request %s failed", method)
            return {"err": {"code": "internal", "message": "the media process failed", "retryable": True}}

    async def _publish(self, args: Args) -> dict[str, Any]:
        answer = await self._relay.publish(
            text_of(args, "show"),
            text_of(args, "session"),
            text_of(args, "holder"),
            text_of(args, "offer", MAX_TEXT),
            slot_of(args),
        )
        return self._opened(args, answer)

    async def _watch(self, args: Args) -> dict[str, Any]:
        answer = await self._relay.watch(
            text_of(args, "show"),
            text_of(args, "session"),
            text_of(args, "offer", MAX_TEXT),
            holder=optional_of(args, "holder"),
            address=optional_of(args, "address") or "",
            backstage="backstage" in args and flag_of(args, "backstage"),
        )
        return self._opened(args, answer)

    def _opened(self, args: Args, answer: str) -> dict[str, Any]:
        return {"answer": answer, "etag": self._relay.sessions[args["session"]].peer.ice.ufrag}

    async def _patch(self, args: Args) -> dict[str, Any]:
        """Trickled candidates are accepted and not needed (ICE-lite); new credentials restart ICE.

        `if_match` is the HTTP header's value; the tag of an ICE session is our ufrag in it."""
        text = text_of(args, "fragment", MAX_TEXT)
        session = self._relay.require(text_of(args, "show"), text_of(args, "session"))
        fragment = parse_fragment(text)
        wanted = _tags(optional_of(args, "if_match"))
        restart = fragment.ufrag is not None and session.ufrag is not None and fragment.ufrag != session.ufrag
        if "*" not in wanted and session.peer.ice.ufrag not in wanted:
            raise PreconditionFailedError("the session's ICE is another one by now")
        if not restart or fragment.ufrag is None:
            return {}
        if fragment.password is None:
            raise BadSdpError("a restart needs a=ice-pwd")
        credentials = self._relay.restart_ice(session, fragment.ufrag)
        relay = self._relay
        answer = restart_fragment(fragment, credentials, relay.candidates, relay.port, tcp=relay.takes_tcp)
        return {"answer": answer, "etag": credentials[0]}

    async def _pin(self, args: Args) -> dict[str, Any]:
        """What a viewer is sent from now on; no layer lets the relay choose by the viewer's line."""
        self._relay.pin(text_of(args, "show"), text_of(args, "session"), optional_of(args, "layer"))
        return {}

    async def _arrange(self, args: Args) -> dict[str, Any]:
        """How large a viewer's page shows each slot."""
        sizes = _sizes(args)
        session = self._relay.require(text_of(args, "show"), text_of(args, "session"))
        if not isinstance(session.role, Viewer):
            raise BadRequestError("a publisher's session shows nobody")
        session.role.arrange(sizes, self._clock())
        return {}

    async def _close(self, args: Args) -> dict[str, Any]:
        await self._relay.end(text_of(args, "show"), text_of(args, "session"))
        return {}

    async def _end_show(self, args: Args) -> dict[str, Any]:
        self._relay.release(text_of(args, "show"))
        return {"closed": await self._relay.end_show(text_of(args, "show"))}

    async def _clear_show(self, args: Args) -> dict[str, Any]:
        self._relay.release(text_of(args, "show"))
        return {"closed": await self._relay.clear_show(text_of(args, "show"))}

    async def _kick(self, args: Args) -> dict[str, Any]:
        """Everywhere, or in the one `show`."""
        holder, address, show = optional_of(args, "holder"), optional_of(args, "address"), optional_of(args, "show")
        if holder is None and address is None:
            raise BadRequestError("kick needs a holder or an address")
        addresses = [] if holder is None else self._relay.addresses(holder, show)
        return {"closed": await self._relay.kick(holder=holder, address=address, show=show), "addresses": addresses}

    async def _stage(self, args: Args) -> dict[str, Any]:
        standing = Standing(flag_of(args, "shown"), flag_of(args, "muted"))
        self._relay.stage(text_of(args, "show"), slot_of(args), text_of(args, "holder"), standing)
        return {}

    async def _unseat(self, args: Args) -> dict[str, Any]:
        return {"closed": await self._relay.unseat(text_of(args, "show"), slot_of(args), text_of(args, "holder"))}

    async def _stats(self, args: Args) -> dict[str, Any]:
        role = optional_of(args, "role")
        found = report.sessions(self._relay, text_of(args, "show"), self.rates)
        return {"sessions": [each for each in found if role in (None, each["role"])]}

    async def _still(self, args: Args) -> dict[str, Any]:
        """The host's newest key frame, undecoded, and when it came; null when there is none."""
        name, found = text_of(args, "show"), None
        for look in range(STILL_LOOKS):
            show = self._relay.shows.get(name)
            slot = None if show is None else show.slots.get(0)
            found = None if slot is None else slot.still()
            if slot is None or (found is not None and self._clock() - found.at < FRESH_S):
                break
            if look < STILL_LOOKS - 1:
                await asyncio.sleep(STILL_LOOK_S)
        if found is None:
            return {"still": None}
        at_ms = self._relay.wall_ms(found.at)
        return {"still": {"codec": found.codec, "payloads": list(found.payloads), "at_ms": at_ms}}
