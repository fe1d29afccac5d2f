"""Requests as plain values: arguments checked, errors as values."""

from __future__ import annotations

import time
from typing import Any

import msgpack
import pytest

from media import report
from media.requests import Requests

SESSION = "a-viewer"
BAD_SIZES: list[Any] = [None, [], [0.0] * 5, [1.1], [-0.1], ["1"], [True], [float("nan")], 1, {}]


@pytest.fixture
def requests(stage: Any) -> Requests:
    return Requests(stage.relay)


async def offer_of(stage: Any, direction: str = "recvonly") -> str:
    peer = stage._peer()
    peer.connection.addTransceiver("video", direction=direction)
    return str(await peer.offer())


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("nonsense", {}),
        (None, {}),
        (["publish"], {}),
        ("publish", None),
        ("publish", []),
        ("publish", {}),
        ("publish", {"show": "s", "session": "x", "holder": "m", "offer": b"v=0"}),
        ("publish", {"show": "s", "session": "x", "holder": "m", "offer": "v=0", "slot": 4}),
        ("publish", {"show": "s", "session": "x", "holder": "m", "offer": "v=0", "slot": True}),
        ("publish", {"show": "s" * 201, "session": "x", "holder": "m", "offer": "v=0"}),
        ("publish", {"show": "s", "session": "x", "holder": None, "offer": "v=0"}),
        ("watch", {"show": "s", "session": "", "offer": "v=0"}),
        ("watch", {"show": "s", "session": "x", "offer": "v=0", "holder": 7}),
        ("patch", {"show": "s", "session": "x", "fragment": 7}),
        ("close", {"show": "s"}),
        ("pin", {"show": "s", "layer": "low"}),
        ("pin", {"show": "s", "session": "x", "layer": "auto"}),
        ("pin", {"show": "s", "session": "x", "layer": ""}),
        ("pin", {"show": "s", "session": "x", "layer": 1}),
        ("pin", {"show": "s", "session": "x", "layer": ["low"]}),
        ("arrange", {"show": "s", "sizes": [1]}),
        *[("arrange", {"show": "s", "session": SESSION, "sizes": sizes}) for sizes in BAD_SIZES],
        ("end_show", {"show": 1}),
        ("kick", {}),
        ("stats", {}),
    ],
)
async def test_wrong_requests_are_refused_by_value(requests: Requests, method: Any, args: Any) -> None:
    answer = await requests.answer(method, args)
    assert answer["err"]["code"] == "bad_request"
    assert answer["err"]["retryable"] is False


async def test_errors_carry_their_codes(stage: Any, requests: Requests) -> None:
    base = {"show": "s", "session": "x"}
    offer = await offer_of(stage)

    async def code(method: str, **more: Any) -> str:
        return str((await requests.answer(method, {**base, **more}))["err"]["code"])

    assert await code("watch", offer="hello") == "bad_sdp"
    assert await code("publish", holder="mei", offer=offer) == "no_common_codec"
    assert await code("close") == "not_found"
    assert await code("patch", fragment="a=mid:0") == "not_found"
    assert "ok" in await requests.answer("watch", {**base, "offer": offer})
    assert await code("watch", offer=offer) == "conflict"
    assert await requests.answer("end_show", base) == {"ok": {"closed": 1}}
    assert await code("watch", offer=offer) == "ended"


async def test_a_full_process_answers_when_to_retry(
    stage: Any, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(stage.relay.options), "max_sessions", 0)
    error = (await requests.answer("watch", {"show": "s", "session": "x", "offer": await offer_of(stage)}))["err"]
    assert (error["code"], error["retryable"], error["retry_after_ms"]) == ("full", True, 2_000)


async def test_trickled_candidates_are_accepted_for_the_ice_session_that_is_meant(
    stage: Any, requests: Requests
) -> None:
    offer = await offer_of(stage)
    opened = (await requests.answer("watch", {"show": "s", "session": "x", "offer": offer}))["ok"]
    ufrag = next(line for line in offer.splitlines() if line.startswith("a=ice-ufrag"))
    candidate = "a=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\na=end-of-candidates\r\n"
    base = {"show": "s", "session": "x", "fragment": f"{ufrag}\r\n{candidate}"}

    async def code(**more: Any) -> str:
        return str((await requests.answer("patch", {**base, **more}))["err"]["code"])

    for tags in (opened["etag"], f'"{opened["etag"]}"', "*", '"*"', f'"old", "{opened["etag"]}"'):
        assert await requests.answer("patch", {**base, "if_match": tags}) == {"ok": {}}
    assert await code() == "precondition_required"
    assert await code(if_match='"other"') == "precondition_failed"
    for broken in (
        "hello",
        "a=ice-ufrag:x y",
        "a=mid:0\n" * 501,
        "a=ice-ufrag:other",
        "a=ice-ufrag:other\na=ice-pwd:short",
    ):
        assert await code(if_match="*", fragment=broken) == "bad_sdp", broken


