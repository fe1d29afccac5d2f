"""A waitlist over HTTP and the socket, in a whole shop: joined, invited, ordered, missed, and left."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_product, make_show, register, with_key
from tests.support.raw_wire import TEXT, Frame, opened
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real
HOLD_S = 10


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop whose invitations are short."""
    folder = tmp_path_factory.mktemp("waitlist")
    with RunningShop(folder / "data", LIVECART_WAITLIST_HOLD_S=str(HOLD_S), LIVECART_WAITLIST_MAX="3") as running:
        yield running


class Stand:
    """A show with one cup, which stands in an order, and three who want it."""

    def __init__(self, shop: RunningShop) -> None:
        self.shop = shop
        self.creator = add_with_role(shop, "creator")
        product = make_product(shop, self.creator, stock=1)
        self.show: str = make_show(shop, self.creator, [product["id"]])["show"]["id"]
        self.variant: str = product["variants"][0]["id"]
        self.owner, *self.people = (register(shop) for _ in range(4))
        self.held = self.order(self.owner).body["order"]["id"]

    def order(self, token: str, quantity: int = 1) -> Answer:
        body = {"show": self.show, "variant": self.variant, "quantity": quantity}
        return with_key(self.shop, "orders", body, token)

    def join(self, token: str | None, **changed: Any) -> Answer:
        return self.shop.call("POST", "waitlist", {"show": self.show, "variant": self.variant} | changed, token=token)

    def places(self, token: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.shop.call("GET", "waitlist", token=token).body["places"]
        return found

    def give_back(self) -> None:
        assert with_key(self.shop, f"orders/{self.held}/cancel", None, self.owner).status == 200

    def until(self, token: str, state: str | None) -> None:
        """The clock's turn: the job looks every second."""
        deadline = time.monotonic() + HOLD_S + 10
        while time.monotonic() < deadline:
            states = [place["state"] for place in self.places(token)]
            if states == ([] if state is None else [state]):
                return
            time.sleep(0.2)
        pytest.fail(f"never {state}: {states}")


@pytest.fixture
def stand(hasty: RunningShop) -> Stand:
    return Stand(hasty)


def test_the_first_in_line_gets_what_comes_back_and_then_the_next(stand: Stand) -> None:
    first, second, _ = stand.people
    assert stand.join(first).status == 201
    assert stand.join(second).body["place"]["position"] == 2
    assert stand.join(second).body["place"]["position"] == 2
    stand.give_back()
    (place,) = stand.places(first)
    assert (place["state"], place["units"], place["position"]) == ("invited", 1, None)
    assert place["until"]
    assert stand.order(second).body["code"] == "sold_out"
    product = stand.shop.call("GET", f"shows/{stand.show}").body
    assert '"available":1' not in json.dumps(product, separators=(",", ":"))
    stand.until(second, "invited")
    assert stand.places(first) == []
    assert stand.order(second).status == 201
    assert stand.places(second) == []


def test_the_host_sees_how_many_wait(stand: Stand) -> None:
    for person in stand.people:
        stand.join(person)
    (line,) = stand.shop.call("GET", f"shows/{stand.show}/waitlist", token=stand.creator).body["lines"]
    assert (line["variant"], line["waiting"], line["invited_units"]) == (stand.variant, 3, 0)
    assert stand.join(register(stand.shop)).body["code"] == "waitlist_full"


def test_refusals_have_codes(stand: Stand) -> None:
    ana = stand.people[0]
    assert stand.join(None).status == 401
    assert stand.join(ana, show="nothing").status == 404
    assert stand.join(ana, variant="nothing").status == 404
    assert stand.join(ana, variant=None, offer="nothing").status == 404
    for body in (
        {"quantity": 0},
        {"quantity": "1"},
        {"quantity": 10**9},
        {"offer": "x"},
        {"variant": None},
        {"show": 1},
    ):
        assert stand.join(ana, **body).status == 400, body
    assert stand.shop.call("DELETE", "waitlist/nothing", token=ana).status == 404
    assert stand.shop.call("DELETE", f"waitlist/{'x' * 500}", token=ana).status == 404
    stand.give_back()
    assert stand.join(ana).body["code"] == "still_available"
    stand.order(ana)
    stand.shop.call("POST", f"shows/{stand.show}/end", token=stand.creator)
    assert stand.join(ana).body["code"] == "show_ended"


def test_the_end_of_the_show_ends_the_waiting(stand: Stand) -> None:
    ana = stand.people[0]
    stand.join(ana)
    stand.shop.call("POST", f"shows/{stand.show}/end", token=stand.creator)
    stand.until(ana, None)


def test_who_leaves_makes_room(stand: Stand) -> None:
    first, second, _ = stand.people
    place = stand.join(first).body["place"]["id"]
    stand.join(second)
    assert stand.shop.call("DELETE", f"waitlist/{place}", token=second).status == 404
    assert stand.shop.call("DELETE", f"waitlist/{place}", token=first).body["place"]["state"] == "left"
    assert stand.places(second)[0]["position"] == 1


async def test_over_the_socket_one_joins_and_is_told_of_the_invitation(stand: Stand) -> None:
    ana = stand.people[0]
    async with opened(stand.shop.url, f"Authorization: Bearer {ana}") as wire:
        told: list[dict[str, Any]] = []

        async def ask(number: int, op: str, **d: Any) -> dict[str, Any]:
            await wire.send(Frame(TEXT, json.dumps({"id": number, "op": op, "d": d}).encode()))
            while True:
                frame = json.loads((await wire.frame())[1])
                if frame.get("re") == number:
                    answer: dict[str, Any] = frame
                    return answer
                told.extend(event[2] for event in frame.get("ev", []) if event[1] == "waitlist")

        await ask(1, "show.join", show=stand.show)
        place = (await ask(2, "waitlist.join", variant=stand.variant))["ok"]["place"]
        assert (place["state"], place["position"]) == ("waiting", 1)
        assert (await ask(3, "waitlist.join", variant=stand.variant))["ok"]["place"] == place
        assert (await ask(4, "waitlist.join"))["err"]["code"] == "invalid"
        stand.give_back()
        while not any(each["state"] == "invited" for each in told):
            frame = json.loads((await wire.frame())[1])
            told.extend(event[2] for event in frame.get("ev", []) if event[1] == "waitlist")
        ordered = await ask(5, "order.place", variant=stand.variant, quantity=1, key=str(uuid4()))
        assert ordered["ok"]["order"]["state"] == "reserved"
        assert (await ask(6, "waitlist.leave", place=place["id"]))["err"]["code"] == "not_found"
