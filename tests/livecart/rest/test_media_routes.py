"""WHIP and WHEP over HTTP to a whole shop, with stock aiortc at the other end (RFC 9725, draft-ietf-wish-whep)."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.peers import (
    SDP,
    MakePeer,
    answered,
    negotiate,
    post,
    publisher,
    state_of,
    until,
    until_state,
    viewer,
)
from tests.support.people import add_with_role, make_show
from tests.support.running_shop import Answer, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

FRAGMENT = "application/trickle-ice-sdpfrag"


async def test_a_show_lives_by_its_media(shop: RunningShop, peers: MakePeer) -> None:
    """Viewer first, then the host; a reload takes over; DELETE interrupts; the end closes everything."""
    mei = shop.log_in("mei")
    made = make_show(shop, mei)
    show, whip, token = made["show"]["id"], made["whip_url"], made["publish_token"]
    watching = peers(viewer)
    session = await negotiate(shop, watching, f"/whep/{show}")
    assert await state_of(shop, show) == "ready"

    first = peers(publisher)
    await negotiate(shop, first, whip, token)
    await until(lambda: watching.frames >= 5 and watching.loudest > 1_000)
    await until_state(shop, show, "live")

    second = peers(publisher)
    location = await negotiate(shop, second, whip, token)
    seen = watching.frames
    await until(lambda: watching.frames >= seen + 10)
    assert await state_of(shop, show) == "live"

    assert (await asyncio.to_thread(shop.call, "DELETE", location)).status == 200
    assert (await asyncio.to_thread(shop.call, "DELETE", location)).status == 404
    await until_state(shop, show, "interrupted")
    assert (await asyncio.to_thread(shop.call, "DELETE", session)).status == 200

    await negotiate(shop, peers(publisher), whip, token)
    await until_state(shop, show, "live")
    assert (await asyncio.to_thread(shop.call, "POST", f"shows/{show}/end", token=mei)).status == 200
    late = await asyncio.to_thread(post, shop, whip, await peers(publisher).offer(), token)
    assert late.status == 404
    late = await asyncio.to_thread(post, shop, f"/whep/{show}", await peers(viewer).offer())
    assert late.status == 404


async def test_only_the_shows_own_token_publishes(shop: RunningShop, peers: MakePeer) -> None:
    mei = shop.log_in("mei")
    mine, other = make_show(shop, mei), make_show(shop, add_with_role(shop, "creator"))
    path, offer = mine["whip_url"], await peers(publisher).offer()
    session_token = mei
    tampered = mine["publish_token"][:-4] + "AAAA"
    unsigned = "eyJhbGciOiJub25lIn0." + mine["publish_token"].split(".")[1] + "."
    for token, status in (
        (None, 401),
        ("", 401),
        ("x.y.z", 401),
        (tampered, 401),
        (unsigned, 401),
        ("A" * 5_000, 401),
        (session_token, 401),
        (other["publish_token"], 403),
    ):
        assert post(shop, path, offer, token).status == status, token
    assert post(shop, "/whip/no-such-show", offer, mine["publish_token"]).status == 404
    assert post(shop, "/whip/%2e%2e%2f", offer, mine["publish_token"]).status == 404


async def test_a_new_key_for_encoders_stops_what_the_old_one_sends(shop: RunningShop, peers: MakePeer) -> None:
    mei = shop.log_in("mei")
    show = make_show(shop, mei)["show"]["id"]
    path = f"shows/{show}/stream-key"
    assert shop.call("GET", path, token=mei).body == {"stream_key": None}
    first = shop.call("POST", path, token=mei)
    assert (first.status, first.body["whip_url"]) == (201, f"/whip/{show}")
    await negotiate(shop, peers(publisher), first.body["whip_url"], first.body["publish_token"])
    await until_state(shop, show, "live")

    second = await asyncio.to_thread(shop.call, "POST", path, token=mei)
    await until_state(shop, show, "interrupted")
    offer = await peers(publisher).offer()
    refused = await asyncio.to_thread(post, shop, f"/whip/{show}", offer, first.body["publish_token"])
    assert (refused.status, refused.body["code"]) == (401, "key_ended")
    assert "publish_token" not in shop.call("GET", path, token=mei).body["stream_key"]
    await negotiate(shop, peers(publisher), f"/whip/{show}", second.body["publish_token"])
    await until_state(shop, show, "live")

    assert (await asyncio.to_thread(shop.call, "DELETE", path, token=mei)).status == 204
    await until_state(shop, show, "interrupted")
    assert shop.call("GET", path, token=mei).body == {"stream_key": None}
    other = add_with_role(shop, "creator")
    for method in ("GET", "POST", "DELETE"):
        assert shop.call(method, path, token=other).status == 403
    assert shop.call("POST", f"shows/{show}/end", token=mei).status == 200
    assert shop.call("POST", path, token=mei).body["code"] == "show_ended"


BROKEN = [
    "",
    "v=0",
    "hello",
    "v=0\r\n" * 5_000,
    "\x00\x01\x02",
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF\r\n",
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF abc\r\na=rtpmap:abc\r\n",
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 1_500,
]


@pytest.mark.parametrize("sdp", BROKEN)
@pytest.mark.parametrize("way", ["whip", "whep"])
def test_sdp_that_is_none_is_refused_and_takes_nothing_down(shop: RunningShop, way: str, sdp: str) -> None:
    made = make_show(shop, shop.log_in("mei"))
    answer = post(shop, f"/{way}/{made['show']['id']}", sdp, made["publish_token"] if way == "whip" else None)
    assert (answer.status, answer.body["code"]) == (422, "bad_sdp"), answer
    assert shop.call("GET", "/readyz").status == 200


async def test_offers_with_mangled_lines_never_bring_more_than_a_refusal(shop: RunningShop) -> None:
    peer = viewer()
    whole = await peer.offer()
    await peer.close()
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    lines = whole.splitlines()
    for index in range(0, len(lines), 3):
        for mangled in ("", lines[index][:-3], lines[index] + " 99999999999999999999", "a=" + "x" * 500):
            sdp = "\r\n".join([*lines[:index], mangled, *lines[index + 1 :]]) + "\r\n"
            answer = await asyncio.to_thread(post, shop, f"/whep/{show}", sdp)
            assert answer.status in {201, 422}, (lines[index], mangled, answer)
    assert "Traceback" not in shop.log


def test_wrong_content_types_and_sizes_are_refused(shop: RunningShop) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    wrong = post(shop, f"/whep/{show}", "{}", content_type="application/json")
    assert (wrong.status, wrong.headers["Accept-Post"]) == (415, SDP)
    assert post(shop, f"/whep/{show}", "v=0\r\n" * 20_000).status == 413
    assert post(shop, "/whep/no-such-show", "v=0\r\n").status == 404


SESSION = f"/whep/anything/{'A' * 43}"


@pytest.mark.parametrize(
    ("path", "method", "accepts"), [("/whip/anything", "POST", "Accept-Post"), (SESSION, "PATCH", "Accept-Patch")]
)
def test_players_of_other_origins_may_ask(shop: RunningShop, path: str, method: str, accepts: str) -> None:
    answer = shop.call("OPTIONS", path, Origin="https://player.example", Access_Control_Request_Method=method)
    assert answer.status == 200
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert answer.headers[accepts] == (SDP if method == "POST" else FRAGMENT)
    assert "Link" not in answer.headers


def test_every_answer_may_be_read_by_other_origins(shop: RunningShop) -> None:
    calls = [
        ("POST", "/whep/no-such-show", "v=0\r\n", 404),
        ("POST", "/whip/no-such-show", "v=0\r\n", 401),
        ("PUT", "/whip/no-such-show", "v=0\r\n", 405),
        ("DELETE", SESSION, None, 404),
        ("GET", SESSION, None, 204),
        ("OPTIONS", SESSION, None, 200),
    ]
    for method, path, body, status in calls:
        answer = shop.call(method, path, body, Content_Type=SDP, Origin="https://player.example")
        assert answer.status == status, (method, path, answer)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"Location", "ETag", "Link", "Retry-After"} <= exposed


def test_methods_that_mean_nothing_are_refused_with_those_that_do(shop: RunningShop) -> None:
    for path, refused, allowed in (
        ("/whip/x", ("PUT", "PATCH", "DELETE"), {"POST", "GET", "HEAD", "OPTIONS"}),
        (SESSION, ("PUT", "POST"), {"PATCH", "DELETE", "GET", "HEAD", "OPTIONS"}),
    ):
        for method in refused:
            answer = shop.call(method, path, "v=0\r\n", Content_Type=SDP)
            assert answer.status == 405
            assert set(answer.headers["Allow"].replace(" ", "").split(",")) == allowed


@pytest.mark.parametrize("path", ["/whip/x", "/whep/x", SESSION])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_there_is_nothing_to_see(shop: RunningShop, path: str, method: str) -> None:
    """RFC 9725 section 4.1: a GET succeeds without content."""
    answer = shop.call(method, path)
    assert (answer.status, answer.body) == (204, None)


async def test_trickled_candidates_are_taken_and_unknown_sessions_are_not(shop: RunningShop, peers: MakePeer) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    watching = peers(viewer)
    opened = await answered(shop, watching, f"/whep/{show}")
    location, etag = opened.headers["Location"], opened.headers["ETag"]
    peers_offer = watching.connection.localDescription.sdp
    (ufrag,) = {line for line in peers_offer.splitlines() if line.startswith("a=ice-ufrag:")}
    fragment = f"{ufrag}\r\na=candidate:1 1 UDP 1 198.51.100.1 61764 typ host\r\na=end-of-candidates\r\n"

    async def patch(path: str, sdp: str = fragment, content_type: str = FRAGMENT, **headers: str) -> Answer:
        return await asyncio.to_thread(shop.call, "PATCH", path, sdp, Content_Type=content_type, **headers)

    taken = await patch(location, If_Match=etag)
    assert (taken.status, taken.body, taken.headers.get("ETag")) == (204, None, None)
    assert (await patch(location)).status == 428
    assert (await patch(location, If_Match='"other"')).status == 412
    assert (await patch(location, "", If_Match=etag)).status == 422
    assert (await patch(location, "hello", If_Match=etag)).status == 422
    wrong = await patch(location, content_type=SDP, If_Match=etag)
    assert (wrong.status, wrong.headers["Accept-Patch"]) == (415, FRAGMENT)
    assert (await patch(f"/whep/{show}/{'A' * 43}", If_Match="*")).status == 404
    assert shop.call("DELETE", f"/whep/{show}/{'A' * 43}").status == 404
    # A session is closed whatever the tag, and by its address alone.
    assert shop.call("DELETE", location, If_Match='"other"').status == 200


async def test_a_restart_of_ice_is_answered_with_a_new_tag(shop: RunningShop, peers: MakePeer) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    opened = await answered(shop, peers(viewer), f"/whep/{show}")
    location, etag = opened.headers["Location"], opened.headers["ETag"]
    restart = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    answer = shop.call("PATCH", location, restart, Content_Type=FRAGMENT, If_Match="*")
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, FRAGMENT)
    assert answer.headers["ETag"] not in ("", etag)
    assert "a=ice-lite" in answer.body
    assert "a=ice-pwd:" in answer.body
    stale = shop.call("PATCH", location, restart, Content_Type=FRAGMENT, If_Match=etag)
    assert stale.status == 412


async def test_answers_name_the_servers_that_help_to_connect(tmp_path: Path, peers: MakePeer) -> None:
    with RunningShop(
        tmp_path / "data",
        LIVECART_ICE_SERVERS="stun:s.example:3478",
        LIVECART_TURN_URLS="turn:t.example:3478,turns:t.example",
        LIVECART_TURN_SECRET="north",
    ) as helped:
        made = make_show(helped, helped.log_in("mei"))
        for path, token in ((made["whip_url"], made["publish_token"]), (f"/whep/{made['show']['id']}", None)):
            peer = peers(publisher if token else viewer)
            status, links, credential = await asyncio.to_thread(links_of, helped, path, await peer.offer(), token)
            assert status == 201
            assert links[0] == '<stun:s.example:3478>; rel="ice-server"'
            assert [link.partition(">")[0] for link in links[1:]] == ["<turn:t.example:3478", "<turns:t.example"]
            username = links[1].partition('username="')[2].partition('"')[0]
            expected = base64.b64encode(hmac.digest(b"north", username.encode(), "sha1")).decode()
            assert credential == expected
            assert int(username.partition(":")[0]) > time.time()


def links_of(shop: RunningShop, path: str, sdp: str, token: str | None) -> tuple[int, list[str], str]:
    """Posts an offer; status, the Link headers one by one, and the first credential in them."""
    headers = {"Content-Type": SDP, **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(f"{shop.url}{path}", data=sdp.encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=15) as response:
        links = response.headers.get_all("Link")
        return response.status, links, "".join(links).partition('credential="')[2].partition('"')[0]


def test_a_show_for_members_is_not_watched_by_guests(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    topic = make_show(shop, mei)["show"]["topic"]
    show = shop.call("POST", "shows", {"topic": topic, "viewers": "members"}, token=mei).body["show"]["id"]
    assert post(shop, f"/whep/{show}", "v=0\r\n").status == 401
    assert post(shop, f"/whep/{show}", "v=0\r\n", shop.log_in("ana")).status == 422


async def test_the_host_and_moderators_see_what_each_session_gets(shop: RunningShop, peers: MakePeer) -> None:
    mei = shop.log_in("mei")
    made = make_show(shop, mei)
    show = made["show"]["id"]
    path = f"shows/{show}/stats"
    assert shop.call("GET", path, token=mei).body == {"sessions": []}
    watching = peers(viewer)
    await negotiate(shop, peers(publisher), made["whip_url"], made["publish_token"])
    await negotiate(shop, watching, f"/whep/{show}")
    await until(lambda: watching.frames >= 3)

    moderator = shop.log_in("mo")

    def sessions(token: str, query: str = "") -> list[dict[str, object]]:
        return list(shop.call("GET", f"{path}{query}", token=token).body["sessions"])

    async with asyncio.timeout(20):
        found: list[dict[str, object]] = []
        while not found or not all(each["bitrate_bps"] and each["fps"] for each in found):
            await asyncio.sleep(0.2)
            found = await asyncio.to_thread(sessions, moderator)
    assert {each["role"] for each in found} == {"publisher", "viewer"}
    for each in found:
        assert set(each) - {"layers", "undecodable"} == {"role", "bitrate_bps", "loss", "rtt_ms", "fps", "codec", "layer"}
        assert each["layer"] is None
    (own,) = await asyncio.to_thread(sessions, mei, "?role=publisher")
    assert own["role"] == "publisher"
    for token, status in ((None, 401), (shop.log_in("ana"), 403), (add_with_role(shop, "creator"), 403)):
        assert shop.call("GET", path, token=token).status == status
    assert shop.call("GET", f"{path}?role=guest", token=mei).status == 400
    assert shop.call("GET", "shows/no-such-show/stats", token=mei).status == 404
