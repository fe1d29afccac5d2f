"""Register, log in, log out, over HTTP to a whole shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.people import PASSWORD, new_handle, register
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real


def test_whoever_registers_is_a_viewer_and_signed_in(shop: RunningShop) -> None:
    handle = new_handle("new")
    answer = shop.call("POST", "auth/register", {"handle": handle, "password": PASSWORD, "display_name": "New"})
    assert answer.status == 201
    assert answer.body["user"] == {
        "id": answer.body["user"]["id"],
        "handle": handle,
        "display_name": "New",
        "role": "viewer",
    }
    me = shop.call("GET", "me", token=answer.body["token"])
    assert me.body["user"] == answer.body["user"]
    assert "review_topic" not in me.body["permissions"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(shop: RunningShop) -> None:
    answer = shop.call("POST", "auth/login", {"handle": "ana", "password": PASSWORD})
    cookie = answer.cookies["livecart_session"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" not in answer.cookies["livecart_signed_in"]


def test_a_token_that_was_logged_out_opens_nothing(shop: RunningShop) -> None:
    token = register(shop)
    assert shop.call("POST", "auth/logout", token=token).status == 204
    answer = shop.call("GET", "me", token=token)
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")
    assert shop.call("POST", "auth/logout", token=token).status == 401


@pytest.mark.parametrize(
    "credentials",
    [{"handle": "mei", "password": "wrong-password"}, {"handle": "nobody-here", "password": PASSWORD}],
)
def test_a_wrong_password_and_an_unknown_handle_are_told_alike(shop: RunningShop, credentials: dict[str, str]) -> None:
    answer = shop.call("POST", "auth/login", credentials)
    assert (answer.status, answer.body["code"]) == (401, "bad_credentials")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_handle_is_taken_once_whatever_its_case(shop: RunningShop) -> None:
    body = {"handle": "MEI", "password": PASSWORD, "display_name": "Other"}
    assert shop.call("POST", "auth/register", body).body["code"] == "handle_taken"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"handle": "x", "password": PASSWORD, "display_name": "X"}, "handle"),
        ({"handle": "fine", "password": "short", "display_name": "X"}, "password"),
        ({"handle": "fine", "password": "x" * 300, "display_name": "X"}, "password"),
        ({"handle": "fine", "password": PASSWORD, "display_name": "\u202e"}, "display_name"),
        ({"handle": "fine", "password": PASSWORD, "display_name": 7}, "display_name"),
        ({"handle": "fine", "password": PASSWORD}, "body"),
        ([], "body"),
    ],
)
def test_a_registration_that_breaks_a_rule_names_the_field(shop: RunningShop, body: object, field: str) -> None:
    answer = shop.call("POST", "auth/register", body)
    assert answer.status == 400
    assert field in answer.body["errors"]


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "invalid_json"),
        ("", "application/json", 400, "invalid_json"),
        ("[" * 20_000, "application/json", 400, "invalid"),
        ('{"handle": "' + "x" * 70_000 + '"}', "application/json", 413, "too_large"),
        ("handle=mei", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("{}", "text/plain", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    shop: RunningShop, raw: str, content_type: str, status: int, code: str
) -> None:
    answer = shop.call("POST", "auth/login", raw, Content_Type=content_type)
    assert (answer.status, answer.body["code"]) == (status, code)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 10, "A" * 5_000])
def test_a_token_that_is_not_ours_is_refused(shop: RunningShop, token: str) -> None:
    answer = shop.call("GET", "me", Authorization=f"Bearer {token}".encode().decode("latin-1"))
    assert answer.status == 401


def test_failed_log_ins_are_limited_and_good_ones_are_not(tmp_path: Path) -> None:
    with RunningShop(tmp_path / "data", LIVECART_LIMITS_EXEMPT="") as strict:
        for _ in range(25):
            assert strict.call("POST", "auth/login", {"handle": "ana", "password": PASSWORD}).status == 200
        wrong = {"handle": "ana", "password": "wrong-password"}
        answers = [strict.call("POST", "auth/login", wrong) for _ in range(12)]
        assert [answer.status for answer in answers] == [401] * 10 + [429] * 2
        assert int(answers[-1].headers["Retry-After"]) >= 1
        # The right password does not help against the limit of its handle, and others are not affected.
        assert strict.call("POST", "auth/login", {"handle": "ana", "password": PASSWORD}).status == 429
        assert strict.call("POST", "auth/login", {"handle": "lin", "password": PASSWORD}).status == 200
