"""Reports over HTTP in a whole shop: reported, claimed, resolved with what was done, and read by those it is about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.people import add_with_role, make_show, register
from tests.support.running_shop import Answer, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]


class Scene:
    """A show of a new host, somebody who reports, and the demo's moderator."""

    def __init__(self, shop: RunningShop) -> None:
        self.shop = shop
        self.host = add_with_role(shop, "creator")
        self.show: str = make_show(shop, self.host)["show"]["id"]
        self.viewer, self.mo = register(shop), shop.log_in("mo")

    def report(self, token: str | None = None, **body: Any) -> Answer:
        path = f"shows/{self.show}/reports"
        return self.shop.call("POST", path, {"category": "scam"} | body, token=token or self.viewer)

    def cases(self, more: str = "") -> list[dict[str, Any]]:
        path = f"reports?show={self.show}{more}"
        found: list[dict[str, Any]] = self.shop.call("GET", path, token=self.mo).body["cases"]
        return found

    def resolve(self, case: str, **body: Any) -> Answer:
        asked = {"outcome": "no_violation", "reason": "Nothing wrong."} | body
        return self.shop.call("POST", f"reports/{case}/resolve", asked, token=self.mo)


@pytest.fixture
def scene(shop: RunningShop) -> Scene:
    return Scene(shop)


def test_a_report_goes_from_the_viewer_to_the_desk_and_back(scene: Scene) -> None:
    shop = scene.shop
    made = scene.report(category="fake_goods", text="Not real silk.")
    assert made.status == 201
    assert scene.report(category="fake_goods").body == made.body
    (case,) = scene.cases()
    assert (case["kind"], case["category"], case["group"], case["count"]) == ("show", "fake_goods", "goods", 1)
    one = shop.call("GET", f"reports/{case['id']}", token=scene.mo).body["case"]
    assert one["reports"][0]["text"] == "Not real silk."
    claimed = shop.call("POST", f"reports/{case['id']}/claim", token=scene.mo)
    assert claimed.body["case"]["claim"]["by"]["handle"] == "mo"
    other = add_with_role(shop, "moderator")
    refused = shop.call("POST", f"reports/{case['id']}/claim", token=other)
    assert (refused.status, refused.body["code"]) == (409, "case_claimed")
    assert refused.body["errors"]["by"]
    assert scene.resolve(case["id"], outcome="action_taken").body["code"] == "no_ruling"
    assert shop.call("POST", f"shows/{scene.show}/end", token=scene.mo).status == 200
    done = scene.resolve(case["id"], outcome="action_taken", reason="The show was ended.")
    assert done.status == 200, done
    assert done.body["case"]["resolution"]["by"]["handle"] == "mo"
    again = scene.resolve(case["id"])
    assert (again.status, again.body["code"]) == (409, "case_state")
    (own,) = shop.call("GET", "me/reports", token=scene.viewer).body["reports"]
    assert (own["state"], own["outcome"]) == ("resolved", "action_taken")
    kinds = [each["kind"] for each in shop.call("GET", "me/cases", token=scene.host).body["cases"]]
    assert kinds[:2] == ["report.action_taken", "show.ended"]
    assert scene.cases() == []
    assert len(scene.cases("&state=resolved")) == 1


def test_nobody_but_staff_reads_or_decides(scene: Scene) -> None:
    shop = scene.shop
    scene.report()
    (case,) = scene.cases()
    for token, status in ((scene.viewer, 403), (scene.host, 403), (None, 401)):
        for method, path in (
            ("GET", "reports"),
            ("GET", f"reports/{case['id']}"),
            ("POST", f"reports/{case['id']}/claim"),
        ):
            assert shop.call(method, path, token=token).status == status
    assert shop.call("GET", "reports/nothing", token=scene.mo).status == 404
    assert shop.call("POST", f"reports/{'x' * 500}/claim", token=scene.mo).status == 404


def test_a_moderator_who_is_reported_does_not_see_by_whom(scene: Scene) -> None:
    shop = scene.shop
    accused = add_with_role(shop, "moderator")
    person = shop.call("GET", "me", token=accused).body["user"]["id"]
    assert scene.report(person=person).status == 201
    (case,) = scene.cases()
    assert shop.call("GET", f"reports?show={scene.show}", token=accused).body["cases"] == []
    assert shop.call("GET", f"reports/{case['id']}", token=accused).status == 404
    body = {"outcome": "no_violation", "reason": "It was me."}
    assert shop.call("POST", f"reports/{case['id']}/resolve", body, token=accused).status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"category": "boring"}, 400),
        ({"category": "other"}, 400),
        ({"category": 7}, 400),
        ({"text": "x" * 501}, 400),
        ({"message": "m", "person": "p"}, 400),
        ({"message": "nothing"}, 404),
        ({"message": "\x00"}, 404),
        ({"person": "nobody"}, 404),
    ],
)
def test_bad_reports_are_refused(scene: Scene, body: dict[str, Any], status: int) -> None:
    assert scene.report(**body).status == status
    assert scene.cases() == []


def test_refusals_of_the_staffs_questions(scene: Scene) -> None:
    shop = scene.shop
    assert shop.call("POST", "shows/nothing/reports", {"category": "scam"}, token=scene.viewer).status == 404
    assert shop.call("POST", f"shows/{scene.show}/reports", {"category": "scam"}).status == 401
    scene.report()
    (case,) = scene.cases()
    for body in ({"outcome": "maybe"}, {"reason": ""}, {"reason": "x" * 1_001}, {"ruling": 1}, {"ruling": "1"}):
        assert scene.resolve(case["id"], **body).status == 400, body
    for query in ("state=lost", "limit=0", "cursor=..", "limit=x"):
        assert shop.call("GET", f"reports?{query}", token=scene.mo).status == 400, query
    assert shop.call("GET", "reports?show=%00", token=scene.mo).status == 404


def test_the_categories_are_in_two_languages(shop: RunningShop) -> None:
    categories = shop.call("GET", "report-categories").body["categories"]
    assert len(categories) == 9
    assert all(set(each["words"]) == {"en", "zh"} for each in categories)
