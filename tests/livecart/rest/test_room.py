"""The room of a whole shop over its WebSocket: what HTTP changes is heard, what is said is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp
import msgpack
import pytest

from tests.support.people import make_product, make_show, register, with_key
from tests.support.running_shop import RunningShop
from tests.support.wire import typed_event, typed_reply

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


class Client:
    """One socket; `events` are all that came, in order. Whatever comes is held against its type."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws
        self._text = ws.protocol == "livecart.v1.json"
        self._numbers = count(1)
        self.events: list[list[Any]] = []

    async def ask(self, op: str, **d: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "op": op, "d": d}
        await (self._ws.send_str(json.dumps(message)) if self._text else self._ws.send_bytes(msgpack.packb(message)))
        while True:
            answer = await self._read()
            if answer.get("re") == number:
                typed_reply(op, answer)
                return answer

    async def hear(self, kind: str) -> Any:
        """The data of the next event of this kind, among those not heard yet."""
        while True:
            for index, event in enumerate(self.events):
                if event[1] == kind:
                    del self.events[index]
                    return event[2]
            await self._read()

    async def _read(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            message = await self._ws.receive()
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
        read: dict[str, Any] = json.loads(message.data) if self._text else msgpack.unpackb(message.data)
        for event in read.get("ev", []):
            typed_event(event)
            self.events.append(event)
        return read


@asynccontextmanager
async def inside(shop: RunningShop, token: str | None, protocol: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{shop.url}/ws", protocols=[protocol], headers=headers) as ws,
    ):
        yield Client(ws)


async def test_a_room_hears_what_is_said_shown_and_sold(shop: RunningShop) -> None:
    mei, buyer = shop.log_in("mei"), register(shop)
    product = make_product(shop, mei, stock=4)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    with_key(shop, "wallet/topups", {"amount_minor": 10_000}, buyer)
    async with (
        inside(shop, None, "livecart.v1.json") as guest,
        inside(shop, buyer, "livecart.v1.msgpack") as ana,
        inside(shop, mei, "livecart.v1.msgpack") as host,
    ):
        joined = (await guest.ask("show.join", show=show))["ok"]
        assert {"epoch", "seq", "now_ms", "show", "you", "chat", "bag", "stage", "packets"} <= set(joined)
        assert joined["you"]["guest"]
        assert (await guest.ask("chat.send", text="hello"))["err"]["code"] == "unauthenticated"
        assert not (await ana.ask("show.join", show=show))["ok"]["you"]["host"]
        assert (await host.ask("show.join", show=show))["ok"]["you"]["host"]

        key = str(uuid4())
        said = [(await ana.ask("chat.send", text="Is it 圆的?", key=key))["ok"]["message"] for _ in range(2)]
        assert said[0] == said[1], "the same key is the same message"
        assert (await guest.hear("chat"))["text"] == "Is it 圆的?"
        assert (await ana.ask("product.show", product=product["id"]))["err"]["code"] == "forbidden"
        assert (await host.ask("product.show", product=product["id"]))["ok"]["show"]["showing"] == product["id"]
        assert (await guest.hear("product.showing"))["product"] == product["id"]

        variant = product["variants"][0]["id"]
        order = (await ana.ask("order.place", variant=variant, quantity=3, key="ws-1"))["ok"]["order"]
        assert (await guest.hear("stock"))["available"] == 1
        refused = await ana.ask("order.place", variant=variant, quantity=3, key="ws-2")
        assert refused["err"]["code"] == "sold_out"
        path = f"orders/{order['id']}/pay"
        paid = await asyncio.to_thread(with_key, shop, path, {"method": "wallet"}, buyer)
        assert paid.body["order"]["state"] == "paid"
        toast = await guest.hear("order.toast")
        assert toast["quantity"] == 3
        assert (await ana.hear("order"))["id"] == order["id"]
        assert (await ana.hear("wallet"))["balances"]
        assert not [event for event in guest.events if event[1] in {"order", "wallet"}], "for the buyer alone"

        # The rest of what a room tells, so that every event of a shop was held against its type here.
        assert (await ana.ask("like", count=7))["ok"] == {}
        assert (await guest.hear("likes"))["count"] == 7
        # Once a second as it is then, so the first may have come before she was in.
        counts = [(await guest.hear("viewers"))["count"]]
        while counts[-1] < 2:
            counts.append((await guest.hear("viewers"))["count"])
        assert counts in ([2], [1, 2]), "the host is no viewer"
        await asyncio.to_thread(shop.call, "PUT", f"shows/{show}/bag", {"products": []}, token=mei)
        assert (await guest.hear("bag"))["products"] == []
        assert (await ana.ask("ping"))["ok"]["now_ms"] > joined["now_ms"]
        assert (await ana.ask("show.rewind"))["err"]["code"] == "unknown_op"

        # Who was away gets exactly what came meanwhile.
        assert "ok" in await guest.ask("show.leave")
        again = (await guest.ask("show.join", show=show, epoch=joined["epoch"], after=joined["seq"]))["ok"]
        kinds = [event[1] for event in again["events"]]
        assert kinds.count("chat") == 1
        numbers = [event[0] for event in again["events"]]
        assert numbers == list(range(joined["seq"] + 1, joined["seq"] + 1 + len(numbers)))

        await asyncio.to_thread(shop.call, "POST", f"shows/{show}/end", token=mei)
        assert (await guest.hear("show.state"))["state"] == "ended"
        assert (await ana.ask("chat.send", text="Bye"))["err"]["code"] == "show_ended"
