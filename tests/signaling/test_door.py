"""Who is refused at the handshake, and when he is told to come again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from livecart.domain.errors import UnavailableError
from livecart.domain.ids import PersonId
from livecart.domain.limits import Rate
from livecart.domain.people import Person, Role
from livecart.domain.sessions import SignedIn
from signaling import door as door_module
from signaling.door import Door, Refused, draining
from signaling.ports import LimitOptions, Options

ANA = SignedIn(Person("ana", "ana", "Ana", Role.VIEWER), "digest", 10**15)  # type: ignore[arg-type]  # an id is text


def request(**headers: str) -> Any:
    given = {"Sec-WebSocket-Protocol": "livecart.v1.json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return make_mocked_request("GET", "/ws", headers=given)


class Refusing:
    """Refuses guests from these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    def refuses(self, address: str) -> bool:
        return address in self._addresses

    async def look(self) -> None: ...

    async def note(self, person: PersonId, addresses: Collection[str]) -> None: ...


def door(authenticate: Any, banned: Refusing | None = None, **limits: Any) -> Door:
    return Door(Options("session", limits=LimitOptions(**limits)), authenticate, banned or Refusing(), lambda: 0)


async def nobody(_token: str) -> SignedIn | None:
    return None


async def test_a_token_names_its_person_and_a_stale_cookie_a_guest() -> None:
    async def ana(token: str) -> SignedIn | None:
        return ANA if token == "good" else None

    assert (await door(ana).admit(request(Authorization="Bearer good"))).signed_in is ANA
    assert (await door(ana).admit(request())).signed_in is None
    own = {"Cookie": "session=old", "Origin": "http://shop", "Host": "shop"}
    assert (await door(ana).admit(request(**own))).signed_in is None
    with pytest.raises(Refused) as refused:
        await door(ana).admit(request(Authorization="Bearer bad"))
    assert refused.value.response.status == 401


async def test_a_household_counts_as_one_whichever_of_its_addresses_it_takes() -> None:
    gate = door(nobody, sockets_per_address=Rate(1, 2))
    for number in range(2):
        await gate.admit(request().clone(remote=f"2001:db8::{number}"))
    with pytest.raises(Refused) as refused:
        await gate.admit(request().clone(remote="2001:db8::3"))
    assert refused.value.response.status == 429
    await gate.admit(request().clone(remote="2001:db8:0:1::"))


async def test_guests_from_an_address_of_the_banned_are_refused_and_others_there_are_not() -> None:
    async def ana(token: str) -> SignedIn | None:
        return ANA if token == "good" else None

    coming = request(Authorization="Bearer good").clone(remote="192.0.2.7")
    assert (await door(ana, Refusing("192.0.2.7")).admit(coming)).signed_in is ANA
    assert (await door(ana, Refusing("192.0.2.7")).admit(request().clone(remote="192.0.2.8"))).signed_in is None
    with pytest.raises(Refused) as refused:
        await door(ana, Refusing("192.0.2.7")).admit(request().clone(remote="192.0.2.7"))
    assert refused.value.response.status == 403


async def test_a_question_of_who_it_is_that_is_not_answered_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_token: str) -> SignedIn | None:
        await asyncio.Event().wait()
        return None

    async def away(_token: str) -> SignedIn | None:
        raise UnavailableError("away")

    assert door_module.AUTHENTICATE_WITHIN_S == 5
    monkeypatch.setattr(door_module, "AUTHENTICATE_WITHIN_S", 0.01)
    for authenticate in (silent, away):
        with pytest.raises(Refused) as refused:
            await door(authenticate).admit(request(Authorization="Bearer any"))
        assert refused.value.response.status == 503
        assert int(refused.value.response.headers["Retry-After"]) >= 1


async def test_each_who_is_turned_away_gets_a_time_of_his_own() -> None:
    gate = door(nobody, joins=Rate(10, 1), sockets_per_address=Rate(1_000, 1_000))
    await gate.admit(request())
    told = []
    for _ in range(50):
        with pytest.raises(Refused) as refused:
            await gate.admit(request())
        response = refused.value.response
        assert response.status == 503
        problem = json.loads(str(response.text))
        assert problem["code"] == "busy"
        told.append(problem["retry_after_ms"])
        assert int(response.headers["Retry-After"]) * 1_000 >= problem["retry_after_ms"]
    assert len(set(told)) > 40
    assert max(told) > 4_000, "fifty at ten a second take five seconds"


def test_a_server_that_goes_does_not_call_all_back_at_once() -> None:
    times = {int(json.loads(str(draining().response.text))["retry_after_ms"]) for _ in range(50)}
    assert len(times) > 30
