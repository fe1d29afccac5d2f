from __future__ import annotations

from signaling.lanes import Lane
from signaling.messages import Skipped
from signaling.outbox import CLOSE_BYTES, NO_CHAT_BYTES, NO_CROWD_BYTES, STUCK_MS, Outbox


def test_a_slow_socket_loses_the_crowd_then_chat_then_its_place() -> None:
    outbox = Outbox()
    assert outbox.admit(0, 0) is Lane.CROWD
    assert outbox.admit(NO_CROWD_BYTES, 0) is Lane.CHAT
    assert outbox.admit(NO_CHAT_BYTES, 0) is Lane.HOST
    assert outbox.admit(CLOSE_BYTES, 0) is None


def test_a_socket_that_takes_nothing_is_closed_however_little_it_is_sent() -> None:
    outbox = Outbox()
    assert outbox.admit(NO_CHAT_BYTES, 0) is Lane.HOST
    assert outbox.admit(NO_CHAT_BYTES, STUCK_MS - 1) is Lane.HOST
    assert outbox.admit(NO_CHAT_BYTES, STUCK_MS) is None


def test_a_socket_that_caught_up_gets_everything_again() -> None:
    outbox = Outbox()
    outbox.admit(NO_CHAT_BYTES, 0)
    assert outbox.admit(0, STUCK_MS - 1) is Lane.CROWD
    assert outbox.admit(NO_CHAT_BYTES, STUCK_MS) is Lane.HOST


def test_what_was_skipped_is_told_once_as_one_run() -> None:
    outbox = Outbox()
    outbox.skip(Skipped(3, 5, 3))
    outbox.skip(None)
    outbox.skip(Skipped(7, 7, 1))
    assert outbox.take_skipped() == Skipped(3, 7, 4)
    assert outbox.take_skipped() is None
