"""Who may go live, over HTTP and by the operator's commands: a whole shop."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.operator import livecart
from tests.support.people import add_with_role, make_topic, new_handle, register
from tests.support.running_shop import Answer, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

FOLLOWERS = {"measure": "followers", "required": 2, "keep": 1}
STRIKES = {"measure": "strikes", "required": 2, "days": 90, "for_invited": True}


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One whose rules may be changed."""
    with RunningShop(tmp_path_factory.mktemp("gate") / "data") as shop:
        yield shop


@pytest.fixture
def root(own_shop: RunningShop) -> str:
    token = own_shop.log_in("root")
    put(own_shop, token, rules=[STRIKES], cohorts=["invited"])
    own_shop.call("POST", "eligibility/halt", {"halted": False, "reason": "over"}, token=token)
    return token


def put(shop: RunningShop, token: str, **changed: Any) -> Answer:
    return shop.call("PUT", "eligibility/rules", {"rules": [STRIKES], "reason": "a test", **changed}, token=token)


def mine(shop: RunningShop, token: str) -> dict[str, Any]:
    answer = shop.call("GET", "me/eligibility", token=token)
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.body["eligibility"]
    return found


def handle_of(shop: RunningShop, token: str) -> str:
    return str(shop.call("GET", "me", token=token).body["user"]["handle"])


def command(shop: RunningShop, *words: str) -> subprocess.CompletedProcess[str]:
    return livecart(*words, "--data", str(shop.data))


def test_a_creator_reads_what_is_missing_and_the_refusal_says_the_same(own_shop: RunningShop, root: str) -> None:
    creator = add_with_role(own_shop, "creator")
    topic = make_topic(own_shop, creator)
    assert put(own_shop, root, rules=[FOLLOWERS, STRIKES]).status == 200
    told = mine(own_shop, creator)
    followers, strikes = told["rules"]
    assert (told["eligible"], told["creator"], told["halted"], told["may_apply"]) == (False, True, False, False)
    assert followers == {
        "measure": "followers",
        "days": None,
        "required": 2,
        "actual": 0,
        "missing": 2,
        "met": False,
        "waived": False,
    }
    assert (strikes["met"], strikes["days"], strikes["actual"]) == (True, 90, 0)
    refused = own_shop.call("POST", f"topics/{topic}/submit", token=creator)
    assert (refused.status, refused.body["code"]) == (403, "not_eligible")
    assert refused.body["errors"] == told["missing"] == {"followers": "at least 2 needed, 0 there"}
    handle = handle_of(own_shop, creator)
    for _ in range(2):
        assert own_shop.call("POST", f"users/{handle}/follow", token=register(own_shop)).status == 200
    assert own_shop.call("POST", f"topics/{topic}/submit", token=creator).status == 200
    assert own_shop.call("POST", f"topics/{topic}/approve", token=own_shop.log_in("mo")).status == 200
    assert own_shop.call("POST", "shows", {"topic": topic}, token=creator).status == 201


