"""What a duel may become, its clock, its score and its winner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.call import SLOTS, Call, CallState, free_slot, guest_slot
from livecart.domain.duel import (
    COUNTING_MS,
    OPEN,
    TRANSITIONS,
    Duel,
    DuelState,
    DuelStep,
    Side,
    check_minutes,
)
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import CallId, DuelId, PersonId, ShowId

NOW_MS = 1_800_000_000_000
AFTER_MS = 120_000
HOME, AWAY = Side(ShowId("h"), PersonId("mei")), Side(ShowId("a"), PersonId("bo"))


def duel(state: DuelState = DuelState.INVITED, until_ms: int | None = NOW_MS + 30_000) -> Duel:
    return Duel(DuelId("d"), HOME, AWAY, state, 3, NOW_MS, NOW_MS, until_ms)


def running() -> Duel:
    return duel().accepted(3, 2, NOW_MS)


@pytest.mark.parametrize("state", DuelState)
@pytest.mark.parametrize("step", DuelStep)
def test_a_duel_takes_the_steps_of_its_table_and_no_other(state: DuelState, step: DuelStep) -> None:
    if step in TRANSITIONS[state]:
        after = duel(state).advance(step, NOW_MS)
        assert (after.state, after.version) == (TRANSITIONS[state][step], 2)
    else:
        with pytest.raises(ConflictError) as caught:
            duel(state).advance(step, NOW_MS)
        assert caught.value.code == "duel_state"


def test_the_clock_starts_with_the_acceptance_and_the_last_likes_still_count() -> None:
    begun = running()
    assert (begun.until_ms, begun.home.slot, begun.away.slot) == (NOW_MS + 180_000, 3, 2)
    end_ms = NOW_MS + 180_000
    assert begun.due(end_ms + COUNTING_MS - 1, AFTER_MS) is None
    decided = begun.counted(7, 5).due(end_ms + COUNTING_MS, AFTER_MS)
    assert decided is not None
    assert (decided.state, decided.winner, decided.until_ms) == (DuelState.AFTER, "h", end_ms + AFTER_MS)
    assert decided.counted(7, 99).winner == "h"
    assert decided.due(end_ms + AFTER_MS - 1, AFTER_MS) is None
    ended = decided.due(end_ms + AFTER_MS, AFTER_MS)
    assert ended is not None
    assert (ended.state, ended.winner, ended.until_ms) == (DuelState.ENDED, "h", None)


def test_nobody_wins_a_draw_or_what_was_ended_before_its_time() -> None:
    assert running().counted(9, 1).advance(DuelStep.END, NOW_MS).winner is None
    draw = running().counted(4, 4).due(NOW_MS + 200_000, AFTER_MS)
    assert draw is not None
    assert draw.winner is None


def test_an_invitation_that_nobody_answers_expires() -> None:
    assert duel().due(NOW_MS + 29_999, AFTER_MS) is None
    expired = duel().due(NOW_MS + 30_000, AFTER_MS)
    assert expired is not None
    assert expired.state is DuelState.EXPIRED


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_a_score_never_falls_whatever_order_its_counts_come_in(counts: list[tuple[int, int]]) -> None:
    counted = running()
    for home, away in counts:
        after = counted.counted(home, away)
        assert after.home.score >= counted.home.score
        assert after.away.score >= counted.away.score
        assert after.version == counted.version
        counted = after
    assert counted.home.score == max((home for home, _ in counts), default=0)


@given(st.lists(st.sampled_from(DuelStep), max_size=6))
def test_whatever_happens_what_is_over_stays_over(steps: list[DuelStep]) -> None:
    found = duel()
    for step in steps:
        before = found
        try:
            found = found.advance(step, NOW_MS)
        except ConflictError:
            assert found is before
        else:
            assert before.state in OPEN


def test_who_is_lost_is_a_change_and_who_still_is_none() -> None:
    begun = running()
    assert begun.seen(NOW_MS, home_lost=False, away_lost=False) is begun
    lost = begun.seen(NOW_MS, home_lost=False, away_lost=True)
    assert (lost.away.lost, lost.version) == (True, begun.version + 1)


def test_callers_fill_the_stage_from_the_front_and_the_guest_host_from_the_back() -> None:
    def calls(*slots: int) -> list[Call]:
        made = [
            Call(CallId(f"c{slot}"), ShowId("h"), PersonId(f"p{slot}"), CallState.LIVE, "", 0, 0, slot=slot)
            for slot in slots
        ]
        return [*made, replace(made[0], state=CallState.ENDED, slot=3)] if made else []

    assert guest_slot([]) == 3
    assert guest_slot(calls(3)) == 2
    assert free_slot(calls(1), guest=3) == 2
    with pytest.raises(ConflictError) as caught:
        guest_slot(calls(*SLOTS))
    assert caught.value.code == "stage_full"
    with pytest.raises(ConflictError):
        free_slot(calls(1, 2), guest=3)


@pytest.mark.parametrize("minutes", [0, 31, -1, True, 2.5, "3"])
def test_a_duel_takes_whole_minutes_and_not_too_many(minutes: int) -> None:
    with pytest.raises(InvalidError):
        check_minutes(minutes)
