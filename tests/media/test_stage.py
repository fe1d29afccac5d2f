"""Host and callers in the slots of one relay: who sees and hears whom, without a second offer."""

from __future__ import annotations

from typing import Any

import pytest

from media import report
from media.errors import BadRequestError, ConflictError, NotFoundError
from media.shows import Standing
from tests.media.conftest import Peer, Stage
from tests.support.stage_peers import StageViewer, performer

HOST, ANA, LIN = (60, 400), (120, 800), (190, 1_600)
SHOWN = Standing(shown=True)


async def publish(stage: Stage, holder: str, slot: int, look: tuple[int, int]) -> Peer:
    peer = performer(*look)
    peer.prefer("video/vp8")
    stage.peers.append(peer)
    await peer.accept(await stage.relay.publish("s", peer.session, holder, await peer.offer(), slot))
    return peer


async def watch(stage: Stage, holder: str | None = None, slots: int = 4, *, backstage: bool = False) -> StageViewer:
    viewer = StageViewer(slots)
    stage.peers.append(viewer)
    offer = await viewer.offer()
    await viewer.accept(await stage.relay.watch("s", viewer.session, offer, holder=holder, backstage=backstage))
    return viewer


def speakers(stage: Stage) -> list[int | None]:
    return [event.slot for event in stage.events if event.type == "speaker"]


def pictures(*looks: tuple[int, int]) -> dict[int, int]:
    return {slot: look[0] for slot, look in enumerate(looks)}


def tones(*looks: tuple[int, int]) -> dict[int, int]:
    return {slot: look[1] for slot, look in enumerate(looks)}


async def test_the_stage_sees_all_of_it_and_the_audience_who_is_shown(stage: Stage, eventually: Any) -> None:
    audience, player = await watch(stage), await watch(stage, slots=1)
    host, ana = await watch(stage, "mei"), await watch(stage, "ana")
    staff = await watch(stage, "mo", backstage=True)
    await publish(stage, "mei", 0, HOST)
    await eventually(lambda: (audience.sees(), audience.hears()) == (pictures(HOST), tones(HOST)))
    # Alone the host may listen to his own show.
    await eventually(lambda: host.hears() == tones(HOST))
    await publish(stage, "ana", 1, ANA)
    await eventually(lambda: host.sees() == pictures(HOST, ANA) and ana.sees() == pictures(HOST))
    await eventually(lambda: staff.sees() == pictures(HOST, ANA) and staff.hears() == tones(HOST, ANA))
    for viewer in (host, ana):
        viewer.forget()
    await eventually(lambda: host.hears() == {1: ANA[1]} and ana.hears() == tones(HOST))
    # Nobody's own camera comes back to him either.
    assert ana.pictures[1] == 0
    assert (audience.sees(), audience.hears()) == (pictures(HOST), tones(HOST))
    stage.relay.stage("s", 1, "ana", SHOWN)
    await eventually(lambda: (audience.sees(), audience.hears()) == (pictures(HOST, ANA), tones(HOST, ANA)))
    # Both tones are as loud. On a stage of one nobody is named.
    await eventually(lambda: speakers(stage) in ([0], [1]))
    stage.relay.stage("s", 1, "ana", Standing(shown=True, muted=True))
    await eventually(lambda: speakers(stage)[1:] == [None])
    stage.relay.stage("s", 1, "ana", SHOWN)
    await publish(stage, "lin", 2, LIN)
    await eventually(lambda: ana.sees() == {0: HOST[0], 2: LIN[0]} and ana.hears() == {0: HOST[1], 2: LIN[1]})
    assert audience.pictures[2] == 0
    # Who came with one line of each sees the host, whatever happens beside him.
    assert (player.sees(), player.hears()) == (pictures(HOST), tones(HOST))
    assert stage.relay.counters.values.get("protect_errors", 0) == 0


