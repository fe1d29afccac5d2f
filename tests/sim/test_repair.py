"""Loss repair from end to end in virtual time: nothing of it depends on this machine's speed."""

from __future__ import annotations

import itertools

import pytest

from media.core.rtp import sequence_delta, timestamp_delta
from tests.media.core.test_transport_cc import decode
from tests.sim.link import Weather
from tests.sim.peers import Relayed

CLEAN = Weather(delay_s=0.005)
LOSSY = Weather(delay_s=0.05, jitter_s=0.01, loss=0.05, reordered=0.01, doubled=0.01)
BURSTS = Weather(delay_s=0.05, jitter_s=0.01, loss=0.05, burst=4, reordered=0.01)
IN_TIME_S = 0.4


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("weather", [LOSSY, BURSTS], ids=["single", "bursts"])
def test_a_viewer_behind_five_percent_loss_gets_nearly_all_in_time(seed: int, weather: Weather) -> None:
    relayed = Relayed(seed, CLEAN, weather)
    relayed.run(20)
    link = next(iter(relayed.wire.links.values()))
    assert link.lost >= 0.03 * link.sent
    assert relayed.screen.again >= 0.03 * len(relayed.camera.sent_at)
    assert relayed.in_time(IN_TIME_S) >= 0.995


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("weather", [LOSSY, BURSTS], ids=["single", "bursts"])
def test_viewers_of_a_publisher_behind_five_percent_loss_get_nearly_all_in_time(seed: int, weather: Weather) -> None:
    relayed = Relayed(seed, weather, CLEAN)
    relayed.run(20)
    assert relayed.camera.up.lost >= 0.03 * relayed.camera.up.sent
    assert relayed.wire.counters.values["repaired_in"] >= 0.03 * len(relayed.camera.sent_at)
    # A viewer on a clean line asks for what we lack ourselves; it gets each packet once all the same.
    assert len(relayed.screen.numbers) == len(set(relayed.screen.numbers))
    assert relayed.in_time(IN_TIME_S) >= 0.995


def test_loss_on_both_sides_at_once() -> None:
    relayed = Relayed(4, LOSSY, LOSSY)
    relayed.run(20)
    assert relayed.in_time(0.6) >= 0.995


def test_without_loss_nothing_is_sent_twice_whatever_the_jitter_and_order() -> None:
    wild = Weather(delay_s=0.05, jitter_s=0.02, doubled=0.05)
    relayed = Relayed(5, wild, wild)
    relayed.run(10)
    assert relayed.in_time(0.2) == 1.0
    assert (relayed.screen.again, relayed.wire.counters.values["nack_sent"]) == (0, 0)


def test_repair_costs_little_more_than_what_was_lost() -> None:
    relayed = Relayed(6, CLEAN, Weather(delay_s=0.05, loss=0.05))
    relayed.run(30)
    link = next(iter(relayed.wire.links.values()))
    assert relayed.viewer.quality.resent <= 1.1 * link.lost


def test_every_counter_wraps_without_a_gap() -> None:
    """RTP and RTX numbers, time stamps and transport-wide numbers of the publisher begin just before their
    wraps; the slot's own ones come round in 400 s of 180 packets each."""
    up = Weather(delay_s=0.02, loss=0.02, reordered=0.01)
    relayed = Relayed(7, up, up, (65_500, 0xFFFFFFFF - 90_000, 65_000))
    relayed.run(400)
    assert relayed.in_time(IN_TIME_S) >= 0.999
    assert len(relayed.camera.sent_at) > 65_536 + 4_096
    by_payload = sorted(relayed.screen.got_at)
    assert by_payload[-1] - by_payload[0] + 1 - len(by_payload) <= 5
    steps = [
        (sequence_delta(later[0], earlier[0]), timestamp_delta(later[1], earlier[1]))
        for earlier, later in itertools.pairwise(relayed.screen.numbers)
    ]
    assert all(abs(numbers) < 400 and abs(stamps) < 180_000 for numbers, stamps in steps)


def test_arrivals_are_told_of_every_packet_across_the_wrap() -> None:
    relayed = Relayed(8, Weather(delay_s=0.02, loss=0.05), CLEAN, (0, 0, 65_000))
    relayed.run(10)
    arrived = [ticks for feedback in relayed.camera.told for ticks in decode(feedback).arrived.values() if ticks]
    received = relayed.camera.up.sent - relayed.camera.up.lost
    # Of the feedback itself a twentieth is lost.
    assert 0.85 * received <= len(arrived) <= received
    times = [ticks / 4_000 for ticks in arrived]
    assert times == sorted(times)


def test_an_outage_ends_in_one_request_for_a_key_frame_not_in_a_storm() -> None:
    relayed = Relayed(9, CLEAN, CLEAN)
    relayed.camera.play(10)
    relayed.world.run(3)
    relayed.camera.up.open = False
    relayed.world.run(2)
    relayed.camera.up.open = True
    asked = relayed.camera.key_frames_asked
    relayed.world.run(7)
    assert relayed.camera.key_frames_asked == asked + 1
    assert relayed.wire.counters.values["nack_sent"] == 0
    assert relayed.wire.counters.values["upstream_lost"] == 360
