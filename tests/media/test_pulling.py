"""The host of one show in a slot of another: on one process, and by a link between two."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from media import report
from media.core import rtcp
from media.core.rtp import parse_header
from media.errors import ConflictError, NotFoundError
from media.formats import binding_request
from media.link import KEY_BYTES, LINES, End, LinkPeer
from media.publisher import Publisher
from media.rates import Rates
from media.requests import Requests
from media.shows import HOST, Guest
from media.viewer import Viewer
from tests.media.conftest import Peer, Stage
from tests.support.stage_peers import StageViewer, performer, settles

MEI, BO, ANA = (60, 400), (190, 1_600), (120, 800)


@pytest.fixture
async def far() -> AsyncIterator[Stage]:
    """Another media process."""
    built = Stage()
    await built.relay.open()
    yield built
    await asyncio.gather(*(peer.close() for peer in built.peers))
    await built.relay.close()


async def publish(stage: Stage, show: str, holder: str, look: tuple[int, int], slot: int = 0) -> Peer:
    peer = performer(*look)
    peer.prefer("video/vp8")
    stage.peers.append(peer)
    await peer.accept(await stage.relay.publish(show, peer.session, holder, await peer.offer(), slot))
    return peer


async def watch(stage: Stage, show: str, holder: str | None = None) -> StageViewer:
    viewer = StageViewer()
    stage.peers.append(viewer)
    await viewer.accept(await stage.relay.watch(show, viewer.session, await viewer.offer(), holder=holder))
    return viewer


def end() -> End:
    return End(secrets.token_hex(8), secrets.token_hex(16), secrets.token_bytes(KEY_BYTES))


def join(near: Stage, far: Stage, show: str, slot: int, source: str, holder: str) -> str:
    """`near` shows the host whom `far` has; answers the link's name."""
    session, feeder, puller = f"feed-{secrets.token_hex(8)}", end(), end()
    at, layers = far.relay.feed(source, session, (feeder, puller), 1.0)
    assert layers == 1
    near.relay.pull(show, slot, Guest(source, "far", holder, (session,)), [(puller, feeder)], at)
    return session