async def test_hidden_muted_and_gone(stage: Stage, eventually: Any) -> None:
    audience, host = await watch(stage), await watch(stage, "mei")
    await publish(stage, "mei", 0, HOST)
    first = await publish(stage, "ana", 1, ANA)
    await eventually(lambda: stage.relay.shows["s"].publishers[1].live)
    stage.relay.stage("s", 1, "ana", SHOWN)
    await eventually(lambda: audience.hears() == tones(HOST, ANA))
    stage.relay.stage("s", 1, "ana", Standing(shown=True, muted=True))
    for viewer in (audience, host):
        viewer.forget()
    await eventually(lambda: audience.hears() == tones(HOST) and audience.pictures[1] > 5 and host.pictures[1] > 5)
    assert host.hears() == {}
    stage.relay.stage("s", 1, "ana", Standing(shown=False))
    audience.forget()
    await eventually(lambda: host.hears() == {1: ANA[1]} and audience.pictures[0] > 10)
    assert audience.pictures[1] <= 1
    assert audience.hears() == tones(HOST)
    stage.relay.stage("s", 1, "ana", SHOWN)
    await eventually(lambda: audience.pictures[1] > 3 and audience.hears() == tones(HOST, ANA))
    assert await stage.relay.unseat("s", 1, "lin") == 0
    assert await stage.relay.unseat("s", 1, "ana") == 1
    await eventually(lambda: first.connection.connectionState == "closed")
    # The slot's next caller is nobody to the audience until he is shown.
    audience.forget()
    await publish(stage, "lin", 1, LIN)
    await eventually(lambda: host.sees()[1] == LIN[0] and host.hears() == {1: LIN[1]})
    assert audience.pictures[1] == 0
    stage.relay.stage("s", 1, "lin", SHOWN)
    await eventually(lambda: (audience.sees(), audience.hears()) == (pictures(HOST, LIN), tones(HOST, LIN)))
    assert stage.relay.counters.values.get("protect_errors", 0) == 0


async def test_who_joins_late_gets_a_key_frame_of_each_slot_at_once(stage: Stage, eventually: Any) -> None:
    await publish(stage, "mei", 0, HOST)
    await publish(stage, "ana", 3, ANA)
    await eventually(lambda: len(stage.relay.shows["s"].publishers) == 2)
    await eventually(lambda: all(each.live for each in stage.relay.shows["s"].publishers.values()))
    stage.relay.stage("s", 3, "ana", SHOWN)
    late = await watch(stage)
    await eventually(lambda: late.sees() == {0: HOST[0], 3: ANA[0]}, 4)


async def test_only_who_publishes_in_a_slot_is_shown_in_it(stage: Stage, eventually: Any) -> None:
    with pytest.raises(NotFoundError):
        stage.relay.stage("s", 1, "ana", SHOWN)
    await publish(stage, "mei", 0, HOST)
    await publish(stage, "ana", 1, ANA)
    with pytest.raises(NotFoundError):
        stage.relay.stage("s", 1, "lin", SHOWN)
    with pytest.raises(NotFoundError):
        stage.relay.stage("s", 2, "ana", SHOWN)
    with pytest.raises(BadRequestError):
        stage.relay.stage("s", 0, "mei", Standing(shown=False))
    other = performer(*LIN)
    stage.peers.append(other)
    with pytest.raises(ConflictError):
        await stage.relay.publish("s", other.session, "lin", await other.offer(), 1)
    stage.relay.stage("s", 1, "ana", SHOWN)
    await eventually(lambda: report.shows(stage.relay)["s"]["stage"][0]["live"])
    seen = report.shows(stage.relay)["s"]
    assert seen["stage"] == [{"slot": 1, "holder": "ana", "live": True, "shown": True, "muted": False}]


async def test_callers_alone_are_no_show(stage: Stage, eventually: Any) -> None:
    host = await publish(stage, "mei", 0, HOST)
    await publish(stage, "ana", 1, ANA)
    await eventually(lambda: all(each.live for each in stage.relay.shows["s"].publishers.values()))
    assert stage.relay.shows["s"].state() == "live"
    await stage.relay.end("s", host.session)
    assert stage.relay.shows["s"].state() == "waiting"
    assert set(stage.relay.shows["s"].publishers) == {1}
