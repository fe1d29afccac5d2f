"""Forged, expired, repeated and leaked tokens: session tokens, which are random, and publish tokens, which are JWT."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from signaling.errors import CloseCode
from tests.attacks.conftest import PROXY
from tests.support.people import make_show, register
from tests.support.raw_wire import TEXT, Frame, connected, opened, upgrade
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real

# Nobody has it; an attacker can sign with any.
GUESS = b"a key that is not the shop's"
SDP = "v=0\r\n"


@pytest.fixture(scope="module")
def made(fort: RunningShop) -> dict[str, Any]:
    """A show, and a publish token of it."""
    return make_show(fort, fort.log_in("mei"))


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(head: dict[str, Any], claims: dict[str, Any], key: bytes = GUESS) -> str:
    body = f"{part(head)}.{part(claims)}"
    algorithm = hashlib.sha512 if head["alg"] == "HS512" else hashlib.sha256
    return f"{body}.{part(hmac.new(key, body.encode(), algorithm).digest())}"


HEAD = {"alg": "HS256", "typ": "JWT"}
JWK = {"kty": "oct", "k": part(GUESS)}
# Each makes a token of the claims, and the whole token, of a good one.
FORGERIES: dict[str, Callable[[dict[str, Any], str], str]] = {
    "no signature": lambda claims, _: f"{part({'alg': 'none'})}.{part(claims)}.",
    "no signature, written otherwise": lambda claims, _: f"{part({'alg': 'NoNe'})}.{part(claims)}.",
    "the good signature on no algorithm": lambda claims, good: (
        f"{part({'alg': 'none'})}.{part(claims)}.{good.split('.')[2]}"
    ),
    "another key": lambda claims, _: signed(HEAD, claims),
    "an empty key": lambda claims, _: signed(HEAD, claims, b""),
    "a key that is public": lambda claims, _: signed(HEAD, claims, b"livecart:publish"),
    "a key in the token": lambda claims, _: signed({**HEAD, "jwk": JWK}, claims),
    "a key elsewhere": lambda claims, _: signed({**HEAD, "jku": "https://evil.example/keys"}, claims),
    "a key in a file": lambda claims, _: signed({**HEAD, "kid": "../../../dev/null"}, claims, b""),
    "a critical extension": lambda claims, _: signed({**HEAD, "crit": ["b64"], "b64": False}, claims),
    "another algorithm": lambda claims, _: signed({"alg": "HS512"}, claims),
    "other claims under the good signature": lambda claims, good: (
        f"{good.split('.')[0]}.{part({**claims, 'sub': 'somebody'})}.{good.split('.')[2]}"
    ),
    "the signature cut off": lambda _, good: good.rpartition(".")[0] + ".",
    "one part": lambda _, good: good.split(".")[0],
    "four parts": lambda _, good: f"{good}.{good.split('.')[2]}",
    "no JSON": lambda _, good: f"{part(b'{')}.{good.split('.', 1)[1]}",
    "a head that is no map": lambda _, good: f"{part([])}.{good.split('.', 1)[1]}",
    "10 KB": lambda claims, _: signed(HEAD, {**claims, "more": "x" * 10_000})[:7_500],
    "characters that UTF-8 has not": lambda _, good: good + "\xff",
    "a session token": lambda *_: "A" * 43,
}


def publish(shop: RunningShop, show: str, token: str) -> Answer:
    return shop.call("POST", f"/whip/{show}", SDP, token=token, Content_Type="application/sdp")


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_publish_token_opens_nothing(
    fort: RunningShop, made: dict[str, Any], forgery: Callable[[dict[str, Any], str], str]
) -> None:
    good, show = made["publish_token"], made["show"]["id"]
    claims = jwt.decode(good, options={"verify_signature": False})
    refused = publish(fort, show, forgery(claims, good))
    assert (refused.status, refused.body["code"]) == (401, "unauthenticated")
    assert publish(fort, show, good).status == 422, "the good one passes: it is the SDP that is wrong"


@pytest.fixture(scope="module")
def key(fort: RunningShop) -> bytes:
    """The shop's own, for tokens that are wrong in nothing but their claims."""
    secret = (fort.data / "secret").read_text().strip()
    return hashlib.sha256(b"livecart publish token\0" + secret.encode()).digest()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 422),
        ({"aud": "another"}, 401),
        ({"aud": None}, 401),
        ({"aud": []}, 401),
        ({"exp": -1}, 401),
        ({"exp": 0}, 401),
        ({"exp": "never"}, 401),
        ({"exp": None}, 401),
        ({"exp": 1e400}, 401),
        ({"exp": True}, 401),
        ({"sub": None}, 401),
        ({"sub": 7}, 401),
        ({"show": {"$ne": 1}}, 401),
        ({"show": "another"}, 403),
        ({"ver": "1"}, 401),
        ({"ver": 2}, 403),
        ({"nbf": 10**11}, 401),
    ],
)
def test_claims_count_even_under_our_own_signature(
    fort: RunningShop, made: dict[str, Any], key: bytes, changed: dict[str, Any], status: int
) -> None:
    """`exp` is given in seconds from now."""
    claims = {**jwt.decode(made["publish_token"], options={"verify_signature": False}), **changed}
    if type(changed.get("exp")) is int:
        claims["exp"] = int(time.time()) + changed["exp"]
    claims = {name: value for name, value in claims.items() if value is not None}
    assert publish(fort, made["show"]["id"], signed(HEAD, claims, key)).status == status


