"""Callers on stage in a whole shop: HTTP, WebSocket and media together, with stock aiortc peers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.support.peers import MakePeer, post, until
from tests.support.running_shop import RunningShop
from tests.support.theatre import ANA, HOST, LIN, Theatre, open_theatre

pytestmark = pytest.mark.real
BANNED_WITHIN_S = 2.0
# On a machine that runs all of this in two cores.
SHOWN_WITHIN_S = 3.0


@pytest.fixture
async def theatre(shop: RunningShop, peers: MakePeer) -> AsyncIterator[Theatre]:
    async with open_theatre(shop, peers) as built:
        yield built


async def test_two_callers_are_on_stage_with_the_host_and_one_is_banned(theatre: Theatre) -> None:
    host, viewers = theatre.seats["host"], theatre.viewers
    await theatre.shown(HOST)
    used = await theatre.come("ana", ANA)
    await until(lambda: viewers["host"].sees() == {0: HOST[0], 1: ANA[0]})
    await theatre.heard("host", {1: ANA[1]})
    assert {viewers[who].pictures[1] for who in ("guest", "sam", "lin")} == {0}
    admitted = time.monotonic()
    await host.ask("call.admit", user=theatre.ids["ana"])
    await until(lambda: viewers["guest"].pictures[1] > 0)
    assert time.monotonic() - admitted < SHOWN_WITHIN_S
    await theatre.shown(HOST, ANA)
    await theatre.come("lin", LIN)
    await host.ask("call.admit", user=theatre.ids["lin"])
    await theatre.shown(HOST, ANA, LIN)
    # The stage does not hear itself.
    await theatre.heard("ana", {0: HOST[1], 2: LIN[1]})
    await theatre.heard("lin", {0: HOST[1], 1: ANA[1]})
    await theatre.seats["guest"].until(
        lambda events: any(event[1] == "stage" and len(event[2]["slots"]) == 2 for event in events)
    )
    again = await asyncio.to_thread(post, theatre.shop, f"/whip/{theatre.show}", "v=0", used)
    assert (again.status, again.body["code"]) == (403, "token_used")
    await host.ask("call.mute", user=theatre.ids["ana"], muted=True)
    await theatre.heard("sam", {0: HOST[1], 2: LIN[1]})
    fresh = (await theatre.own("lin"))["publish_token"]
    began = time.monotonic()
    banning = await asyncio.to_thread(
        theatre.shop.call,
        "POST",
        f"users/{theatre.ids['lin']}/ban",
        {"reason": "shouting"},
        token=theatre.shop.log_in("mo"),
    )
    assert banning.status == 201
    await until(lambda: theatre.performers["lin"].connection.connectionState == "closed")
    spent = time.monotonic() - began
    assert spent < BANNED_WITHIN_S
    refused = await asyncio.to_thread(post, theatre.shop, f"/whip/{theatre.show}", "v=0", fresh)
    assert (refused.status, refused.body["code"]) == (403, "banned")
    await theatre.seats["guest"].until(
        lambda events: (
            [[slot["slot"] for slot in event[2]["slots"]] for event in events if event[1] == "stage"][-1] == [1]
        )
    )
    assert (await host.ask("call.end", user=theatre.ids["ana"]))["call"]["state"] == "ended"
    await until(lambda: theatre.performers["ana"].connection.connectionState == "closed")
    await theatre.shown(HOST)


async def test_who_goes_away_is_lost_and_then_off_the_stage(theatre: Theatre) -> None:
    await theatre.come("ana", ANA)
    await theatre.seats["host"].ask("call.admit", user=theatre.ids["ana"])
    await theatre.shown(HOST, ANA)
    await theatre.performers["ana"].close()
    guest = theatre.seats["guest"]
    await guest.until(
        lambda events: any(
            event[1] == "stage" and [slot["state"] for slot in event[2]["slots"]] == ["lost"] for event in events
        )
    )
    told = await theatre.own("ana")
    await theatre.perform("ana", ANA, told["publish_token"])
    await theatre.shown(HOST, ANA)
    assert (await theatre.own("ana"))["call"]["state"] == "live"
