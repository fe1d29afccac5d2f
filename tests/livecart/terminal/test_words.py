from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.terminal.words import Words, clean, money
from scripts.protocol import read_vectors
from signaling.messages import EVENTS

SNAPSHOT: dict[str, Any] = read_vectors()["exchanges"][0]["reply"]["frame"]["ok"]


def inside() -> Words:
    words = Words()
    words.enter(SNAPSHOT)
    return words


def test_a_snapshot_says_where_one_is() -> None:
    showing = {**SNAPSHOT, "pinned": None, "show": {**SNAPSHOT["show"], "showing": "p1"}}
    assert Words().enter(showing) == [
        "* Spring tea from Hangzhou, by Mei: the show is live",
        "* 12 viewers, 1 product in the bag",
        "* being shown: Longjing green tea, 19.90 CNY",
    ]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (("viewers", {"count": 13}), "* 13 viewers"),
        (("chat.held", {"show": "s", "message": "m", "state": "released"}), "* your message was let through"),
        (("chat.held", {"show": "s", "message": "m", "state": "refused"}), "* your message was kept back"),
        (("held.decided", {"id": "m", "state": "refused", "by": {}}), None),
        (("viewers", {"count": 12}), None),
        (("product.showing", {"product": None, "version": 1}), "* no product is being shown"),
        (("product.showing", {"product": "p1", "version": 1}), "* being shown: Longjing green tea, 19.90 CNY"),
        (("product.showing", {"product": "p9", "version": 1}), "* being shown: p9"),
        (("bag", {"version": 4, "products": []}), "* 0 products in the bag"),
        (("stock", {"product": "p1", "variant": "v1", "available": 3, "version": 1}), None),
        (("stock", {"product": "p1", "variant": "v1", "available": 0, "version": 1}), "* sold out: Longjing green tea"),
        (("order.toast", {"buyer": "An***", "title": "Tea", "quantity": 2}), "* An*** bought 2 of Tea"),
        (("gift", {"from": {"display_name": "Ana"}, "gift": {"name": "Rose"}, "count": 2, "final": False}), None),
        (
            ("gift", {"from": {"display_name": "Ana"}, "gift": {"name": "Rose"}, "count": 7, "final": True}),
            "* Ana gave 7 of Rose",
        ),
        (("show.state", {"state": "ended"}), "* the show has ended"),
        (("skipped", {"from": 1, "to": 1, "count": 1}), "* 1 message left out: this connection is slow"),
        (("order", {"id": "o1", "state": "paid"}), "* your order o1 is paid"),
        (("likes", {"count": 3}), None),
        (("notice", {"kind": "joined", "count": 2, "names": ["Ana", "Li\x1bn"]}), "* Ana, Li�n joined"),
        (("notice", {"kind": "joined", "count": 40, "names": []}), "* 40 people joined"),
        (
            ("notice", {"kind": "delayed", "count": 0, "names": []}),
            "* the server has lost touch with the others: what is said comes late",
        ),
        (("notice", {"kind": "restored", "count": 0, "names": []}), "* the server is back in touch"),
        (("notice", {"kind": "of later", "count": 0, "names": []}), None),
        (
            ("notice", {"kind": "left_out", "count": 1, "names": []}),
            "* so many are writing that 1 message got left out",
        ),
        (("chat.deleted", {"id": "m1", "by": "moderator"}), "* a message was deleted by a moderator"),
        (("chat.pinned", {"message": None, "version": 2}), "* no message is pinned"),
        (("chat.rules", {"version": 1, "slow_s": 0, "links": "host", "who": "staff"}), "* only the host writes"),
        (
            ("chat.rules", {"version": 1, "slow_s": 0, "links": "host", "who": "followers", "followed_minutes": 5}),
            "* only followers of the host write",
        ),
        (
            ("chat.rules", {"version": 1, "slow_s": 5, "links": "host", "who": "everyone"}),
            "* everybody may write, one message every 5 s",
        ),
        (("show.rewound", {"to": 3}), None),
    ],
)
def test_each_event_has_its_line(event: tuple[str, Any], line: str | None) -> None:
    assert inside().of([None, *event, 0]) == line


def test_every_event_of_the_protocol_can_be_told() -> None:
    words = inside()
    told = {entry["type"]: words.of(entry["frame"]["ev"][0]) for entry in read_vectors()["events"]}
    assert told.keys() == EVENTS.keys()
    chat = told["chat"]
    assert chat is not None
    assert chat.endswith(" Ana: 你好 👋")


def test_whom_a_line_answers_and_that_it_is_pinned_is_told() -> None:
    line = {**SNAPSHOT["chat"][0], "reply_to": {"id": "m0", "author": {"id": "m", "display_name": "Mei"}}}
    pinned = inside().of([1, "chat.pinned", {"message": line, "version": 1}, 0])
    assert pinned is not None
    assert pinned.startswith("* pinned: ")
    assert pinned.endswith(" Ana to Mei: 你好 👋")
    assert Words().enter({**SNAPSHOT, "pinned": line})[-1] == pinned


def test_a_line_that_is_held_is_told_to_be() -> None:
    line = {"author": {"display_name": "Ana", "role": "viewer"}, "text": "psst", "at_ms": 0}
    assert str(inside().of([None, "chat", {**line, "held": True}, 0])).endswith("Ana: psst (only you see this yet)")
    held = {"message": line, "rule": "r", "list": "l", "entry": "psst"}
    assert str(inside().of([None, "held", held, 0])).startswith("* held back: ")


def test_who_is_more_than_a_viewer_is_told() -> None:
    data = {"author": {"id": "m", "display_name": "Mei", "role": "creator"}, "text": "Hi", "at_ms": 0, "id": "1"}
    line = inside().of([1, "chat", data, 0])
    assert line is not None
    assert line.endswith(" Mei (creator): Hi")


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    cleaned = clean(text + "\x1b[2J\r\n\x9b\u202e\u2028")
    assert cleaned.isprintable() or not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in cleaned)
    assert len(cleaned.splitlines()) <= 1
    assert not set(cleaned) & set("\u202e\u2066")


def test_emoji_and_joined_scripts_stay_whole() -> None:
    for text in ("👩‍🚀", "می‌خواهم", "❤️"):
        assert clean(text) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"), [(1990, "CNY", "19.90 CNY"), (5, "EUR", "0.05 EUR"), (500, "JPY", "500 JPY")]
)
def test_money_has_the_digits_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert money(amount, currency) == text
