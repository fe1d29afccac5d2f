"""Topics from draft to decision, over HTTP to a whole shop."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.people import add_with_role, make_product, make_topic, register
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

REASON = {"code": "off_topic", "reason": "This is about cars."}


def submitted(shop: RunningShop, creator: str) -> str:
    topic = make_topic(shop, creator)
    assert shop.call("POST", f"topics/{topic}/submit", token=creator).status == 200
    return topic


def test_a_topic_goes_through_review_and_its_creator_reads_why(shop: RunningShop) -> None:
    mei, mo = shop.log_in("mei"), shop.log_in("mo")
    topic = submitted(shop, mei)
    queue = shop.call("GET", "topics?status=in_review&limit=200", token=mo).body["topics"]
    assert topic in [each["id"] for each in queue]
    claimed = shop.call("POST", f"topics/{topic}/claim", token=mo).body["topic"]
    assert claimed["claim"]["moderator"]["handle"] == "mo"
    assert shop.call("POST", f"topics/{topic}/reject", REASON, token=mo).status == 200
    seen = shop.call("GET", f"topics/{topic}", token=mei).body["topic"]
    assert seen["status"] == "rejected"
    assert (seen["decision"]["code"], seen["decision"]["reason"]) == ("off_topic", "This is about cars.")
    assert seen["decision"]["by"]["handle"] == "mo"


def test_only_an_approved_topic_of_ones_own_becomes_a_show(shop: RunningShop) -> None:
    mei, mo, other = shop.log_in("mei"), shop.log_in("mo"), add_with_role(shop, "creator")
    topic = make_topic(shop, mei)

    def opened(token: str) -> tuple[int, str | None]:
        answer = shop.call("POST", "shows", {"topic": topic}, token=token)
        return answer.status, answer.body.get("code")

    assert opened(mei) == (409, "topic_not_approved")
    shop.call("POST", f"topics/{topic}/submit", token=mei)
    assert opened(mei) == (409, "topic_not_approved")
    shop.call("POST", f"topics/{topic}/approve", token=mo)
    assert opened(other) == (404, "not_found")
    assert opened(register(shop)) == (403, "forbidden")
    assert opened(mei) == (201, None)
    assert opened(mei) == (201, None), "a creator may hold several open shows"


def test_two_moderators_do_not_judge_the_same_topic(shop: RunningShop) -> None:
    mei, mo, second = shop.log_in("mei"), shop.log_in("mo"), add_with_role(shop, "moderator")
    topic = submitted(shop, mei)
    assert shop.call("POST", f"topics/{topic}/claim", token=mo).status == 200
    for step, body in (("claim", None), ("approve", None), ("reject", REASON)):
        answer = shop.call("POST", f"topics/{topic}/{step}", body, token=second)
        assert (answer.status, answer.body["code"]) == (409, "topic_claimed")
    assert shop.call("POST", f"topics/{topic}/approve", token=mo).status == 200
    late = shop.call("POST", f"topics/{topic}/reject", REASON, token=second)
    assert (late.status, late.body["code"]) == (409, "topic_state")
    assert (late.body["errors"]["by"], late.body["errors"]["status"]) == ("Mo", "approved")


def test_a_topic_is_edited_taken_back_left_to_another_and_appealed(shop: RunningShop) -> None:
    mei, mo, second = shop.log_in("mei"), shop.log_in("mo"), add_with_role(shop, "moderator")
    topic = submitted(shop, mei)
    body = {"title": "Cups", "category": "home", "summary": "How they are thrown.", "language": "en"}

    def ask(token: str, step: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        answer = shop.call(method, f"topics/{topic}{step}", body, token=token)
        return answer.status, answer.body.get("code") or answer.body["topic"]

    assert ask(mei, "", body | {"version": 1}, "PUT")[1]["version"] == 2
    assert ask(mei, "", body | {"version": 1, "title": "Bowls"}, "PUT") == (409, "topic_changed")
    assert ask(mo, "/approve?version=1") == (409, "topic_changed")
    assert ask(mo, "/reject", REASON | {"version": 1}) == (409, "topic_changed")
    assert ask(mo, "/reject", REASON | {"version": 2})[0] == 200
    assert ask(second, "/undo") == (403, "not_yours")
    assert ask(mo, "/undo")[1]["status"] == "in_review"
    assert ask(mo, "/second-opinion", {"reason": "Cups?"})[1]["referrals"][0]["kind"] == "second_opinion"
    assert ask(mo, "/approve") == (403, "other_moderator")
    assert ask(second, "/reject", REASON)[0] == 200
    assert ask(mei, "/appeal", {"reason": "They are cups."})[1]["status"] == "in_review"
    assert ask(mei, "/appeal", {"reason": "Again."}) == (409, "topic_state")
    assert ask(second, "/approve") == (403, "other_moderator")
    assert ask(add_with_role(shop, "moderator"), "/approve?version=2")[1]["expires_at"] is not None
    kinds = [case["kind"] for case in shop.call("GET", "me/cases?limit=9", token=mei).body["cases"]]
    assert kinds[:4] == ["topic.approved", "topic.rejected", "topic.in_review", "topic.rejected"]


@pytest.mark.parametrize(
    ("method", "step", "body"),
    [
        ("PUT", "", {"title": "Cups"}),
        ("PUT", "", None),
        ("POST", "/approve?version=x", None),
        ("POST", "/approve?version=-1", None),
        ("POST", "/approve?version=" + "9" * 30, None),
        ("POST", "/reject", {"code": "other", "reason": "No.", "version": "1"}),
        ("POST", "/second-opinion", {"reason": "  "}),
        ("POST", "/second-opinion", {"reason": 5}),
        ("POST", "/second-opinion", {}),
        ("POST", "/appeal", {"reason": "x" * 1_001}),
    ],
)
def test_bad_input_changes_no_topic(shop: RunningShop, method: str, step: str, body: Any) -> None:
    root = shop.log_in("root")
    topic = submitted(shop, shop.log_in("mei"))
    before = shop.call("GET", f"topics/{topic}", token=root).body
    answer = shop.call(method, f"topics/{topic}{step}", body, token=root)
    assert answer.status in {400, 415}, answer
    assert shop.call("GET", f"topics/{topic}", token=root).body == before


def test_what_needs_a_moderator_is_refused_before_the_state_is_told(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    draft = make_topic(shop, mei)
    for token in (mei, register(shop)):
        for step, body in (("claim", None), ("approve", None), ("reject", REASON), ("request-changes", REASON)):
            assert shop.call("POST", f"topics/{draft}/{step}", body, token=token).status == 403
    assert shop.call("POST", f"topics/{draft}/approve").status == 401


def test_drafts_and_others_topics_are_not_to_be_seen(shop: RunningShop) -> None:
    mei, mo, other = shop.log_in("mei"), shop.log_in("mo"), add_with_role(shop, "creator")
    draft = make_topic(shop, mei)
    assert shop.call("GET", f"topics/{draft}", token=mo).status == 404
    assert shop.call("GET", f"topics/{draft}", token=other).status == 404
    assert shop.call("POST", f"topics/{draft}/submit", token=other).status == 404
    assert shop.call("GET", "topics", token=register(shop)).status == 403
    everything = shop.call("GET", "topics?limit=200", token=mo).body["topics"]
    assert "draft" not in {topic["status"] for topic in everything}


def test_a_topic_is_submitted_once(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    topic = submitted(shop, mei)
    again = shop.call("POST", f"topics/{topic}/submit", token=mei)
    assert (again.status, again.body["code"]) == (409, "topic_state")


def test_a_moderator_who_creates_does_not_judge_his_own(shop: RunningShop) -> None:
    root = shop.log_in("root")
    topic = submitted(shop, root)
    answer = shop.call("POST", f"topics/{topic}/approve", token=root)
    assert (answer.status, answer.body["code"]) == (403, "own_topic")


def test_goods_of_another_seller_are_refused(shop: RunningShop) -> None:
    mei, other = shop.log_in("mei"), add_with_role(shop, "creator")
    product = make_product(shop, mei)["id"]
    body = {"title": "Cups", "category": "home", "summary": "Somebody else's cups.", "language": "en"}
    answer = shop.call("POST", "topics", {**body, "products": [product]}, token=other)
    assert answer.status == 400
    assert "products" in answer.body["errors"]
    unknown = shop.call("POST", "topics", {**body, "products": ["nothing"]}, token=other)
    assert unknown.status == 400


@pytest.mark.parametrize("query", ["status=lost", "limit=0", "limit=201", "limit=x", "limit=-1", "cursor=%27--"])
def test_a_list_with_a_bad_question_is_refused(shop: RunningShop, query: str) -> None:
    assert shop.call("GET", f"topics?{query}", token=shop.log_in("mo")).status == 400


def test_a_long_list_comes_in_pages_without_gap_or_repeat(shop: RunningShop) -> None:
    creator = add_with_role(shop, "creator")
    made = [make_topic(shop, creator) for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = shop.call("GET", f"topics?limit=2&cursor={cursor}", token=creator).body
        seen += [topic["id"] for topic in page["topics"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]
