"""Key frame requests: at most two a second, none lost."""

from __future__ import annotations

from media.core.keyframes import KeyFrameRequests


def test_the_first_request_goes_out_at_once() -> None:
    assert KeyFrameRequests().ask(0.0)


def test_a_storm_becomes_two_requests_a_second() -> None:
    requests = KeyFrameRequests()
    sent = [step / 100 for step in range(300) if requests.ask(step / 100)]
    assert sent == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]


def test_a_postponed_request_is_made_up_for_once() -> None:
    requests = KeyFrameRequests()
    requests.ask(0.0)
    assert not requests.ask(0.1)
    assert requests.deadline() == 0.5
    assert not requests.poll(0.4)
    assert requests.poll(0.5)
    assert requests.deadline() is None
    assert not requests.poll(9.0)


def test_a_new_publisher_is_asked_at_once() -> None:
    requests = KeyFrameRequests()
    requests.ask(0.0)
    requests.restart()
    assert requests.ask(0.01)
