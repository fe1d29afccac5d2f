"""A media process is killed with a caller on stage: he is lost, comes back with a new token, and is live as before."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.peers import MakePeer, until
from tests.support.running_shop import RunningShop
from tests.support.theatre import ANA, HOST, open_theatre

pytestmark = pytest.mark.real


async def test_the_stage_is_rebuilt_after_its_media_process_was_killed(tmp_path: Path, peers: MakePeer) -> None:
    with RunningShop(tmp_path / "data") as shop:
        async with open_theatre(shop, peers) as theatre:
            await theatre.come("ana", ANA)
            await theatre.seats["host"].ask("call.admit", user=theatre.ids["ana"])
            await theatre.seats["host"].ask("call.mute", user=theatre.ids["ana"], muted=True)
            await theatre.heard("guest", {0: HOST[1]})
            (killed,) = shop.parts("media")
            os.kill(killed, signal.SIGKILL)
            guest = theatre.seats["guest"]
            await guest.until(
                lambda events: any(
                    event[1] == "stage" and [slot["state"] for slot in event[2]["slots"]] == ["lost"]
                    for event in events
                )
            )
            await until(lambda: shop.parts("media") not in ([], [killed]))
            token = (await theatre.call("POST", "publish-token")).body["publish_token"]
            told = await theatre.own("ana")
            assert told["call"]["state"] == "live"
            await theatre.open(token)
            await theatre.perform("ana", ANA, told["publish_token"])
            await until(lambda: theatre.viewers["guest"].sees() == {0: HOST[0], 1: ANA[0]})
            # Nobody hears him now either.
            await theatre.heard("guest", {0: HOST[1]})
            await guest.until(
                lambda events: (
                    [event[2]["slots"][0]["state"] for event in events if event[1] == "stage" and event[2]["slots"]][-1]
                    == "live"
                )
            )
