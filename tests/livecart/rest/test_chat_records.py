"""Searching a chat, deleting from it in bulk, and exporting it: what there is, and nothing that is held or deleted."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.support.people import make_show, register
from tests.support.room import JSON, Peer
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


async def said(shop: RunningShop, show: str, token: str, *texts: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as http, asyncio.timeout(30):
        ws = await http.ws_connect(f"{shop.url}/ws", protocols=[JSON], headers={"Authorization": f"Bearer {token}"})
        peer = Peer(ws)
        await peer.ask("show.join", show=show)
        found = [(await peer.ask("chat.send", text=text))["message"] for text in texts]
        await ws.close()
    return found


async def test_staff_finds_what_was_said_by_whom(shop: RunningShop) -> None:
    mei, ana = shop.log_in("mei"), shop.log_in("ana")
    show = make_show(shop, mei)["show"]["id"]
    path = f"shows/{show}/chat"
    await said(shop, show, ana, "100% cotton?", "SIZE m please", "多少钱")
    await said(shop, show, mei, "size M it is")

    def texts(query: str) -> list[str]:
        answer = shop.call("GET", f"{path}?{query}", token=mei)
        assert answer.status == 200, answer
        return [message["text"] for message in answer.body["messages"]]

    assert texts("") == ["size M it is", "多少钱", "SIZE m please", "100% cotton?"]
    assert texts("q=size%20m") == ["size M it is", "SIZE m please"]
    assert texts("q=size&author=@Ana") == ["SIZE m please"]
    assert texts("q=%25") == ["100% cotton?"]
    assert texts("q=%E5%A4%9A%E5%B0%91") == ["多少钱"]
    assert texts("author=nobody") == []
    first = shop.call("GET", f"{path}?limit=3", token=shop.log_in("mo")).body
    rest = shop.call("GET", f"{path}?limit=3&cursor={first['next']}", token=mei).body
    assert [len(first["messages"]), len(rest["messages"]), rest["next"]] == [3, 1, None]
    assert first["messages"][0]["author"]["handle"] == "mei"
    for query in ("q=" + "x" * 101, "q=%00", "author=a%00b", "limit=0", "cursor=%00"):
        assert shop.call("GET", f"{path}?{query}", token=mei).status == 400, query
    for token in (None, register(shop)):
        assert shop.call("GET", path, token=token).status in {401, 403}
    assert shop.call("GET", "shows/nowhere/chat", token=mei).status == 404


async def test_several_go_at_once_or_none(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    show = make_show(shop, mei)["show"]["id"]
    lines = await said(shop, show, shop.log_in("ana"), "one", "two", "three")
    path, ids = f"shows/{show}/chat", [line["id"] for line in lines]
    missing = shop.call("POST", f"{path}/delete", {"messages": [ids[0], "nothing"]}, token=mei)
    assert missing.status == 404
    for wrong in ([], ["m"] * 201, ids[0], [1]):
        assert shop.call("POST", f"{path}/delete", {"messages": wrong}, token=mei).status == 400
    assert len(shop.call("GET", path, token=mei).body["messages"]) == 3
    for _ in range(2):
        gone = shop.call("POST", f"{path}/delete", {"messages": [*ids[:2], ids[0]]}, token=mei)
        assert gone.body["deleted"] == [{"id": ids[0], "by": "host"}, {"id": ids[1], "by": "host"}]
    assert [line["text"] for line in shop.call("GET", path, token=mei).body["messages"]] == ["three"]


async def test_an_export_has_every_line_and_nothing_that_is_held_or_deleted(shop: RunningShop) -> None:
    mei, ana, word = shop.log_in("mei"), shop.log_in("ana"), f"zz{uuid4().hex[:6]}"
    show = make_show(shop, mei)["show"]["id"]
    path = f"shows/{show}/chat"
    shop.call("PUT", f"shows/{show}/word-list", word, token=mei, Content_Type="text/plain")
    first, slip, _ = await said(shop, show, ana, "=1+1", "my number is 555", "thanks")
    shop.call("POST", f"{path}/delete", {"messages": [slip["id"]]}, token=mei)
    async with asyncio.timeout(20):
        held: dict[str, Any] = {}
        while "held" not in held:
            # Until the list is in force, other words are said.
            (held,) = await said(shop, show, ana, f"{word} {uuid4().hex[:6]}")
            await asyncio.sleep(0.4)
    rows = list(csv.DictReader(io.StringIO(shop.call("GET", f"{path}.csv", token=mei).body, newline="")))
    answer = shop.call("GET", f"{path}.jsonl", token=mei)
    lines = [json.loads(line) for line in str(answer.body).splitlines()]
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert (rows[0]["id"], rows[0]["text"], rows[0]["handle"]) == (first["id"], "'=1+1", "ana")
    assert lines[0]["text"] == "=1+1"
    everything = json.dumps([rows, lines, shop.call("GET", path, token=mei).body])
    assert held["id"] not in everything
    assert slip["id"] not in everything
    assert shop.call("GET", f"{path}.csv", token=register(shop)).status == 403
