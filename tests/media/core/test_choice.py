"""Each rule of the layer choice by itself: what moves a viewer down, what lets it climb, and what does not."""

from __future__ import annotations

import itertools
import random

import pytest

from media.core.choice import FIRST_PAUSE_S, LONGEST_PAUSE_S, PROBE_S, PROBE_SHARE, REACT_S, Decision, LayerChoice

RATES = (150_000.0, 500_000.0, 1_700_000.0)
TRIP_S = 0.05


class Viewer:
    """A choice, the layer that it is on, and a clock. Switches happen at once."""

    def __init__(self, layer: int) -> None:
        self.now = 100.0
        self.choice = LayerChoice(self.now)
        self.choice.moved(self.now)
        self.layer = layer
        self.moves: list[float] = []
        self.probes = 0
        self.tells_estimate_of: float | None = None

    def decide(self) -> Decision:
        decision = self.choice.decide(RATES, self.layer, self.now)
        self.probes += decision.probe_bps > 0
        if decision.layer != self.layer:
            self.layer = decision.layer
            self.moves.append(self.now)
            self.choice.moved(self.now)
        return decision

    def report(self, lost: float = 0.0, trip_s: float | None = TRIP_S) -> Decision:
        """A receiver report, and what follows from it."""
        self.choice.reported(lost, trip_s, self.now)
        return self.decide()

    def estimate(self, bps: float, *, felt: bool = True) -> Decision:
        """REMB with the report that goes before it, where a queue is felt or not."""
        self.choice.reported(0.0, TRIP_S + (0.08 if felt else 0.0), self.now)
        self.choice.estimated(bps, self.now)
        return self.decide()

    def calm(self, seconds: float) -> None:
        """Nothing is wrong: a report each second, a look twice a second."""
        until = self.now + seconds
        while self.now < until:
            self.now += 0.5
            if self.now % 1 == 0:
                self.choice.reported(0.0, TRIP_S, self.now)
            self.decide()


@pytest.fixture
def settled() -> Viewer:
    """On the best layer since a while."""
    viewer = Viewer(2)
    viewer.calm(20)
    assert viewer.layer == 2
    assert viewer.probes == 0
    return viewer


@pytest.mark.parametrize(
    ("rates", "first"),
    [
        ((150_000, 500_000, 1_700_000), 1),
        ((150_000, 500_000), 1),
        ((1_200_000, 2_000_000), 0),
        ((100_000, 200_000, 900_000), 2),
        ((0, 0, 0), 1),
        ((150_000, 0, 0), 1),
        ((0,), 0),
    ],
)
def test_a_joiner_begins_with_the_best_layer_below_a_megabit_or_in_the_middle(
    rates: tuple[float, ...], first: int
) -> None:
    assert LayerChoice.first(rates) == first


@pytest.mark.parametrize(("pin", "layers"), [(0.0, (0, 0, 0)), (0.5, (0, 1, 1)), (1.0, (0, 1, 2))])
def test_a_pin_holds_against_everything(settled: Viewer, pin: float, layers: tuple[int, ...]) -> None:
    settled.choice.pinned = pin
    for count, layer in enumerate(layers, 1):
        settled.choice.reported(1.0, 3.0, settled.now)
        settled.choice.estimated(10_000, settled.now)
        assert settled.choice.decide(RATES[:count], 0, settled.now) == Decision(layer)


def test_one_heavy_loss_moves_one_layer_down(settled: Viewer) -> None:
    settled.now += 1
    assert settled.report(lost=0.24).layer == 2
    settled.calm(2)
    settled.now += 1
    assert settled.report(lost=0.25).layer == 1


def test_loss_counts_when_two_reports_in_a_row_tell_of_it(settled: Viewer) -> None:
    for lost in (0.2, 0.09, 0.2, 0.0, 0.12):
        settled.now += 1
        assert settled.report(lost=lost).layer == 2
    settled.now += 1
    assert settled.report(lost=0.11).layer == 1


def test_a_queue_counts_when_it_is_long_or_stays(settled: Viewer) -> None:
    for trip_s in (TRIP_S + 0.3, TRIP_S, TRIP_S + 0.45, TRIP_S + 0.1):
        settled.now += 1
        assert settled.report(trip_s=trip_s).layer == 2
    settled.now += 1
    assert settled.report(trip_s=TRIP_S + 0.6).layer == 1
    other = Viewer(2)
    other.calm(10)
    other.now += 1
    assert other.report(trip_s=TRIP_S + 0.25).layer == 2
    other.now += 1
    assert other.report(trip_s=TRIP_S + 0.25).layer == 1