async def test_a_viewer_pins_a_layer_of_its_own_session_alone(stage: Any, requests: Requests) -> None:
    await requests.answer("watch", {"show": "s", "session": "x", "offer": await offer_of(stage)})
    publisher = await stage.publish()

    async def pin(layer: str | None, **other: str) -> Any:
        return await requests.answer("pin", {"show": "s", "session": "x", "layer": layer, **other})

    for layer in ("low", "mid", "high", None, "high", "high"):
        assert await pin(layer) == {"ok": {}}
    assert await requests.answer("pin", {"show": "s", "session": "x"}) == {"ok": {}}
    assert (await pin("low", session="y"))["err"]["code"] == "not_found"
    assert (await pin("low", show="other"))["err"]["code"] == "not_found"
    assert (await pin("low", session=publisher.session))["err"]["code"] == "bad_request"
    await stage.relay.end("s", "x")
    assert (await pin("low"))["err"]["code"] == "not_found"


async def test_a_restart_brings_new_credentials_and_another_tag(stage: Any, requests: Requests) -> None:
    opened = (await requests.answer("watch", {"show": "s", "session": "x", "offer": await offer_of(stage)}))["ok"]
    fragment = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-ufrag:else\r\na=ice-pwd:0123456789abcdef012345\r\n"
    base = {"show": "s", "session": "x", "fragment": fragment}
    answer = (await requests.answer("patch", {**base, "if_match": "*"}))["ok"]
    lines = answer["answer"].splitlines()
    assert lines[:3] == ["a=ice-lite", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:0"]
    assert f"a=ice-ufrag:{answer['etag']}" in lines
    found = [line.split() for line in lines if line.startswith("a=candidate:")]
    assert [(each[2], each[5]) for each in found] == [(kind, str(stage.relay.port)) for kind in ("udp", "tcp")]
    assert answer["etag"] != opened["etag"]
    # The same fragment again is no further restart: its answer was lost, or it came twice.
    assert await requests.answer("patch", {**base, "if_match": answer["etag"]}) == {"ok": {}}
    late = await requests.answer("patch", {**base, "if_match": opened["etag"]})
    assert late["err"]["code"] == "precondition_failed"


async def test_a_fault_of_ours_is_an_internal_error(
    stage: Any, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.relay, "kick", broken)
    assert (await requests.answer("kick", {"holder": "mei"}))["err"]["code"] == "internal"


async def test_stats_tell_what_each_session_gets(stage: Any, requests: Requests, eventually: Any) -> None:
    publisher = await stage.publish()
    viewer = await stage.watch(holder="ana")
    await eventually(lambda: viewer.frames >= 3)
    answer = await requests.answer("stats", {"show": "s"})
    assert msgpack.unpackb(msgpack.packb(answer)) == answer
    found = answer["ok"]["sessions"]
    figures = {item["role"]: item for item in found}
    assert figures["publisher"]["session"] == publisher.session
    assert {item["kind"] for item in figures["publisher"]["streams"]} == {"audio", "video"}
    assert all(item["packets"] > 0 and item["lost"] == 0 for item in figures["publisher"]["streams"])
    assert figures["viewer"]["holder"] == "ana"
    assert figures["viewer"]["packets_out"] > 0
    assert figures["viewer"]["watching"] == [{"slot": 0, "rid": None}]
    assert await requests.answer("stats", {"show": "other"}) == {"ok": {"sessions": []}}


async def test_stats_tell_rates_and_may_be_asked_for_one_role(stage: Any, eventually: Any) -> None:
    ahead = 0.0
    asked = Requests(stage.relay, lambda: time.monotonic() + ahead)
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 1)
    asked.rates.look()
    seen, began = viewer.frames, time.monotonic()
    await eventually(lambda: viewer.frames >= seen + 30)  # by then the second has been looked at twice
    lasted = time.monotonic() - began
    found = {item["role"]: item for item in (await asked.answer("stats", {"show": "s"}))["ok"]["sessions"]}
    for role in ("publisher", "viewer"):
        figures = found[role]
        assert figures["fps"] == pytest.approx(30 / lasted, rel=0.5)
        assert figures["bitrate_bps"] > 10_000
        assert (figures["codec"], figures["loss"], figures["layer"]) == ("h264", 0.0, None)
    one = (await asked.answer("stats", {"show": "s", "role": "publisher"}))["ok"]["sessions"]
    assert [each["role"] for each in one] == ["publisher"]


async def test_what_was_sent_to_viewers_who_left_stays_counted(stage: Any, eventually: Any) -> None:
    await stage.publish()
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 5)
    during = report.counters(stage.relay)
    assert (during["publishers"], during["viewers"]) == (1, 1)
    assert during["bytes_out"] > during["packets_out"] > 5
    await stage.relay.end("s", viewer.session)
    after = report.counters(stage.relay)
    assert after["packets_out"] >= during["packets_out"]
    assert after["viewers"] == 0


async def test_a_still_is_the_hosts_newest_key_frame_and_null_without_one(
    stage: Any, requests: Requests, eventually: Any
) -> None:
    assert await requests.answer("still", {"show": "s"}) == {"ok": {"still": None}}
    await stage.publish()
    await eventually(lambda: "publisher.live" in [kind for kind, _ in stage.told])
    found: list[dict[str, Any]] = []

    async def ask() -> bool:
        found.append((await requests.answer("still", {"show": "s"}))["ok"]["still"])
        return found[-1] is not None

    while not await ask():
        assert len(found) < 20
    assert found[-1]["codec"] in {"vp8", "h264"}
    assert found[-1]["payloads"]
    assert abs(found[-1]["at_ms"] - time.time() * 1000) < 10_000