def test_a_publish_token_is_good_for_its_show_until_that_ends(fort: RunningShop) -> None:
    mei = fort.log_in("mei")
    first, second = make_show(fort, mei), make_show(fort, mei)
    assert publish(fort, second["show"]["id"], first["publish_token"]).status == 403
    assert fort.call("POST", f"shows/{first['show']['id']}/end", token=mei).status == 200
    assert publish(fort, first["show"]["id"], first["publish_token"]).status == 404


async def test_a_token_that_is_over_is_refused_however_often_it_is_shown(fort: RunningShop) -> None:
    token = register(fort)
    assert fort.call("POST", "auth/logout", token=token).status == 204
    for _ in range(2):
        assert fort.call("GET", "me", token=token).status == 401
        async with connected(fort.url) as wire:
            await wire.send(upgrade(fort.url, f"Authorization: Bearer {token}"))
            assert b" 401 " in await wire.head()


async def test_a_session_that_ends_while_its_socket_is_open_closes_it(fort: RunningShop) -> None:
    token = register(fort)
    digest = hashlib.sha256(token.encode()).hexdigest()
    with sqlite3.connect(fort.data / "livecart.db", timeout=10) as connection:
        row = (int(time.time() * 1000) + 1_500, digest)
        assert connection.execute("UPDATE sessions SET expires_at_ms = ? WHERE token_hash = ?", row).rowcount == 1
    connection.close()
    async with opened(fort.url, f"Authorization: Bearer {token}") as wire:
        assert await wire.closed() == CloseCode.EXPIRED
    assert fort.call("GET", "me", token=token).status == 401


@pytest.mark.parametrize("query", ["token={}", "access_token={}", "livecart_session={}", "authorization=Bearer%20{}"])
async def test_a_token_in_an_address_is_no_credential(fort: RunningShop, made: dict[str, Any], query: str) -> None:
    """Addresses end up in logs, in histories and in the Referer of other sites."""
    token, show = fort.log_in("lin"), made["show"]["id"]
    asked = query.format(token)
    assert fort.call("GET", f"me?{asked}").status == 401
    async with connected(fort.url) as wire:
        join = json.dumps({"id": 1, "op": "show.join", "d": {"show": show}}).encode()
        await wire.send(upgrade(fort.url, path=f"/ws?{asked}"), Frame(TEXT, join))
        assert b" 101 " in await wire.head()
        assert json.loads((await wire.frame())[1])["ok"]["you"]["guest"] is True


# From here on: what the log of all that says. The attacks above are made before it, in this order.


def secrets_of(made: dict[str, Any], session: str, token: str, address: str) -> Iterator[str]:
    yield from (made["publish_token"], session, token, hashlib.sha256(token.encode()).hexdigest(), address)


async def test_the_log_has_no_token_no_session_and_no_address(fort: RunningShop, made: dict[str, Any]) -> None:
    token, address, session = fort.log_in("lin"), "203.0.113.77", "S3ss10n" + "x" * 36
    show = made["show"]["id"]
    asks = [
        f"GET /api/v1/me?token={token} HTTP/1.1",
        f"GET /ws?token={token} HTTP/1.1",
        f"DELETE /whep/{show}/{session} HTTP/1.1",
        f"PATCH /whip/{show}/{session} HTTP/1.1",
        f"GET /{token}%00 HTTP/1.1",
        f"GET /{session} HTTP/9.9",
    ]
    for ask in asks:
        async with connected(fort.url, source=PROXY) as wire:
            lines = [ask, f"Host: {fort.url[7:]}", f"Authorization: Bearer {token}", f"X-Forwarded-For: {address}"]
            await wire.send("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())
            assert await wire.head()
    assert publish(fort, show, made["publish_token"]).status == 422
    assert fort.log
    for secret in secrets_of(made, session, token, address):
        assert secret not in fort.log
    assert "Traceback" not in fort.log