def test_many_reports_at_once_count_as_one(settled: Viewer) -> None:
    """A browser sends one with each NACK: of three packets one was lost, and the round trip is the same measurement."""
    for _ in range(30):
        settled.now += 0.5
        assert settled.report().layer == 2
        for _ in range(3):
            settled.now += 0.01
            assert settled.report(lost=0.33, trip_s=TRIP_S + 0.3).layer == 2
        settled.now += 0.47
        assert settled.report().layer == 2


def test_a_path_that_is_merely_long_is_no_queue() -> None:
    viewer = Viewer(2)
    for _ in range(60):
        viewer.now += 1
        assert viewer.report(trip_s=0.8).layer == 2


def test_reports_without_a_round_trip_move_nobody(settled: Viewer) -> None:
    for _ in range(10):
        settled.now += 1
        assert settled.report(trip_s=None).layer == 2


def test_an_estimate_that_falls_names_the_layer_that_fits(settled: Viewer) -> None:
    assert settled.estimate(2_000_000).layer == 2
    settled.now += 1
    assert settled.estimate(700_000).layer == 1
    other = Viewer(2)
    other.calm(10)
    other.estimate(2_000_000)
    other.now += 1
    assert other.estimate(425_000).layer == 0


def test_an_estimate_that_falls_while_all_arrives_in_time_moves_nobody(settled: Viewer) -> None:
    """The publisher's own line falters: its time stamps are what browsers go by."""
    assert settled.estimate(2_000_000, felt=False).layer == 2
    for _ in range(10):
        settled.now += 1
        assert settled.estimate(300_000, felt=False).layer == 2
    assert settled.estimate(290_000).layer == 0


def test_an_estimate_that_falls_counts_where_no_round_trip_is_told() -> None:
    viewer = Viewer(2)
    viewer.now += 30
    for bps in (2_000_000, 300_000):
        viewer.choice.estimated(bps, viewer.now)
    assert viewer.decide().layer == 0


def test_an_estimate_that_falls_to_what_a_whole_layer_gives_moves_nobody(settled: Viewer) -> None:
    """A browser on a busy machine falls to 0.85 of what comes in, though all of it comes in."""
    for _ in range(5):
        assert settled.estimate(2_400_000).layer == 2
        settled.now += 0.2
        assert settled.estimate(0.85 * RATES[2]).layer == 2
        settled.calm(2)


def test_an_estimate_that_starts_low_and_rises_moves_nobody(settled: Viewer) -> None:
    """The first one comes after five seconds and tells what came in before; then it rises by 8 % a second."""
    bps = 300_000.0
    while bps < 2 * RATES[2]:
        settled.calm(1)
        assert settled.estimate(bps).layer == 2
        bps *= 1.08


def test_a_first_estimate_that_comes_early_is_of_a_queue() -> None:
    viewer = Viewer(2)
    viewer.calm(REACT_S + 0.5)
    assert viewer.estimate(400_000).layer == 0


def test_an_estimate_that_stands_still_below_the_rate_counts_after_a_while(settled: Viewer) -> None:
    settled.estimate(600_000)
    for _ in range(3):
        settled.now += 1
        assert settled.estimate(600_000).layer == 2
    settled.now += 1
    assert settled.estimate(600_000).layer == 1


def test_an_old_estimate_counts_for_nothing(settled: Viewer) -> None:
    settled.estimate(600_000)
    settled.calm(30)
    assert settled.layer == 2


def test_what_is_told_soon_after_a_switch_is_about_the_layer_before(settled: Viewer) -> None:
    settled.now += 1
    assert settled.report(lost=0.3).layer == 1
    for _ in range(3):
        settled.now += REACT_S / 4
        assert settled.report(lost=0.3).layer == 1
    settled.now += REACT_S / 4
    assert settled.report(lost=0.3).layer == 0


def test_the_lowest_layer_is_kept_whatever_is_told(settled: Viewer) -> None:
    settled.layer = 0
    for _ in range(60):
        settled.now += 1
        assert settled.report(lost=0.5, trip_s=2.0) == Decision(0)


def test_a_probe_that_does_no_harm_ends_on_the_next_layer() -> None:
    viewer = Viewer(1)
    viewer.now += REACT_S
    first = viewer.decide()
    assert first == Decision(1, int(RATES[2] * PROBE_SHARE - RATES[1]))
    viewer.now += PROBE_S / 2
    assert viewer.report().probe_bps == first.probe_bps
    viewer.now += PROBE_S / 2 + 0.01
    assert viewer.report() == Decision(1)
    viewer.now += 0.9
    assert viewer.report() == Decision(1)  # may have left before the probe's end was felt
    viewer.now += 0.2
    assert viewer.report() == Decision(2)


