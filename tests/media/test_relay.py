"""The relay with stock aiortc peers on both sides, real sockets and a clock that can be moved on."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
import weakref
from typing import Any

import pytest
from aioice import stun

from media import report
from media.errors import (
    BadSdpError,
    ConflictError,
    EndedError,
    FullError,
    NoCommonCodecError,
    NotFoundError,
    PortUnavailableError,
)
from media.options import MediaOptions
from media.rates import Rates
from media.relay import Relay

OFFER = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtcp-mux\r\n"
    "a=recvonly\r\na=rtpmap:111 opus/48000/2\r\na=setup:active\r\na=fingerprint:sha-256 AB:CD\r\n"
)


@pytest.mark.parametrize("codec", ["video/h264", "video/vp8"])
async def test_a_viewer_sees_and_hears_the_publisher(stage: Any, eventually: Any, codec: str) -> None:
    publisher = await stage.publish(codec=codec)
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 5 and viewer.loudest > 5_000)
    assert viewer.sizes[-1] == (320, 240)
    assert stage.told == [("publisher.live", publisher.session)]
    assert not [name for name in stage.relay.counters.values if name.startswith("bad_datagrams.rtp")]


async def test_viewers_who_came_first_see_the_publisher_when_it_comes(stage: Any, eventually: Any) -> None:
    viewers = [await stage.watch() for _ in range(2)]
    await eventually(lambda: stage.relay.counters.values["handshakes"] == 2)
    await stage.publish()
    await eventually(lambda: all(viewer.frames >= 3 and viewer.loudest > 5_000 for viewer in viewers))


async def test_a_reload_takes_over_and_viewers_go_on_watching(stage: Any, eventually: Any) -> None:
    first = await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 3)
    second = await stage.publish(codec="video/vp8", size=(480, 320))
    await eventually(lambda: (480, 320) in viewer.sizes)
    assert stage.told[:3] == [
        ("publisher.live", first.session),
        ("publisher.gone", first.session),
        ("publisher.live", second.session),
    ]
    await eventually(lambda: first.connection.connectionState == "closed")
    assert viewer.connection.connectionState == "connected"


async def test_a_viewer_without_a_decoder_hears_the_publisher_who_is_told(stage: Any, eventually: Any) -> None:
    def undecodable(of: Any) -> int:
        figures = report.sessions(stage.relay, "s", Rates(stage.relay, time.monotonic))
        return next(int(each["undecodable"]) for each in figures if each["session"] == of.session)

    first, able, lacking = await stage.publish(codec="video/vp8"), await stage.watch(), stage.offering_viewer()
    lacking.prefer("video/h264")
    await lacking.accept(await stage.relay.watch("s", lacking.session, await lacking.offer()))
    await eventually(lambda: lacking.loudest > 5_000 and able.frames >= 3)
    assert (lacking.frames, undecodable(first)) == (0, 1)
    second = await stage.publish(codec="video/h264")
    await eventually(lambda: lacking.frames >= 3)
    assert undecodable(second) == 0


async def test_another_person_cannot_take_the_slot(stage: Any, eventually: Any) -> None:
    await stage.publish(holder="mei")
    viewer = await stage.watch()
    with pytest.raises(ConflictError):
        await stage.publish(holder="eve")
    await eventually(lambda: viewer.frames >= 3)


async def test_closing_a_session_tells_the_peer_and_frees_the_slot(stage: Any, eventually: Any) -> None:
    publisher, viewer = await stage.publish(), await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    await stage.relay.end("s", publisher.session)
    await stage.relay.end("s", viewer.session)
    await eventually(lambda: publisher.connection.connectionState == "closed")
    await eventually(lambda: viewer.connection.connectionState == "closed")
    assert stage.relay.shows == {}
    with pytest.raises(NotFoundError):
        await stage.relay.end("s", viewer.session)
    await stage.publish(holder="another")


async def test_a_peer_that_says_goodbye_is_gone_at_once(stage: Any, eventually: Any) -> None:
    publisher, viewer = await stage.publish(), await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    await viewer.connection.close()
    await eventually(lambda: ("viewer.gone", viewer.session) in stage.told)
    await publisher.connection.close()
    await eventually(lambda: ("publisher.gone", publisher.session) in stage.told)
    assert stage.relay.sessions == {}


async def test_a_publisher_that_stops_sending_is_silent_after_two_seconds(stage: Any, eventually: Any) -> None:
    publisher = await stage.publish()
    await eventually(lambda: ("publisher.live", publisher.session) in stage.told)
    for sender in publisher.connection.getSenders():
        sender.replaceTrack(None)
    await eventually(lambda: ("publisher.silent", publisher.session) in stage.told)
    assert stage.relay.shows["s"].state() == "silent"


async def test_thirty_seconds_of_silence_end_a_session(stage: Any, eventually: Any) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    stage.ahead = 29.0
    stage.relay.tick()
    assert len(stage.relay.sessions) == 2
    stage.ahead = 61.0
    stage.relay.tick()
    assert stage.relay.sessions == {}
    assert {kind for kind, _ in stage.told} >= {"publisher.gone", "viewer.gone"}
    assert stage.relay.counters.values["sessions_timed_out"] == 2


async def test_a_session_that_never_connects_is_dropped_after_ten_seconds(stage: Any) -> None:
    peer = stage._peer()
    peer.connection.addTransceiver("video", direction="recvonly")
    await stage.relay.watch("s", peer.session, await peer.offer())
    stage.ahead = 9.0
    stage.relay.tick()
    assert len(stage.relay.sessions) == 1
    stage.ahead = 11.0
    stage.relay.tick()
    assert stage.relay.sessions == {}


async def test_an_ended_show_closes_everybody_and_lets_nobody_in(stage: Any, eventually: Any) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await stage.watch("other")
    await eventually(lambda: viewer.frames >= 1)
    assert await stage.relay.end_show("s") == 2
    for call in (stage.publish, stage.watch):
        with pytest.raises(EndedError):
            await call()
    assert list(stage.relay.shows) == ["other"]


async def test_a_ban_ends_a_person_everywhere_and_guests_of_an_address(stage: Any) -> None:
    publisher = await stage.publish(holder="mei")
    ana = await stage.watch("other", holder="ana", address="192.0.2.7")
    guest = await stage.watch(address="192.0.2.7")
    assert await stage.relay.kick(address="192.0.2.7") == 1
    assert guest.session not in stage.relay.sessions
    assert await stage.relay.kick(holder="ana") == 1
    assert ana.session not in stage.relay.sessions
    assert await stage.relay.kick(holder="nobody") == 0
    assert await stage.relay.kick(holder="mei") == 1
    assert publisher.session not in stage.relay.sessions


async def test_a_person_is_put_out_of_one_show_and_stays_in_the_others(stage: Any) -> None:
    there = await stage.watch("here", holder="ana", address="192.0.2.7")
    elsewhere = await stage.watch("elsewhere", holder="ana", address="192.0.2.9")
    assert stage.relay.addresses("ana", "here") == ["192.0.2.7"]
    assert stage.relay.addresses("ana") == ["192.0.2.7", "192.0.2.9"]
    assert await stage.relay.kick(holder="ana", show="here") == 1
    assert there.session not in stage.relay.sessions
    assert elsewhere.session in stage.relay.sessions
    assert await stage.relay.kick(holder="ana", show="nowhere") == 0


async def test_bad_offers_leave_nothing_behind(stage: Any) -> None:
    peer = stage._peer()
    peer.connection.addTransceiver("video", direction="recvonly")
    offer = await peer.offer()
    for text in ("", "v=0", offer.replace("m=video", "m=vi"), offer[:200], "v=0\r\n" * 20_000):
        with pytest.raises((BadSdpError, NoCommonCodecError)):
            await stage.relay.watch("s", "x", text)
    with pytest.raises(NoCommonCodecError):
        await stage.relay.publish("s", "x", "mei", offer)
    assert (stage.relay.shows, stage.relay.sessions) == ({}, {})


async def test_a_session_id_is_used_once(stage: Any) -> None:
    viewer = await stage.watch()
    with pytest.raises(ConflictError):
        await stage.relay.watch("s", viewer.session, viewer.connection.localDescription.sdp)


async def test_a_full_process_says_when_to_ask_again(eventually: Any) -> None:
    relay = Relay(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0, max_half_open=1))
    await relay.open()
    try:
        await relay.watch("s", "one", OFFER)
        with pytest.raises(FullError) as caught:
            await relay.watch("s", "two", OFFER)
        assert caught.value.retryable
        assert caught.value.retry_after_ms == 2_000
    finally:
        await relay.close()


async def test_sessions_leave_no_task_and_no_object(stage: Any, eventually: Any) -> None:
    before = asyncio.all_tasks()
    publisher, viewer = await stage.publish(), await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    sessions = [weakref.ref(item.peer) for item in stage.relay.sessions.values()]
    sessions += [weakref.ref(item.role) for item in stage.relay.sessions.values()]
    sessions += [weakref.ref(stage.relay.shows["s"].slots[0])]
    await stage.relay.end_show("s")
    await publisher.close()
    await viewer.close()
    await eventually(lambda: asyncio.all_tasks() <= before)
    await eventually(lambda: gc.collect() >= 0 and all(ref() is None for ref in sessions))


async def test_a_taken_port_is_a_clear_error(stage: Any) -> None:
    with pytest.raises(PortUnavailableError, match=str(stage.relay.port)):
        Relay(MediaOptions(node="u", udp_host="127.0.0.1", udp_port=stage.relay.port))


async def test_closing_the_relay_says_goodbye_within_a_second(stage: Any, eventually: Any) -> None:
    publisher, viewer = await stage.publish(), await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    await asyncio.wait_for(stage.relay.close(), 1.0)
    await stage.relay.close()
    await eventually(lambda: publisher.connection.connectionState == "closed")
    await eventually(lambda: viewer.connection.connectionState == "closed")


@pytest.mark.parametrize(("host", "expected"), [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1")])
async def test_a_wildcard_socket_advertises_every_address(host: str, expected: str) -> None:
    relay = Relay(MediaOptions(node="t", udp_host=host, udp_port=0))
    try:
        assert expected in relay.candidates
        assert host not in relay.candidates
    finally:
        await relay.close()


async def test_the_operator_names_the_advertised_addresses() -> None:
    advertised = ("203.0.113.5", "2001:db8::5")
    relay = Relay(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0, advertised=advertised))
    try:
        assert relay.candidates == advertised
    finally:
        await relay.close()


async def test_media_moves_to_a_path_that_was_checked_with_the_credentials_of_a_restart(
    stage: Any, eventually: Any
) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 3)
    session = stage.relay.sessions[viewer.session]
    before, old = session.peer.path.address, session.peer.ice
    ufrag, password = stage.relay.restart_ice(session, "fresh")
    seen = viewer.frames
    await eventually(lambda: viewer.frames >= seen + 5)
    assert session.peer.path.address == before, "nothing was checked yet: media stays where it is"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as path:
        path.bind(("127.0.0.1", 0))
        path.sendto(nomination(f"{ufrag}:fresh", password), ("127.0.0.1", stage.relay.port))
        await eventually(lambda: session.peer.path.address == path.getsockname())
        stage.relay.tick()
        # The former credentials are worth nothing any more.
        checks = stage.relay.counters.values["bad_datagrams.stun_integrity"]
        path.sendto(nomination(f"{old.ufrag}:other", old.password), ("127.0.0.1", stage.relay.port))
        await eventually(lambda: stage.relay.counters.values["bad_datagrams.stun_integrity"] > checks)
    stage.relay.restart_ice(session, "again")
    await stage.relay.end("s", viewer.session)
    assert len(stage.relay._ingress._ice) == 1, "all credentials went with the session"


def nomination(username: str, password: str) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes |= {"USERNAME": username, "PRIORITY": 5, "USE-CANDIDATE": None}
    message.add_message_integrity(password.encode())
    return bytes(message)
