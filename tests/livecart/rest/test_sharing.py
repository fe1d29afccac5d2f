from __future__ import annotations

import pytest

from tests.support.people import make_show, register
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real


def test_what_is_sent_to_test_a_line_is_counted_and_limited(shop: RunningShop) -> None:
    ana = register(shop)
    assert shop.call("POST", "line-test", "x").status == 401
    assert shop.call("POST", "line-test", "x" * 60_000, token=ana).body == {"received": 60_000}
    assert shop.call("POST", "line-test", "x" * 70_000, token=ana).body["code"] == "too_large"


def test_a_link_is_drawn_told_once_and_counted(shop: RunningShop) -> None:
    mei, ana = shop.log_in("mei"), register(shop)
    show = make_show(shop, mei)["show"]["id"]
    drawn = shop.call("GET", f"shows/{show}/qr.svg?by=lin")
    assert (drawn.status, drawn.headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")
    assert shop.call("GET", f"shows/{show}/qr.svg?by=%3Cscript%3E").body["code"] == "invalid"
    assert shop.call("GET", "shows/none/qr.svg").status == 404

    path = f"shows/{show}/referral"
    assert shop.call("POST", path, {"by": "lin"}).status == 401
    assert shop.call("POST", path, {"by": 7}, token=ana).status == 400
    assert shop.call("POST", path, {"by": "lin"}, token=ana).body["referral"]["by"]["handle"] == "lin"
    brought = shop.call("GET", f"shows/{show}/referrals", token=mei).body["referrals"]
    assert (brought["people"], brought["top"][0]["user"]["handle"]) == (1, "lin")