def test_the_kill_switch_refuses_new_shows_and_publishing_to_one_that_was_not_live(
    own_shop: RunningShop, root: str
) -> None:
    creator = add_with_role(own_shop, "creator")
    topics = [make_topic(own_shop, creator) for _ in range(2)]
    for topic in topics:
        assert own_shop.call("POST", f"topics/{topic}/submit", token=creator).status == 200
        assert own_shop.call("POST", f"topics/{topic}/approve", token=own_shop.log_in("mo")).status == 200
    made = own_shop.call("POST", "shows", {"topic": topics[0]}, token=creator).body
    body = {"halted": True, "reason": "an incident"}
    halted = own_shop.call("POST", "eligibility/halt", body, token=root)
    assert (halted.status, halted.body["rules"]["halted"]) == (200, True)
    refused = own_shop.call("POST", "shows", {"topic": topics[1]}, token=creator)
    assert (refused.status, refused.body["code"]) == (403, "shows_halted")
    show, token = made["show"]["id"], made["publish_token"]
    refused = own_shop.call("POST", f"/whip/{show}", "v=0", token=token, Content_Type="application/sdp")
    assert (refused.status, refused.body["code"]) == (403, "shows_halted")
    own_shop.call("POST", "eligibility/halt", {"halted": False, "reason": "over"}, token=root)
    # Its SDP is none, and is looked at now.
    refused = own_shop.call("POST", f"/whip/{show}", "v=0", token=token, Content_Type="application/sdp")
    assert refused.body["code"] == "bad_sdp"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"rules": [{**FOLLOWERS, "keep": 3}]}, "rules"),
    ({"rules": [{**FOLLOWERS, "required": -1}]}, "rules"),
    ({"rules": [{"measure": "beauty", "required": 1}]}, "rules"),
    ({"rules": [{**FOLLOWERS, "more": 1}]}, "rules"),
    ({"rules": "all"}, "rules"),
    ({"rollout_percent": 101}, "rollout_percent"),
    ({"rollout_percent": 1.5}, "rollout_percent"),
    ({"cohorts": ["A B"]}, "cohorts"),
    ({"reason": ""}, "reason"),
    ({"name": "../etc"}, "name"),
]


@pytest.mark.parametrize(("changed", "field"), BAD)
def test_rules_that_are_wrong_are_refused_by_name_and_change_nothing(
    own_shop: RunningShop, root: str, changed: dict[str, Any], field: str
) -> None:
    before = own_shop.call("GET", "eligibility/rules", token=root).body
    answer = put(own_shop, root, **changed)
    assert (answer.status, answer.body["code"]) == (400, "invalid"), answer
    assert [name.partition("[")[0] for name in answer.body["errors"]] == [field]
    assert own_shop.call("GET", "eligibility/rules", token=root).body == before


def test_the_second_of_two_editors_is_told(own_shop: RunningShop, root: str) -> None:
    version = own_shop.call("GET", "eligibility/rules", token=root).body["rules"]["version"]
    assert put(own_shop, root, version=version).body["rules"]["version"] == version + 1
    answer = put(own_shop, root, version=version)
    assert (answer.status, answer.body["code"]) == (409, "rules_changed")


def test_a_viewer_applies_is_granted_and_proposes_a_topic_with_the_same_session(
    own_shop: RunningShop, root: str
) -> None:
    viewer, other = register(own_shop), register(own_shop)
    assert own_shop.call("POST", "topics", {}, token=viewer).status == 400
    refused = own_shop.call("POST", "me/application", token=root)
    assert (refused.status, refused.body["code"]) == (409, "not_a_viewer")
    applied = own_shop.call("POST", "me/application", token=viewer)
    assert (applied.status, applied.body["eligibility"]["application"]["state"]) == (200, "waiting")
    assert own_shop.call("POST", "me/application", token=viewer).body["code"] == "application_waiting"
    own_shop.call("POST", "me/application", token=other)
    waiting = own_shop.call("GET", "eligibility/applications", token=root).body["applications"]
    ids = {each["user"]["handle"]: each["user"]["id"] for each in waiting}
    first, second = ids[handle_of(own_shop, viewer)], ids[handle_of(own_shop, other)]
    assert (
        own_shop.call("POST", f"eligibility/applications/{first}/grant", token=root).body["user"]["role"] == "creator"
    )
    assert own_shop.call("POST", f"eligibility/applications/{first}/grant", token=root).status == 409
    reason = {"reason": "Tell us more."}
    assert own_shop.call("POST", f"eligibility/applications/{second}/refuse", reason, token=root).status == 200
    assert own_shop.call("POST", "eligibility/applications/nobody/grant", token=root).status == 404
    make_topic(own_shop, viewer)
    (case,) = own_shop.call("GET", "me/cases", token=other).body["cases"]
    assert (case["kind"], case["reason"]) == ("person.application_refused", "Tell us more.")


