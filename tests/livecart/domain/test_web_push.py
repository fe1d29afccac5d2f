from __future__ import annotations

import pytest

from livecart.domain.errors import InvalidError
from livecart.domain.reminder import TRIES_MAX, wait_ms, words
from livecart.domain.web_push import PUSH_SERVICES, check_push_service, check_subscription, is_trusted
from tests.support.push_service import Browser

OWN = "http://10.0.0.7:9000"
GOOD = "https://fcm.googleapis.com/fcm/send/abc:def"


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOD,
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://web.push.apple.com:443/abc",
        f"{OWN}/abc",
    ],
)
def test_services_that_the_operator_names_are_trusted(endpoint: str) -> None:
    assert is_trusted(endpoint, (*PUSH_SERVICES, OWN))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/a",
        "https://fcm.googleapis.com:8443/a",
        "https://fcm.googleapis.com.example.org/a",
        "https://evil-push.apple.com.example/a",
        "https://notpush.apple.com/a",
        "https://fcm.googleapis.com@example.org/a",
        "https://fcm.googleapis.com:443@127.0.0.1/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://fcm.googleapis.com:x/a",
        "http://10.0.0.7:9001/a",
        "https://10.0.0.7:9000/a",
        "http://10.0.0.7:9000@example.org/a",
        "https://fcm.googleapis.com/a\r\nHost: example.org",
        "https://fcm.googleapis.com\\@example.org/a",
        "ftp://fcm.googleapis.com/a",
        "",
    ],
)
def test_nothing_else_is(endpoint: str) -> None:
    assert not is_trusted(endpoint, (*PUSH_SERVICES, OWN))


def test_a_subscription_is_checked_by_field() -> None:
    keys = Browser().keys
    assert (
        check_subscription(GOOD, **keys, services=PUSH_SERVICES).id
        == check_subscription(GOOD, **Browser().keys, services=PUSH_SERVICES).id
    )
    wrong = [
        ({"endpoint": "https://example.org/a"}, "endpoint"),
        ({"endpoint": GOOD + "a" * 1_000}, "endpoint"),
        ({"p256dh": "AAAA"}, "p256dh"),
        ({"p256dh": "A" * 87}, "p256dh"),
        ({"p256dh": "é" * 87}, "p256dh"),
        ({"auth": "!" * 22}, "auth"),
        ({"auth": keys["auth"] + "AAAA"}, "auth"),
    ]
    for changed, field in wrong:
        with pytest.raises(InvalidError) as caught:
            check_subscription(**{"endpoint": GOOD, **keys, "services": PUSH_SERVICES, **changed})  # type: ignore[arg-type]
        assert list(caught.value.fields) == [field]


def test_services_are_domains_or_whole_origins() -> None:
    for good in (*PUSH_SERVICES, OWN, "https://push.example:8443"):
        assert check_push_service(good) == good
    for bad in ("10.0.0.7", "http://", "https://push.example/path", "https://a@push.example", "ftp://push.example", ""):
        with pytest.raises(ValueError, match=r"is no (domain|origin)"):
            check_push_service(bad)


def test_words_are_in_the_persons_language_and_short() -> None:
    assert words("Tea", "Mei", "en") == ("Tea", "Mei is live now. Come and watch.")
    assert "开播" in words("茶", "小美", "zh")[1]
    assert len(words("x" * 500, "y" * 500, "xx")[0]) == 120


def test_tries_are_further_and_further_apart() -> None:
    assert [wait_ms(tries) // 1000 for tries in range(1, TRIES_MAX + 1)] == [10, 30, 90, 270, 810]
