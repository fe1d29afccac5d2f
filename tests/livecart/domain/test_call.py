"""What a call may become, which slot it gets, and what its texts and rules may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from livecart.domain.call import (
    ON_STAGE,
    OPEN,
    SLOTS,
    TRANSITIONS,
    Call,
    CallDesk,
    Callers,
    CallState,
    CallStep,
    check_note,
    check_reason,
    free_slot,
)
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import CallId, PersonId, ShowId

NOW_MS = 1_800_000_000_000
ANSWER_MS, GREEN_MS = 30_000, 300_000


def call(state: CallState = CallState.REQUESTED, number: int = 1, slot: int | None = None) -> Call:
    return Call(CallId(f"c{number}"), ShowId("s"), PersonId(f"p{number}"), state, "", NOW_MS, NOW_MS, slot=slot)


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("step", CallStep)
def test_a_call_takes_the_steps_of_its_table_and_no_other(state: CallState, step: CallStep) -> None:
    if step in TRANSITIONS[state]:
        assert call(state).advance(step, NOW_MS).state is TRANSITIONS[state][step]
    else:
        with pytest.raises(ConflictError) as caught:
            call(state).advance(step, NOW_MS)
        assert caught.value.code == "call_state"


def test_what_is_over_stays_over_and_has_no_slot() -> None:
    assert set(CallState) - set(OPEN) == {
        CallState.ENDED,
        CallState.DECLINED,
        CallState.CANCELLED,
        CallState.EXPIRED,
    }
    assert call(CallState.LIVE, slot=2).advance(CallStep.END, NOW_MS).slot is None


def test_the_delay_keeps_the_audience_waiting_and_does_not_cost_time_on_stage() -> None:
    green = call(CallState.GREEN, slot=1)
    at_once = green.admitted(NOW_MS, minutes=10, delay_s=0)
    assert (at_once.seen, at_once.until_ms) == (True, NOW_MS + 600_000)
    later = green.admitted(NOW_MS, minutes=10, delay_s=7)
    assert (later.seen, later.shown_at_ms, later.until_ms) == (False, NOW_MS + 7_000, NOW_MS + 607_000)


def test_who_publishes_anew_keeps_the_time_that_he_had() -> None:
    live = call(CallState.GREEN, slot=1).admitted(NOW_MS, minutes=10, delay_s=0).changed(NOW_MS, lost_at_ms=NOW_MS)
    back = live.arrived(NOW_MS + 9_000, GREEN_MS)
    assert (back.state, back.until_ms, back.lost_at_ms, back.seen) == (CallState.LIVE, live.until_ms, None, True)


def test_slots_are_given_in_their_order_and_there_are_three() -> None:
    held: list[Call] = []
    for number, slot in enumerate(SLOTS):
        assert free_slot(held) == slot
        held.append(call(CallState.ACCEPTED, number, slot))
    with pytest.raises(ConflictError) as caught:
        free_slot(held)
    assert caught.value.code == "stage_full"
    assert free_slot([held[0], held[1].advance(CallStep.END, NOW_MS), held[2]]) == held[1].slot
    assert free_slot([call(CallState.INVITED)]) == 1


@pytest.mark.parametrize(("minutes", "delay_s"), [(0, 0), (241, 0), (10, -1), (10, 61)])
def test_rules_have_bounds(minutes: int, delay_s: int) -> None:
    with pytest.raises(InvalidError):
        CallDesk().ruled(Callers.EVERYONE, minutes, delay_s)


@given(st.text(max_size=300))
def test_a_note_is_cleaned_or_refused(text: str) -> None:
    for check in (check_note, check_reason):
        try:
            found = check(text)
        except InvalidError:
            assert len(text) > 200
        else:
            assert found is None or not set(found) & {"\x00", "\u202e", "\n"}


class CallMachine(RuleBasedStateMachine):
    """Five people on three slots, whatever the order of what they and the staff do."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = NOW_MS
        self.calls = {number: call(number=number) for number in range(5)}

    @rule(number=st.integers(0, 4), step=st.sampled_from(sorted(CallStep)))
    def anything(self, number: int, step: CallStep) -> None:
        before = self.calls[number]
        try:
            if step is CallStep.ACCEPT:
                slot = free_slot(self.calls.values())
                after = before.accepted(slot, self.now_ms, self.now_ms + ANSWER_MS)
            elif step is CallStep.ARRIVE:
                after = before.arrived(self.now_ms, GREEN_MS)
            elif step is CallStep.ADMIT:
                after = before.admitted(self.now_ms, minutes=10, delay_s=0)
            else:
                after = before.advance(step, self.now_ms)
        except ConflictError as error:
            full = error.code == "stage_full"
            assert full or step not in TRANSITIONS[before.state]
            if full:
                assert sum(each.on_stage for each in self.calls.values()) == len(SLOTS)
            return
        assert after.version == before.version + 1
        assert after.person == before.person
        self.calls[number] = after

    @rule(ms=st.integers(1, 700_000))
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms

    @precondition(lambda self: any(each.state not in OPEN for each in self.calls.values()))
    @rule()
    def somebody_asks_again(self) -> None:
        number = next(number for number, each in self.calls.items() if each.state not in OPEN)
        self.calls[number] = call(number=number)

    @invariant()
    def slots_are_of_those_on_stage_and_each_has_one(self) -> None:
        slots = [each.slot for each in self.calls.values() if each.slot is not None]
        assert len(slots) == len(set(slots))
        for each in self.calls.values():
            assert (each.slot in SLOTS) == (each.state in ON_STAGE)
            assert not each.seen or each.state is CallState.LIVE
            assert each.until_ms is not None or each.state not in ON_STAGE


TestCallMachine = CallMachine.TestCase