def test_where_no_admin_is_asked_an_application_is_answered_at_once(own_shop: RunningShop, root: str) -> None:
    viewer = register(own_shop)
    put(own_shop, root, review_applications=False, rules=[FOLLOWERS])
    refused = own_shop.call("POST", "me/application", token=viewer)
    assert (refused.status, list(refused.body["errors"])) == (403, ["followers"])
    put(own_shop, root, review_applications=False)
    assert own_shop.call("POST", "me/application", token=viewer).body["eligibility"]["creator"]
    assert own_shop.call("GET", "me", token=viewer).body["user"]["role"] == "creator"


def test_admins_invite_people_over_http_and_the_operator_by_command(own_shop: RunningShop, root: str) -> None:
    one, two = add_with_role(own_shop, "creator"), add_with_role(own_shop, "creator")
    put(own_shop, root, rules=[FOLLOWERS], cohorts=["first-wave"])
    handles = [handle_of(own_shop, each) for each in (one, two)]
    body = {"people": [handles[0], new_handle("nobody")], "reason": "they asked"}
    answer = own_shop.call("POST", "eligibility/cohorts/first-wave", body, token=root)
    assert (answer.status, list(answer.body["errors"])) == (400, ["people"])
    assert not mine(own_shop, one)["invited"], "all or nobody"
    answer = own_shop.call("POST", "eligibility/cohorts/first-wave", {**body, "people": handles[:1]}, token=root)
    assert (answer.status, answer.body["cohort"]["let_in"]) == (200, True)
    done = command(
        own_shop, "user", "invite", handles[1], "--cohort", "first-wave", "--reason", "a friend of the house"
    )
    assert (done.returncode, done.stdout) == (0, f"{handles[1]} is in the cohort first-wave\n"), done.stderr
    for token in (one, two):
        assert (mine(own_shop, token)["eligible"], mine(own_shop, token)["invited"]) == (True, True)
    members = own_shop.call("GET", "eligibility/cohorts/first-wave", token=root).body["members"]
    assert {each["user"]["handle"] for each in members} == set(handles)
    first = next(each["user"]["id"] for each in members if each["user"]["handle"] == handles[0])
    path = f"eligibility/cohorts/first-wave/{first}/remove"
    assert own_shop.call("POST", path, {"reason": "over"}, token=root).status == 204
    assert own_shop.call("POST", path, {"reason": "over"}, token=root).status == 404
    done = command(own_shop, "user", "uninvite", handles[1], "--cohort", "first-wave", "--reason", "over")
    assert done.returncode == 0, done.stderr
    assert not mine(own_shop, two)["eligible"]
    done = command(own_shop, "user", "invite", handles[1])
    assert (done.returncode, "--reason" in done.stderr) == (2, True)
    done = command(own_shop, "user", "invite", handles[1], "--cohort", "elsewhere", "--reason", "a try")
    assert "the rules do not let this cohort in" in done.stdout


def test_all_of_it_stands_in_the_log_and_the_audit_is_clean(own_shop: RunningShop, root: str) -> None:
    entries = own_shop.call("GET", "moderation/log?limit=200&kind=eligibility.rules", token=root).body["entries"]
    assert entries
    assert all(entry["by"]["handle"] == "root" and json.loads(entry["quote"]) for entry in entries)
    audit = command(own_shop, "audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_nobody_reads_or_writes_any_of_it_without_signing_in(own_shop: RunningShop, tmp_path: Path) -> None:
    for method, path in (
        ("GET", "me/eligibility"),
        ("POST", "me/application"),
        ("GET", "eligibility/rules"),
        ("GET", "eligibility/cohorts"),
        ("GET", "retention"),
        ("GET", "legal-holds"),
    ):
        assert own_shop.call(method, path).status == 401, path
