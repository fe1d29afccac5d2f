"""The wall and the figures over HTTP, to a whole shop: real media become a picture that only staff gets."""

from __future__ import annotations

import asyncio
import urllib.request
from io import BytesIO

import pytest
from PIL import Image

from tests.support.peers import MakePeer, negotiate, publisher, until, until_state
from tests.support.people import add_with_role, make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


def fetch(shop: RunningShop, path: str, token: str) -> tuple[bytes, dict[str, str]]:
    headers = {"Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{shop.url}/api/v1/{path}", headers=headers)) as response:
        return response.read(), dict(response.headers)


async def test_a_live_show_is_on_the_wall_with_its_picture(shop: RunningShop, peers: MakePeer) -> None:
    mei, mo = await asyncio.to_thread(add_with_role, shop, "creator"), await asyncio.to_thread(shop.log_in, "mo")
    made = await asyncio.to_thread(make_show, shop, mei)
    show = made["show"]["id"]

    def on_the_wall() -> dict[str, object] | None:
        wall = shop.call("GET", "desk/wall?limit=200", token=mo).body["wall"]
        return next((each for each in wall if each["show"]["id"] == show), None)

    assert await asyncio.to_thread(on_the_wall) is None, "it is not live yet"
    assert shop.call("GET", f"desk/wall/{show}/picture", token=mo).status == 404
    await negotiate(shop, peers(publisher), made["whip_url"], made["publish_token"])
    await until_state(shop, show, "live")
    found: dict[str, object] | None = None
    async with asyncio.timeout(30):
        while found is None or found["picture_at"] is None:
            found = await asyncio.to_thread(on_the_wall)
            await asyncio.sleep(0.2)
    assert found["chat_per_minute"] == 0
    assert found["open_reports"] == 0
    rulings = found["rulings"]
    assert isinstance(rulings, list)
    assert [each["kind"] for each in rulings] == ["topic.approved"]

    jpeg, headers = await asyncio.to_thread(fetch, shop, f"desk/wall/{show}/picture", mo)
    with Image.open(BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 240))
    assert len(jpeg) <= 30_000
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    for token, status in ((mei, 403), (None, 401)):
        for path in ("desk/wall", f"desk/wall/{show}/picture", "desk/figures"):
            assert shop.call("GET", path, token=token).status == status, path
    assert (await asyncio.to_thread(shop.call, "POST", f"shows/{show}/end", {}, token=mo)).status == 200
    await until(lambda: on_the_wall() is None)


def test_figures_are_told_to_moderators(shop: RunningShop) -> None:
    figures = shop.call("GET", "desk/figures", token=shop.log_in("mo")).body["figures"]
    assert set(figures) == {"queue", "decisions", "appeals", "second_opinions"}
    assert len(figures["decisions"]["by_hour"]) == 24
