"""What people type is a text to every part that handles it: markup, SQL, log lines, and characters that are none."""

from __future__ import annotations

import json
import unicodedata
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.support.markup import MARKUP
from tests.support.people import PASSWORD, make_show, new_handle
from tests.support.raw_wire import TEXT, Frame, connected, opened
from tests.support.room import JSON, Peer
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

_numbers = count(1)
# Embeddings, overrides and isolates.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
QUOTES = (
    "'; DROP TABLE people; --",
    '" OR ""="',
    "1 UNION SELECT password_hash FROM people",
    "%' ESCAPE '",
    "\\'; SELECT pg_sleep(9); --",
    "Robert'); DELETE FROM orders;--",
    "$1 :name %(x)s ? {0}",
    "🍵" * 50,
)
LOG_LINES = ('\n{"level": "error", "event": "all is lost"}', "\r\nroot logged in", "\x1b[2J\x1b[31m", "\x85\u2028fake")


def register(shop: RunningShop, display_name: str) -> tuple[str, str]:
    """The name as it was taken, and a token. Each from an address of his own: there are many."""
    body = {"handle": new_handle("text"), "password": PASSWORD, "display_name": display_name}
    answer = shop.call("POST", "auth/register", body)
    assert answer.status == 201, answer
    return answer.body["user"]["display_name"], answer.body["token"]


@pytest.fixture(scope="module")
def mei(shop: RunningShop) -> str:
    return shop.log_in("mei")


@pytest.fixture(scope="module")
def show(shop: RunningShop, mei: str) -> str:
    return str(make_show(shop, mei)["show"]["id"])


def test_there_are_enough_of_them() -> None:
    assert len(set(MARKUP)) > 100


async def test_markup_goes_through_the_chat_as_it_is(shop: RunningShop, show: str) -> None:
    """The page makes text nodes of it (tests/e2e/test_hostile_texts.py); the server changes what would deceive."""
    async with aiohttp.ClientSession() as http:
        host = {"Authorization": f"Bearer {shop.log_in('mei')}"}
        async with http.ws_connect(f"{shop.url}/ws", protocols=[JSON], headers=host) as ws:
            peer = Peer(ws)
            await peer.ask("show.join", show=show)
            for text in (*MARKUP, *QUOTES):
                said = " ".join(text.split())
                message = (await peer.ask("chat.send", text=text))["message"]
                assert message["text"] == said


def test_markup_in_names_and_titles_is_given_back_as_json_only(shop: RunningShop, mei: str) -> None:
    for text in (*MARKUP[::7], *QUOTES):
        title = " ".join(text.split())[:80]
        variants = [{"title": title[:40], "price_minor": 1, "stock": 1}]
        made = shop.call("POST", "products", {"title": title, "variants": variants}, token=mei)
        assert (made.status, made.body["product"]["title"]) == (201, title), text
        found = shop.call("GET", f"products/{made.body['product']['id']}")
        assert found.headers["Content-Type"].startswith("application/json")
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert register(shop, title[:30])[0] == title[:30].strip()


