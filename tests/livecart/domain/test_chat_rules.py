from __future__ import annotations

import pytest

from livecart.domain.chat_rules import ChatRules, Links, Speakers
from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.ids import MessageId

LINK = "see https://example.test"


@pytest.mark.parametrize(
    ("links", "staff", "allowed"),
    [
        (Links.NOBODY, True, False),
        (Links.NOBODY, False, False),
        (Links.HOST, True, True),
        (Links.HOST, False, False),
        (Links.EVERYONE, True, True),
        (Links.EVERYONE, False, True),
    ],
)
def test_who_may_write_links(links: Links, staff: bool, allowed: bool) -> None:
    rules = ChatRules(links=links)
    rules.require("no link", staff=staff)
    if allowed:
        rules.require(LINK, staff=staff)
    else:
        with pytest.raises(ForbiddenError) as refused:
            rules.require(LINK, staff=staff)
        assert refused.value.code == "links_not_allowed"


def test_a_closed_chat_is_the_staffs_alone() -> None:
    rules = ChatRules(who=Speakers.STAFF)
    rules.require("hi", staff=True)
    with pytest.raises(ForbiddenError) as refused:
        rules.require("hi", staff=False)
    assert refused.value.code == "chat_closed"


@pytest.mark.parametrize(
    ("minutes", "followed_ms", "wait_ms"),
    [(0, None, None), (0, 0, 0), (5, None, None), (5, 0, 300_000), (5, 299_999, 1), (5, 300_000, 0)],
)
def test_a_chat_for_followers(minutes: int, followed_ms: int | None, wait_ms: int | None) -> None:
    rules = ChatRules(who=Speakers.FOLLOWERS, followed_minutes=minutes)
    rules.require("hi", staff=True)
    if wait_ms == 0:
        rules.require("hi", staff=False, followed_ms=followed_ms)
        return
    with pytest.raises(ForbiddenError) as refused:
        rules.require("hi", staff=False, followed_ms=followed_ms)
    assert (refused.value.code, refused.value.retry_after_ms) == ("followers_only", wait_ms)


@pytest.mark.parametrize("minutes", [-1, 129_601])
def test_the_time_of_following_has_bounds(minutes: int) -> None:
    with pytest.raises(InvalidError) as refused:
        ChatRules().changed(followed_minutes=minutes)
    assert set(refused.value.fields) == {"followed_minutes"}


def test_slow_mode_spares_the_staff() -> None:
    rules = ChatRules().changed(slow_s=30)
    assert (rules.pause_ms(staff=False), rules.pause_ms(staff=True)) == (30_000, 0)


def test_a_change_counts_and_no_change_does_not() -> None:
    rules = ChatRules().changed(slow_s=5)
    assert rules.version == 1
    assert rules.changed(slow_s=5) is rules
    pinned = rules.pin(MessageId("m"))
    assert (pinned.version, pinned.slow_s, pinned.pinned) == (2, 5, "m")
    assert pinned.pin(MessageId("m")) is pinned
    assert pinned.pin(None).pinned is None
    assert pinned.changed(links=Links.EVERYONE, who=Speakers.STAFF).pinned == "m"


@pytest.mark.parametrize("slow_s", [-1, 301])
def test_a_pause_has_bounds(slow_s: int) -> None:
    with pytest.raises(InvalidError) as refused:
        ChatRules().changed(slow_s=slow_s)
    assert "slow_s" in refused.value.fields
