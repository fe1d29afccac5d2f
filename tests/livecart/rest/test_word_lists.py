"""Word lists and held lines over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.support.people import make_show, new_handle, register
from tests.support.room import JSON, Peer
from tests.support.running_shop import Answer, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


def put(shop: RunningShop, path: str, text: str, token: str | None, kind: str = "text/plain") -> Answer:
    return shop.call("PUT", path, text, token=token, Content_Type=kind)


def test_a_moderator_makes_reads_and_replaces_a_list(shop: RunningShop) -> None:
    mo, path = shop.log_in("mo"), f"moderation/word-lists/t-{uuid4().hex[:8]}"
    assert shop.call("GET", path, token=mo).status == 404
    tried = put(shop, f"{path}?dry_run=1", "zzcasino | deny\nzzcasino|deny", mo)
    assert (tried.status, tried.body["word_list"]["entries"], tried.body["word_list"]["repeated"]) == (200, 1, 1)
    assert shop.call("GET", path, token=mo).status == 404
    assert put(shop, path, "zzcasino | deny", mo).body["word_list"]["version"] == 1
    assert shop.call("GET", path, token=mo).body["word_list"]["text"] == "zzcasino | deny"
    late = put(shop, f"{path}?version=0", "zzother", mo)
    assert (late.status, late.body["code"]) == (409, "list_changed")
    names = [each["name"] for each in shop.call("GET", "moderation/word-lists", token=mo).body["word_lists"]]
    assert path.rpartition("/")[2] in names
    assert put(shop, f"{path}?version=1", "", mo).body["word_list"]["entries"] == 0


@pytest.mark.parametrize(
    ("query", "text", "kind", "status", "code"),
    [
        ("", "fine\nx\nzz | shout", "text/plain", 400, "invalid_list"),
        ("", "{}", "application/json", 415, "unsupported_media_type"),
        ("?version=-1", "zz", "text/plain", 400, "invalid"),
        ("?version=" + "9" * 30, "zz", "text/plain", 400, "invalid"),
        ("", "zzz\n" * 200_001, "text/plain", 413, "too_large"),
    ],
)
def test_a_wrong_upload_is_refused(shop: RunningShop, query: str, text: str, kind: str, status: int, code: str) -> None:
    refused = put(shop, f"moderation/word-lists/wrong{query}", text, shop.log_in("mo"), kind)
    assert (refused.status, refused.body["code"]) == (status, code)
    if code == "invalid_list":
        assert list(refused.body["errors"]) == ["line 2", "line 3"]
    assert shop.call("GET", "moderation/word-lists/wrong", token=shop.log_in("mo")).status == 404


def test_a_show_list_is_short_and_its_hosts(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    path = f"shows/{make_show(shop, mei)['show']['id']}/word-list"
    assert shop.call("GET", path, token=mei).body["word_list"]["version"] == 0
    assert put(shop, path, "zznext door", mei).body["word_list"]["entries"] == 1
    assert put(shop, path, "zz\n" * 300_000, mei).body["code"] == "too_large"
    assert put(shop, path, "zzmine", register(shop)).status == 403
    assert put(shop, path, "zzmine", None).status == 401
    assert shop.call("GET", path, token=shop.log_in("mo")).body["word_list"]["text"] == "zznext door"


async def until(shop: RunningShop, path: str, token: str, noun: str, count: int) -> list[dict[str, Any]]:
    """What there is, once there are so many."""
    async with asyncio.timeout(20):
        while True:
            found: list[dict[str, Any]] = shop.call("GET", path, token=token).body[noun]
            if len(found) == count:
                return found
            await asyncio.sleep(0.1)


async def test_a_held_line_is_released_and_another_refused(shop: RunningShop) -> None:
    mei, ana, word = shop.log_in("mei"), shop.log_in("ana"), f"zz{uuid4().hex[:6]}"
    show = make_show(shop, mei)["show"]["id"]
    path = f"shows/{show}/chat/held"
    put(shop, f"shows/{show}/word-list", word, mei)
    async with aiohttp.ClientSession() as http, asyncio.timeout(30):
        ws = await http.ws_connect(f"{shop.url}/ws", protocols=[JSON], headers={"Authorization": f"Bearer {ana}"})
        peer = Peer(ws)
        await peer.ask("show.join", show=show)
        said: list[dict[str, Any]] = []
        while sum("held" in line for line in said) < 2:
            # Until the list is in force here.
            said.append((await peer.ask("chat.send", text=f"{word} {len(said)}"))["message"])
            await asyncio.sleep(0.4)
        first, second = [line for line in said if "held" in line]
        waiting = await until(shop, path, mei, "held", 2)
        assert [line["message"]["id"] for line in waiting] == [first["id"], second["id"]]
        released = shop.call("POST", f"{path}/{first['id']}/release", token=mei)
        assert (released.status, released.body["message"]["text"]) == (200, first["text"])
        refused = shop.call("POST", f"{path}/{second['id']}/refuse", token=shop.log_in("mo"))
        assert (refused.status, refused.body["held"]["state"]) == (200, "refused")
        again = shop.call("POST", f"{path}/{second['id']}/release", token=mei)
        assert (again.status, again.body["code"]) == (409, "held_decided")
        events = await peer.until(lambda seen: sum(each[1] == "chat.held" for each in seen) == 2)
        told = {event[2]["message"]: event[2]["state"] for event in events if event[1] == "chat.held"}
        assert told == {first["id"]: "released", second["id"]: "refused"}
        assert first["id"] in json.dumps([event for event in events if event[1] == "chat"])
        assert second["id"] not in json.dumps([event for event in events if event[1] == "chat"])
        await ws.close()


async def test_nobody_registers_under_a_listed_name(shop: RunningShop) -> None:
    mo, word = shop.log_in("mo"), f"zz{uuid4().hex[:6]}"
    put(shop, f"moderation/word-lists/{word}", word, mo)
    async with asyncio.timeout(20):
        while True:
            body = {"handle": new_handle("name"), "password": "long enough", "display_name": f"I am {word}"}
            answer = shop.call("POST", "auth/register", body)
            if answer.status == 400:
                break
            await asyncio.sleep(0.2)
    assert (answer.body["code"], "display_name" in answer.body["errors"]) == ("text_refused", True)
    assert word not in json.dumps(answer.body)
    put(shop, f"moderation/word-lists/{word}", "", mo)