@pytest.mark.parametrize("path", ["/", "/studio", "/desk", "/s/x", "/api/docs", "/api/v1/me", "/nowhere", "/metrics"])
def test_no_answer_allows_a_script_that_is_not_a_file_of_ours(shop: RunningShop, path: str) -> None:
    policy = shop.call("GET", path).headers["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert "unsafe" not in policy
    assert rules["default-src"] == "'self'"
    assert rules.get("script-src", "'self'") == "'self'"
    assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'none'", "'none'")


@pytest.mark.parametrize("hidden", [*BIDI, "\0", "\x08", "\x1b", "\x85"], ids=lambda char: f"U+{ord(char):04X}")
async def test_what_would_deceive_a_reader_is_taken_out_or_refused(
    shop: RunningShop, mei: str, show: str, hidden: str
) -> None:
    text = f"evil{hidden}gpj.exe"
    name, _ = register(shop, text)
    product = shop.call(
        "POST", "products", {"title": text, "variants": [{"title": text, "price_minor": 1, "stock": 1}]}, token=mei
    ).body["product"]
    assert {name, product["title"], product["variants"][0]["title"]} == {"evilgpj.exe"}
    ask = {"id": 2, "op": "chat.send", "d": {"text": text, "key": str(uuid4())}}
    async with opened(shop.url, f"Authorization: Bearer {mei}") as wire:
        await wire.send(Frame(TEXT, json.dumps({"id": 1, "op": "show.join", "d": {"show": show}}).encode()))
        await wire.send(Frame(TEXT, json.dumps(ask).encode()))
        answer: dict[str, Any] = {}
        while answer.get("re") != 2:
            answer = json.loads((await wire.frame())[1])
    assert "err" in answer or answer["ok"]["message"]["text"] == "evilgpj.exe"


ODD = {
    "half a surrogate pair": "\\ud83c black tea",
    "both halves in the wrong order": "\\udf75\\ud83c green tea",
    "a noncharacter": "\\uffff white tea",
    "zalgo": json.dumps("t" + "\u0301" * 5_000)[1:-1],
    "10 KB": "x" * 10_240,
    "nothing to be seen": json.dumps("\u200b" * 100)[1:-1],
    "one grapheme too many": "e" * 201,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_odd_characters_are_answered_and_never_an_error_of_ours(
    shop: RunningShop, mei: str, show: str, text: str
) -> None:
    """Written as JSON escapes: half a pair cannot be UTF-8."""
    async with opened(shop.url, f"Authorization: Bearer {mei}") as wire:
        await wire.send(Frame(TEXT, b'{"id":1,"op":"show.join","d":{"show":"%s"}}' % show.encode()))
        await wire.send(Frame(TEXT, b'{"id":2,"op":"chat.send","d":{"text":"%s"}}' % text.encode()))
        answer: dict[str, Any] = {}
        while answer.get("re") != 2:
            answer = json.loads((await wire.frame())[1])
        if "ok" in answer:
            said = str(answer["ok"]["message"]["text"])
            assert not any(unicodedata.category(char) == "Cs" for char in said)
        else:
            assert answer["err"]["code"] == "invalid"
    variants = '[{"title":"a","price_minor":1,"stock":1}]'
    product = shop.call("POST", "products", f'{{"title":"{text}","variants":{variants}}}', token=mei)
    assert product.status in {201, 400}, product


@pytest.mark.parametrize("query", ["%ff%fe", "%00", "%ed%a0%80", "%27%20OR%201=1--", "%25%5f%5c", "x" * 4_000])
def test_odd_characters_in_an_address_are_answered(shop: RunningShop, query: str) -> None:
    for path in (f"products?q={query}", f"products/{query}", f"shows/{query}", f"shows?cursor={query}&limit={query}"):
        answer = shop.call("GET", path)
        assert answer.status in {200, 400, 404}, (path, answer)


async def test_nobody_writes_lines_into_the_log(fort: RunningShop) -> None:
    marks = []
    for line in LOG_LINES:
        mark = f"mark{next(_numbers)}of{uuid4().hex}"
        marks.append(mark)
        body = json.dumps({"handle": f"{line}{mark}", "password": line, "display_name": f"{line}{mark}"}).encode()
        for path in ("login", "register"):
            async with connected(fort.url) as wire:
                head = f"POST /api/v1/auth/{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                head += f"User-Agent: {mark}\r\nContent-Length: {len(body)}\r\n\r\n"
                await wire.send(head.encode(), body)
                assert b" 40" in (await wire.head())[:14]
        async with opened(fort.url) as wire:
            await wire.send(Frame(TEXT, json.dumps({"id": 1, "op": f"{line}{mark}"}).encode()))
            assert b"unknown_op" in (await wire.frame())[1]
    assert not [mark for mark in marks if mark in fort.log]
    assert "Traceback" not in fort.log
