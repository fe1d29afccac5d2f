"""Categories, groups, bundles and covers over HTTP in a whole shop."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_topic, new_handle, register
from tests.support.pictures import picture
from tests.support.running_shop import Answer, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]
POLICY = "Animals and their keep; nothing that bites."


def key() -> str:
    return f"c_{uuid4().hex[:8]}"


def put(shop: RunningShop, category: str, version: int, **changed: Any) -> Answer:
    body = {"version": version, "policy": POLICY, "restricted": ["tiger"], "group": "family"} | changed
    return shop.call("PUT", f"topic-categories/{category}", body, token=shop.log_in("root"))


def send_cover(shop: RunningShop, topic: str, raw: bytes, token: str) -> tuple[int, Any]:
    at = urlsplit(shop.url)
    connection = HTTPConnection(at.hostname or "", at.port, timeout=15)
    with closing(connection):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/png"}
        connection.request("POST", f"/api/v1/topics/{topic}/cover", raw, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def submitted(shop: RunningShop, creator: str) -> str:
    topic = make_topic(shop, creator)
    assert shop.call("POST", f"topics/{topic}/submit", token=creator).status == 200
    return topic


def test_an_admin_makes_a_category_and_creators_use_it(shop: RunningShop) -> None:
    name = key()
    made = put(shop, name, 0, names={"en": "Pets", "zh": "宠物"})
    assert (made.status, made.body["category"]["version"]) == (200, 1)
    assert put(shop, name, 0).body["code"] == "category_changed"
    creator = add_with_role(shop, "creator")
    body = {"title": "A tiger", "category": name, "summary": "How to keep a tiger.", "language": "en"}
    topic = shop.call("POST", "topics", body, token=creator).body["topic"]["id"]
    shop.call("POST", f"topics/{topic}/submit", token=creator)
    found = shop.call("GET", f"topics/{topic}", token=shop.log_in("mo")).body["topic"]
    assert {note["rule"] for note in found["annotations"]} == {f"category:{name}@1"}
    assert put(shop, name, 1, retired=True).body["category"]["retired"] is True
    assert shop.call("POST", "topics", body, token=creator).status == 400
    versions = shop.call("GET", f"topic-categories/{name}/versions", token=shop.log_in("mo")).body["versions"]
    assert [each["version"] for each in versions] == [2, 1]
    assert shop.call("GET", "topic-categories/none/versions", token=shop.log_in("mo")).status == 404


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("Pets", {}),
        ("pets", {"policy": "no"}),
        ("pets", {"restricted": [1]}),
        ("pets", {"restricted": ["x"] * 501}),
        ("pets", {"group": "A B"}),
        ("pets", {"names": {"fr": "x"}}),
        ("pets", {"retired": "yes"}),
    ],
)
def test_bad_categories_are_refused(shop: RunningShop, name: str, changed: dict[str, Any]) -> None:
    assert put(shop, name, 0, **changed).status == 400


def test_groups_narrow_the_queue(shop: RunningShop) -> None:
    root, mo = shop.log_in("root"), add_with_role(shop, "moderator")
    user = shop.call("GET", "me", token=mo).body["user"]["id"]
    answer = shop.call("PUT", f"users/{user}/groups", {"groups": [key()]}, token=root)
    assert answer.status == 200
    submitted(shop, add_with_role(shop, "creator"))
    assert shop.call("GET", "topics?status=in_review&group=mine", token=mo).body["topics"] == []
    assert shop.call("GET", "topics?status=in_review", token=mo).body["topics"]
    members = shop.call("GET", "staff-groups", token=root).body["members"]
    assert user in [member["user"]["id"] for member in members]
    assert shop.call("PUT", f"users/{user}/groups", {"groups": ["A B"]}, token=root).status == 400
    viewer = shop.call("GET", "me", token=register(shop)).body["user"]["id"]
    assert shop.call("PUT", f"users/{viewer}/groups", {"groups": ["x"]}, token=root).body["code"] == "not_staff"
    assert shop.call("PUT", f"users/{new_handle('x')}/groups", {"groups": ["x"]}, token=root).status == 404


def test_a_bundle_is_decided_with_one_reason_and_taken_back(shop: RunningShop) -> None:
    creator, mo = add_with_role(shop, "creator"), shop.log_in("mo")
    one, two, three = [submitted(shop, creator) for _ in range(3)]
    alike = shop.call("GET", f"topics/{one}/similar", token=mo).body["topics"]
    assert {two, three} <= {topic["id"] for topic in alike}
    body = {"decision": "reject", "code": "off_topic", "reason": "Cups again."}
    chosen = [{"id": one, "version": 1}, {"id": two, "version": 7}, {"id": three}, {"id": "none"}]
    results = shop.call("POST", "topic-decisions", body | {"topics": chosen}, token=mo).body["results"]
    assert [each.get("error", {}).get("code") for each in results] == [None, "topic_changed", None, "not_found"]
    decision = shop.call("GET", f"topics/{three}", token=creator).body["topic"]["decision"]
    assert decision["text"] == "The topic is not about what its category is for."
    undone = shop.call("POST", "topic-decisions/undo", {"topics": [one, three]}, token=mo).body["results"]
    assert [each["topic"]["status"] for each in undone] == ["in_review", "in_review"]
    faults: list[dict[str, Any]] = [
        {"topics": []},
        {"topics": chosen, "decision": "burn"},
        {"topics": chosen, "code": "boring"},
    ]
    for wrong in faults:
        assert shop.call("POST", "topic-decisions", body | wrong, token=mo).status == 400


def test_a_cover_is_drawn_anew_and_stands_for_the_show(shop: RunningShop) -> None:
    creator, mo = add_with_role(shop, "creator"), shop.log_in("mo")
    topic = make_topic(shop, creator)
    status, made = send_cover(shop, topic, picture("PNG"), creator)
    assert status == 201, made
    cover = made["topic"]["cover"]
    assert cover.startswith("/images/")
    assert shop.call("GET", cover).status == 200
    shop.call("POST", f"topics/{topic}/submit", token=creator)
    shop.call("POST", f"topics/{topic}/approve", token=mo)
    assert shop.call("POST", "shows", {"topic": topic}, token=creator).body["show"]["cover"] == cover
    gone = shop.call("DELETE", f"topics/{topic}/cover", token=creator).body["topic"]
    assert (gone["cover"], gone["status"], gone["version"]) == (None, "in_review", 2)
    for raw, refused in ((b"no picture", 415), (picture("PNG")[:40], 400)):
        assert send_cover(shop, topic, raw, creator)[0] == refused
    assert send_cover(shop, topic, picture("PNG"), add_with_role(shop, "creator"))[0] == 404


def test_the_reasons_are_in_two_languages(shop: RunningShop) -> None:
    reasons = shop.call("GET", "topic-reasons").body["reasons"]
    assert {"off_topic", "other"} <= {each["code"] for each in reasons}
    assert all(set(each["words"]) == {"en", "zh"} for each in reasons)
