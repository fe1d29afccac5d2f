"""Layer switches and layer choice in virtual time: one stream to the viewer whatever happens, and no flapping."""

from __future__ import annotations

import itertools

import pytest

from media.core.rtp import timestamp_delta
from tests.sim.link import Weather
from tests.sim.simulcast import RIDS, Player, Staged

WIDE = Weather(delay_s=0.03)
PINS = (0.0, 0.5, 1.0)


def check_continuity(player: Player) -> int:
    """Every packet there, in one stream; how many switches there were."""
    numbers = sorted(player.seen)
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    switches = 0
    for before, after in itertools.pairwise(player.seen[number] for number in numbers):
        switched = before.rid != after.rid
        switches += switched
        if switched:
            assert after.key
            assert after.begins
        if after.begins:
            assert 0 < timestamp_delta(after.timestamp, before.timestamp) < 135_000
            assert (after.picture - before.picture) & 0x7FFF == 1
            assert (after.tl0 - before.tl0) & 0xFF == 1
        else:
            assert (after.timestamp, after.picture, after.tl0) == (before.timestamp, before.picture, before.tl0)
    return switches


@pytest.mark.parametrize(
    ("weather", "switches"),
    [(WIDE, 1_000), (Weather(delay_s=0.05, jitter_s=0.01, loss=0.02, reordered=0.01), 200)],
    ids=["clean", "lossy"],
)
def test_random_switches_are_one_stream_to_the_viewer(weather: Weather, switches: int) -> None:
    staged = Staged(1, weather)
    staged.camera.play(switches * 1.1)
    staged.join()
    while len(staged.player.layers) <= switches:
        before = staged.player.layers[-1][1] if staged.player.layers else "l"
        staged.viewer.pin(
            PINS[staged.rng.choice([at for at, rid in enumerate(RIDS) if rid != before])], staged.world.now
        )
        staged.world.run(staged.rng.uniform(0.3, 1.0))
    staged.world.run(3)
    assert check_continuity(staged.player) >= switches


def narrow(bps: float, queue_s: float = 0.3) -> Weather:
    return Weather(delay_s=0.03, jitter_s=0.004, bps=bps, queue_s=queue_s)


@pytest.mark.parametrize("estimates", [True, False], ids=["REMB", "reports"])
@pytest.mark.parametrize(
    ("bps", "queue_s", "fits"),
    [(500_000, 0.1, {"l"}), (500_000, 0.3, {"l"}), (500_000, 1.0, {"l"}), (900_000, 0.3, {"m"}), (300_000, 0.3, {"l"})],
)
def test_a_viewer_settles_on_what_its_line_carries_within_five_seconds(
    bps: float, queue_s: float, fits: set[str], estimates: bool
) -> None:
    staged = Staged(2, narrow(bps, queue_s), estimates=estimates)
    staged.camera.play(70)
    staged.world.run(2)
    staged.join()
    staged.world.run(60)
    # Without estimates only loss and a growing queue tell, which takes reports; where a second's worth of packets
    # waits, the layer before is still on its way.
    settled = 7 + (0 if estimates else 3) + (queue_s if queue_s >= 1 else 0)
    assert set(staged.watched(settled, 62)) == fits


@pytest.mark.parametrize("estimates", [True, False], ids=["REMB", "reports"])
@pytest.mark.parametrize("weather", [WIDE, Weather(delay_s=0.05, loss=0.05, jitter_s=0.01)], ids=["clean", "lossy"])
def test_a_viewer_with_room_climbs_to_the_best_layer_and_stays(weather: Weather, estimates: bool) -> None:
    staged = Staged(2, weather, estimates=estimates)
    staged.camera.play(90)
    staged.world.run(2)
    staged.join()
    staged.world.run(80)
    assert staged.watched(30, 82) == ["h"]
    if weather is WIDE:
        assert staged.watched(8, 30) == ["h"]


@pytest.mark.parametrize("estimates", [True, False], ids=["REMB", "reports"])
def test_a_line_that_gets_narrow_and_wide_again_is_followed(estimates: bool) -> None:
    staged = Staged(4, narrow(4_000_000), estimates=estimates)
    staged.camera.play(200)
    staged.world.run(2)
    staged.join()
    staged.world.run(18)
    assert staged.watched(19, 20) == ["h"]
    staged.down.weather = narrow(400_000)
    staged.world.run(40)
    assert set(staged.watched(24, 60)) == {"l"}
    staged.down.weather = narrow(4_000_000)
    staged.world.run(60)
    assert staged.watched(119, 120) == ["h"]


def test_a_layer_that_nobody_watches_is_not_forwarded_and_one_that_stops_is_left() -> None:
    staged = Staged(5, WIDE)
    staged.camera.play(30)
    staged.join()
    staged.viewer.pin(1.0, staged.world.now)
    staged.world.run(10)
    assert staged.watched(2, 10) == ["h"]
    assert {seen.rid for seen in staged.player.seen.values() if seen.frame > 60} == {"h"}
    staged.camera.layers["h"].on = False
    staged.world.run(10)
    assert staged.watched(13, 20) == ["m"]
    staged.camera.layers["h"].on, staged.camera.layers["h"].key = True, True
    staged.world.run(10)
    assert staged.watched(26, 30) == ["h"]
    assert check_continuity(staged.player) >= 2
