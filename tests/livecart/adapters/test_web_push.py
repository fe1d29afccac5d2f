"""Pushing to a service of our own over real HTTP: what arrives is read by its browser alone, and leads nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from livecart.adapters import web_push
from livecart.adapters.system import SystemClock
from livecart.adapters.web_push import PublicResolver, WebPushSender, base64url, encrypted, push_key, push_sender
from livecart.domain.web_push import Subscription, from_base64url
from livecart.services.reminders import PushOutcome
from tests.support.push_service import Browser, PushService, signed_by

SECRET = "a secret"


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as running:
        yield running


@pytest.fixture
async def sender(service: PushService) -> AsyncIterator[WebPushSender]:
    async with push_sender(SystemClock(), SECRET, [service.url], "https://shop.example") as made:
        yield made


def subscribed(service: PushService, path: str, browser: Browser) -> Subscription:
    return Subscription(f"{service.url}{path}", **browser.keys)


def test_the_example_of_the_rfc_is_encrypted_to_the_byte() -> None:
    """RFC 8291 appendix A."""
    browser = Subscription(
        "https://push.example/",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    private = int.from_bytes(from_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    made = encrypted(
        b"When I grow up, I want to be a watermelon",
        browser,
        salt=from_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ec.derive_private_key(private, ec.SECP256R1()),
    )
    assert base64url(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_key_is_the_secrets() -> None:
    assert push_key(SECRET).private_numbers() == push_key(SECRET).private_numbers()
    assert push_key(SECRET).private_numbers() != push_key("another").private_numbers()


async def test_what_arrives_is_signed_and_read_by_its_browser_alone(
    service: PushService, sender: WebPushSender
) -> None:
    browser = Browser()
    for text in (b"{}", "开播".encode() * 500):
        assert await sender.send_all([(subscribed(service, "/mine", browser), text)]) == [PushOutcome.SENT]
        assert browser.read(service.got[-1].body) == text
        assert text not in service.got[-1].body
        assert signed_by(service.got[-1], service.url) == sender.key
    assert service.got[-1].body[:16] != service.got[-2].body[:16]
    headers = service.got[-1].headers
    assert (headers["Content-Encoding"], headers["TTL"], headers["Urgency"]) == ("aes128gcm", "1800", "high")


async def test_what_the_service_answers_decides(service: PushService, sender: WebPushSender) -> None:
    browser = Browser()
    expected = {201: "sent", 404: "gone", 410: "gone", 400: "refused", 403: "refused", 429: "later", 503: "later"}
    for status, outcome in expected.items():
        service.statuses["/asked"] = status
        assert await sender.send(subscribed(service, "/asked", browser), b"{}") == outcome


async def test_redirects_are_not_followed_and_silence_ends(
    service: PushService, sender: WebPushSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await sender.send(subscribed(service, "/elsewhere", Browser()), b"{}") is PushOutcome.REFUSED
    assert service.got[-1].path == "/elsewhere"
    monkeypatch.setattr(web_push, "ANSWER_S", 0.2)
    assert await sender.send(subscribed(service, "/slow", Browser()), b"{}") is PushOutcome.LATER


async def test_what_is_not_trusted_any_more_or_no_point_gets_nothing(
    service: PushService, sender: WebPushSender
) -> None:
    before = len(service.got)
    elsewhere = Subscription("https://fcm.googleapis.com/a", **Browser().keys)
    assert await sender.send(elsewhere, b"{}") is PushOutcome.REFUSED
    no_point = Subscription(f"{service.url}/a", base64url(b"\x04" + bytes(64)), Browser().keys["auth"])
    assert await sender.send(no_point, b"{}") is PushOutcome.GONE
    assert len(service.got) == before


async def test_names_lead_to_public_addresses_only_unless_the_operator_named_them() -> None:
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver(frozenset()).resolve("localhost", 443)
    assert await PublicResolver(frozenset({"localhost"})).resolve("localhost", 443)