def test_nothing_is_tried_on_a_hunch_without_reports() -> None:
    viewer = Viewer(1)
    for _ in range(100):
        viewer.now += 0.5
        assert viewer.decide().layer == 1


def test_an_estimate_with_room_spares_the_probe() -> None:
    viewer = Viewer(0)
    viewer.now += REACT_S
    assert viewer.estimate(RATES[1] * PROBE_SHARE) == Decision(1)
    assert viewer.probes == 0


@pytest.mark.parametrize(
    ("lost", "trip_s", "bps"),
    [(0.12, TRIP_S, None), (0.0, TRIP_S + 0.15, None), (0.0, TRIP_S, 400_000)],
    ids=["loss", "queue", "estimate"],
)
def test_a_probe_that_does_harm_ends_at_once_and_is_tried_again_later(
    lost: float, trip_s: float, bps: float | None
) -> None:
    viewer = Viewer(1)
    viewer.report()
    viewer.estimate(600_000)
    viewer.now += REACT_S
    assert viewer.decide().probe_bps
    viewer.now += PROBE_S / 2
    if bps is not None:
        viewer.estimate(bps)
    assert viewer.report(lost, trip_s) == Decision(1)
    viewer.probes = 0
    viewer.calm(2 * FIRST_PAUSE_S - 1)
    assert (viewer.layer, viewer.probes) == (1, 0)
    viewer.calm(2)
    assert viewer.probes


def test_what_an_estimate_does_after_a_probe_that_failed_counts_for_nothing() -> None:
    viewer = Viewer(1)
    viewer.report()
    viewer.estimate(600_000)
    viewer.now += REACT_S
    assert viewer.decide().probe_bps
    viewer.now += PROBE_S / 2
    assert viewer.report(trip_s=TRIP_S + 0.15) == Decision(1)
    for bps in (450_000, 350_000, 250_000, 200_000):
        viewer.now += 0.6
        assert viewer.estimate(bps).layer == 1
    for bps in (210_000, 220_000, 235_000):
        viewer.now += 1
        assert viewer.estimate(bps).layer == 1
    assert viewer.estimate(100_000).layer == 0


def test_each_failure_doubles_the_pause_up_to_the_longest() -> None:
    viewer = Viewer(1)
    tries = []
    while viewer.now < 3_000:
        viewer.now += 0.5
        if viewer.report().probe_bps:
            tries.append(viewer.now)
            viewer.now += 0.5
            assert viewer.report(trip_s=TRIP_S + 0.15) == Decision(1)
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    wanted = [min(FIRST_PAUSE_S * 2**each, LONGEST_PAUSE_S) for each in range(1, len(pauses) + 1)]
    assert len(pauses) > 10
    assert pauses == pytest.approx(wanted, abs=1.5)


def test_a_climb_that_was_wrong_doubles_the_pause_once() -> None:
    viewer = Viewer(0)
    viewer.now += REACT_S
    assert viewer.estimate(RATES[1] * 2).layer == 1
    for _ in range(5):  # what makes it go down goes on
        viewer.now += REACT_S
        viewer.report(lost=0.3)
    assert viewer.layer == 0
    viewer.probes = 0
    viewer.calm(2 * FIRST_PAUSE_S + 1)
    assert viewer.probes


def test_flapping_is_bounded_on_a_line_that_lies() -> None:
    """Every probe passes, and every climb is answered by loss: ever fewer of them."""
    viewer = Viewer(0)
    while viewer.now < 100 + 1_800:
        viewer.now += 1
        viewer.report(lost=0.3 if viewer.layer else 0.0)
    assert 4 <= len(viewer.moves) <= 40
    assert sum(moment > 1_000 for moment in viewer.moves) <= 12


def test_random_reports_lead_to_layers_that_exist() -> None:
    rng = random.Random(7)
    viewer = Viewer(1)
    for _ in range(20_000):
        viewer.now += rng.uniform(0, 1.5)
        rates = [rng.uniform(0, 3_000_000) for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.5:
            viewer.choice.reported(rng.random() ** 4, rng.choice((None, rng.random() ** 3)), viewer.now)
        if rng.random() < 0.5:
            viewer.choice.estimated(rng.uniform(0, 3_000_000), viewer.now)
        decision = viewer.choice.decide(rates, rng.randint(0, 3), viewer.now)
        assert 0 <= decision.layer < len(rates)
        assert decision.probe_bps >= 0