def look_of(**slots: tuple[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    found = {int(slot[1:]): look for slot, look in slots.items()}
    return {slot: look[0] for slot, look in found.items()}, {slot: look[1] for slot, look in found.items()}


def seen(viewer: StageViewer) -> tuple[dict[int, int], dict[int, int]]:
    return viewer.sees(), viewer.hears()


async def test_two_shows_of_one_process_show_both_hosts_without_an_offer(stage: Stage, eventually: Any) -> None:
    relay = stage.relay
    tea, cups, host = await watch(stage, "tea"), await watch(stage, "cups"), await watch(stage, "tea", "mei")
    await publish(stage, "tea", "mei", MEI)
    first = await publish(stage, "cups", "bo", BO)
    await eventually(lambda: seen(tea) == look_of(_0=MEI) and seen(cups) == look_of(_0=BO))
    relay.tap("tea", 3, Guest("cups", "t", "bo"))
    relay.tap("cups", 2, Guest("tea", "t", "mei"))
    await eventually(lambda: seen(tea) == look_of(_0=MEI, _3=BO) and seen(cups) == look_of(_0=BO, _2=MEI))
    # The host hears the other one, and himself no more.
    host.forget()
    await eventually(lambda: host.hears() == {3: BO[1]} and host.sees() == {0: MEI[0], 3: BO[0]})
    late = await watch(stage, "tea")
    await eventually(lambda: late.sees() == {0: MEI[0], 3: BO[0]})
    # His page is loaded anew: he is there again without anybody doing anything.
    await relay.end("cups", first.session)
    assert not report.shows(relay)["tea"]["guests"][0]["live"]
    await publish(stage, "cups", "bo", ANA)
    await eventually(lambda: seen(tea) == look_of(_0=MEI, _3=ANA))
    assert report.shows(relay)["tea"]["guests"] == [{"slot": 3, "source": "cups", "node": "t", "live": True}]
    assert relay.unpull("tea", 3, "cups")
    assert not relay.unpull("tea", 3, "cups")
    await settles(tea, *look_of(_0=MEI))
    await settles(host, *look_of(_0=MEI))
    await eventually(lambda: seen(cups) == look_of(_0=ANA, _2=MEI))
    assert relay.counters.values.get("protect_errors", 0) == relay.counters.values.get("task_errors", 0) == 0


async def test_a_host_of_another_process_comes_by_a_link_as_he_is(stage: Stage, far: Stage, eventually: Any) -> None:
    near = stage
    tea, cups = await watch(near, "tea"), await watch(far, "cups")
    await publish(near, "tea", "mei", MEI)
    host = await publish(far, "cups", "bo", BO)
    await eventually(lambda: seen(tea) == look_of(_0=MEI) and seen(cups) == look_of(_0=BO))
    sent = payloads(far, host.session)
    # What is gathered for a frame came before it was noted.
    await eventually(lambda: len(sent) > 5)
    there, back = join(near, far, "tea", 3, "cups", "bo"), join(far, near, "cups", 2, "tea", "mei")
    came = payloads(near, there)
    await eventually(lambda: seen(tea) == look_of(_0=MEI, _3=BO) and seen(cups) == look_of(_0=BO, _2=MEI))
    # Nothing was decoded: each payload is one that the host sent, and it came once, whoever watches.
    more = [await watch(near, "tea") for _ in range(2)]
    await eventually(lambda: all(seen(viewer) == look_of(_0=MEI, _3=BO) for viewer in more))
    await eventually(lambda: len(came) > 20)
    assert set(came) <= set(sent)
    assert len(came) == len(set(came))
    roles = [type(item.role) for item in far.relay.sessions.values() if isinstance(item.peer, LinkPeer)]
    assert roles == [Viewer, Publisher]
    # What the studio and the desk read is of people alone.
    assert len(report.sessions(near.relay, "tea", Rates(near.relay, time.monotonic))) == 4
    # A joiner's wish for a picture went all the way to the host.
    assert far.relay.counters.values["pli"] >= 1
    assert report.shows(near.relay)["tea"]["guests"] == [{"slot": 3, "source": "cups", "node": "far", "live": True}]
    assert near.relay.unpull("tea", 3, "cups")
    # The goodbye ends the other side too.
    await eventually(lambda: there not in far.relay.sessions and there not in near.relay.sessions)
    await settles(tea, *look_of(_0=MEI))
    await settles(cups, *look_of(_0=BO, _2=MEI))
    assert back in far.relay.sessions
    for each in (near, far):
        assert each.relay.counters.values.get("protect_errors", 0) == each.relay.counters.values.get("task_errors", 0)


async def test_what_is_lost_between_two_processes_is_asked_for_and_comes_again(
    stage: Stage, far: Stage, eventually: Any
) -> None:
    viewer = await watch(stage, "tea")
    await publish(far, "cups", "bo", BO)
    await eventually(lambda: far.relay.shows["cups"].publishers[HOST].live)
    session = join(stage, far, "tea", 1, "cups", "bo")
    peer = stage.relay.sessions[session].peer
    take, count = peer.datagram, 0

    def lossy(data: bytes, now: float) -> bool:
        nonlocal count
        count += 1
        # A tenth of all media does not come.
        return True if data[0] >= 128 and count % 10 == 0 else take(data, now)

    peer.datagram = lossy  # type: ignore[method-assign]
    await eventually(lambda: viewer.sees() == {1: BO[0]} and stage.relay.counters.values["repaired_in"] > 3)
    assert far.relay.counters.values["nack"] > 0
    assert far.relay.counters.values["resent"] > 0


async def test_the_other_process_dies_and_the_slot_is_filled_anew(stage: Stage, far: Stage, eventually: Any) -> None:
    viewer = await watch(stage, "tea")
    await publish(far, "cups", "bo", BO)
    session = join(stage, far, "tea", 1, "cups", "bo")
    await eventually(lambda: viewer.sees() == {1: BO[0]})
    await far.relay.close()
    # It said goodbye; one that cannot is silent for a while first.
    await eventually(lambda: session not in stage.relay.sessions or not stage.relay.flows(guest(stage)))
    stage.ahead += 31
    stage.relay.tick()
    assert report.shows(stage.relay)["tea"]["guests"][0]["node"] == ""
    await publish(stage, "cups", "bo", ANA)
    stage.relay.tap("tea", 1, Guest("cups", "t", "bo"))
    late = await watch(stage, "tea")
    await eventually(lambda: late.sees() == {1: ANA[0]})


def guest(stage: Stage) -> Guest:
    return stage.relay.shows["tea"].guests[1]


async def test_a_slot_is_a_callers_or_a_guests_and_the_end_of_either_show_empties_it(
    stage: Stage, eventually: Any
) -> None:
    relay = stage.relay
    await publish(stage, "tea", "mei", MEI)
    await publish(stage, "cups", "bo", BO)
    caller = await publish(stage, "tea", "ana", ANA, 1)
    with pytest.raises(ConflictError):
        relay.tap("tea", 1, Guest("cups", "t", "bo"))
    relay.tap("tea", 2, Guest("cups", "t", "bo"))
    other = performer(*ANA)
    stage.peers.append(other)
    with pytest.raises(ConflictError):
        await relay.publish("tea", other.session, "lin", await other.offer(), 2)
    with pytest.raises(NotFoundError):
        relay.feed("none", "feed-x", (end(), end()), 1.0)
    await relay.end("tea", caller.session)
    requests = Requests(relay)
    assert (await requests.answer("end_show", {"show": "cups"}))["ok"]["closed"] == 1
    assert relay.shows["tea"].guests == {}
    assert "cups" not in relay.shows


async def test_datagrams_of_strangers_are_nothing_to_a_link(stage: Stage, far: Stage, eventually: Any) -> None:
    """Whoever knows neither credentials nor keys: wrong checks, forged media, and anything else, from any address."""
    viewer = await watch(stage, "tea")
    await publish(far, "cups", "bo", BO)
    session = join(stage, far, "tea", 1, "cups", "bo")
    await eventually(lambda: viewer.sees() == {1: BO[0]})
    peer, relay = stage.relay.sessions[session].peer, stage.relay
    remote, sessions = peer.ice.remote, set(relay.sessions)
    assert remote is not None
    attacks = [
        binding_request(f"{peer.ice.ufrag}:x", "guessed"),
        binding_request("nobody:x", peer.ice.password),
        b"\x01\x01" + secrets.token_bytes(18),
        b"\x80\x60" + secrets.token_bytes(100),
        b"\x80\xc8" + secrets.token_bytes(60),
        b"\x16\xfe\xfd" + secrets.token_bytes(40),
        b"\x01",
        b"\xc8",
        b"\xc8" + secrets.token_bytes(8),
        b"\xc8" + secrets.token_bytes(8) + binding_request(f"{peer.ice.ufrag}:x", "guessed"),
        b"\xc8" * 1_500,
        secrets.token_bytes(1_500),
    ]
    for address in (("127.0.0.1", 9), remote):
        for data in attacks * 5:
            relay._ingress.receive(data, address)
    assert peer.ice.remote == remote
    assert set(relay.sessions) == sessions
    viewer.forget()
    await eventually(lambda: viewer.sees() == {1: BO[0]})
    assert relay.counters.values.get("task_errors", 0) == 0
    # Somebody who was fed, and one who comes later with the same name: refused.
    with pytest.raises(ConflictError):
        far.relay.feed("cups", session, (end(), end()), 1.0)


async def test_nobody_is_fed_who_does_not_prove_himself(far: Stage, stage: Stage, eventually: Any) -> None:
    await publish(far, "cups", "bo", BO)
    await eventually(lambda: far.relay.shows["cups"].publishers[HOST].live)
    feeder = end()
    far.relay.feed("cups", "feed-1", (feeder, end()), 1.0)
    role = far.relay.sessions["feed-1"].role
    wrong = binding_request(f"{feeder.ufrag}:x", "guessed")
    for _ in range(50):
        far.relay._ingress.receive(wrong, ("127.0.0.1", 9))
    assert isinstance(role, Viewer)
    assert role.path is None
    far.ahead += 11
    far.relay.tick()
    assert "feed-1" not in far.relay.sessions


KEY = b"k" * KEY_BYTES
GOOD: dict[str, Any] = {"ufrag": "u", "password": "p", "key": KEY}
FEED: dict[str, Any] = {"show": "s", "session": "x", "puller": GOOD, "feeder": GOOD, "layer": 1.0}
LINK: dict[str, Any] = {"session": "x", "puller": GOOD, "feeder": GOOD}
PULL: dict[str, Any] = {"show": "s", "slot": 1, "source": "o", "holder": "bo", "node": "n"}
PULL |= {"links": [LINK], "at": [["127.0.0.1", 9]]}


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("tap", {}),
        ("tap", {"show": "s", "slot": 0, "source": "o", "holder": "bo", "node": "n"}),
        ("tap", {"show": "s", "slot": 4, "source": "o", "holder": "bo", "node": "n"}),
        ("feed", {"show": "s", "session": "x"}),
        ("feed", {**FEED, "feeder": {**GOOD, "key": b"short"}}),
        ("feed", {**FEED, "feeder": {**GOOD, "key": "k" * KEY_BYTES}}),
        ("feed", {**FEED, "layer": 2.0}),
        ("feed", {**FEED, "layer": True}),
        ("pull", {**PULL, "at": []}),
        ("pull", {**PULL, "at": [["127.0.0.1", 0]]}),
        ("pull", {**PULL, "at": [["127.0.0.1"]]}),
        ("pull", {**PULL, "at": [["127.0.0.1", 9]] * 17}),
        ("pull", {**PULL, "at": "127.0.0.1"}),
        ("pull", {**PULL, "links": []}),
        ("pull", {**PULL, "links": [LINK] * 4}),
        ("pull", {**PULL, "links": ["x"]}),
        ("pull", {**PULL, "links": [{**LINK, "puller": None}]}),
        ("unpull", {"show": "s", "slot": True, "source": "o"}),
    ],
)
async def test_wrong_requests_are_refused_by_value(stage: Stage, method: str, args: dict[str, Any]) -> None:
    answer = await Requests(stage.relay).answer(method, args)
    assert answer["err"]["code"] == "bad_request"
    assert stage.relay.shows == {}
    assert stage.relay.sessions == {}


def test_both_ends_agree_on_payload_types_and_hide_their_secrets() -> None:
    numbers = [number for line in LINES for number in (*line.payloads, *line.rtx.values())]
    assert len(numbers) == len(set(numbers))
    assert "password" not in repr(end())
    assert b"k" not in repr(End("u", "p", KEY)).encode().replace(b"ufrag", b"")
    assert rtcp.read(rtcp.goodbye()) == [rtcp.Goodbye((rtcp.OUR_SSRC,))]


def payloads(stage: Stage, session: str) -> list[bytes]:
    """The pictures' payloads that a publisher's session takes from now on, without padding."""
    found: list[bytes] = []
    role = stage.relay.sessions[session].role
    assert isinstance(role, Publisher)
    take = role.take_rtp

    def noted(packet: bytes, now: float) -> None:
        header = parse_header(packet)
        end_at = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
        payload = packet[header.payload_at : end_at]
        # The sound of one tone repeats itself.
        codec = role._terms.payloads.get(header.payload_type)
        if codec is not None and codec.kind == "video":
            found.append(payload)
        take(packet, now)

    role.take_rtp = noted  # type: ignore[method-assign]
    return found
