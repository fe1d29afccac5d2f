from __future__ import annotations

import pytest

from tests.support.people import register
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real


def handle_of(shop: RunningShop, token: str) -> str:
    return str(shop.call("GET", "me", token=token).body["user"]["handle"])


def test_a_viewer_follows_and_unfollows_over_http(shop: RunningShop) -> None:
    token, path = register(shop), f"users/{handle_of(shop, register(shop))}"
    before = shop.call("GET", path)
    assert (before.status, before.body["followers"], before.body["you"]) == (200, 0, None)
    assert set(before.body["user"]) == {"id", "handle", "display_name"}
    assert shop.call("GET", path, token=token).body["you"] == {"following": False, "since": None}
    for _ in range(2):
        after = shop.call("POST", f"{path}/follow", token=token)
        assert (after.status, after.body["followers"], after.body["you"]["following"]) == (200, 1, True)
    assert shop.call("GET", path.upper().replace("USERS", "users"), token=token).body["you"] == after.body["you"]
    for _ in range(2):
        gone = shop.call("DELETE", f"{path}/follow", token=token)
        assert (gone.status, gone.body["followers"], gone.body["you"]["following"]) == (200, 0, False)


def test_whoever_may_not_follow_is_told_why(shop: RunningShop) -> None:
    token = register(shop)
    assert shop.call("POST", "users/mei/follow").status == 401
    assert shop.call("GET", "users/nobody-at-all").status == 404
    assert shop.call("POST", "users/nobody-at-all/follow", token=token).status == 404
    own = shop.call("POST", f"users/{handle_of(shop, token)}/follow", token=token)
    assert (own.status, own.body["code"]) == (409, "own_account")
    assert shop.call("GET", "users/mei", token="unknown").body["you"] is None
