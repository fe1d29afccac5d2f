"""WHIP and WHEP over HTTP to a whole shop, with stock aiortc at the other end (RFC 9725, draft-ietf-wish-whep)."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.peers import SDP, MakePeer, negotiate, post, publisher, state_of, until, until_state, viewer
from tests.support.people import add_with_role, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


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
    assert post(shop, f"/whep/{show}", "{}", content_type="application/json").status == 415
    assert post(shop, f"/whep/{show}", "v=0\r\n" * 20_000).status == 413
    assert post(shop, "/whep/no-such-show", "v=0\r\n").status == 404


def test_players_of_other_origins_may_ask(shop: RunningShop) -> None:
    answer = shop.call("OPTIONS", "/whep/anything", Origin="https://player.example")
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    refused = post(shop, "/whep/no-such-show", "v=0\r\n")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


async def test_trickled_candidates_are_taken_and_unknown_sessions_are_not(shop: RunningShop, peers: MakePeer) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    watching = peers(viewer)
    location = await negotiate(shop, watching, f"/whep/{show}")
    peers_offer = watching.connection.localDescription.sdp
    (ufrag,) = {line for line in peers_offer.splitlines() if line.startswith("a=ice-ufrag:")}
    fragment = f"{ufrag}\r\na=candidate:1 1 UDP 1 198.51.100.1 61764 typ host\r\na=end-of-candidates\r\n"
    kind = "application/trickle-ice-sdpfrag"

    def patch(path: str, content_type: str = kind, sdp: str = fragment, **headers: str) -> int:
        return shop.call("PATCH", path, sdp, Content_Type=content_type, **headers).status

    assert await asyncio.to_thread(patch, location, kind) == 204
    restart = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    assert await asyncio.to_thread(patch, location, kind, restart) == 422
    assert await asyncio.to_thread(patch, location, kind, "") == 422
    assert await asyncio.to_thread(patch, location, SDP) == 415
    assert await asyncio.to_thread(patch, location, kind, If_Match='"other"') == 412
    assert await asyncio.to_thread(patch, f"/whep/{show}/{'A' * 43}", kind) == 404
    assert shop.call("DELETE", f"/whep/{show}/{'A' * 43}").status == 404


def test_a_show_for_members_is_not_watched_by_guests(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    topic = make_show(shop, mei)["show"]["topic"]
    show = shop.call("POST", "shows", {"topic": topic, "viewers": "members"}, token=mei).body["show"]["id"]
    assert post(shop, f"/whep/{show}", "v=0\r\n").status == 401
    assert post(shop, f"/whep/{show}", "v=0\r\n", shop.log_in("ana")).status == 422
