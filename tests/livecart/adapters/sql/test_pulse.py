from __future__ import annotations

from livecart.adapters.sql.pulse import Pulse, Step

PATIENCE = 9


def ticks(pulse: Pulse, count: int) -> list[Step]:
    return [pulse.tick() for _ in range(count)]


def test_nobody_is_asked_while_nothing_is_under_way() -> None:
    pulse = Pulse(PATIENCE)
    assert set(ticks(pulse, 100)) == {Step.REST}
    pulse.begun()
    assert ticks(pulse, 2) == [Step.WAIT] * 2
    pulse.ended()
    assert ticks(pulse, 1) == [Step.REST]
    # What was silent before does not count for the next one.
    pulse.begun()
    assert ticks(pulse, 2) == [Step.WAIT] * 2


def test_who_is_silent_is_asked_and_only_then_cut_off() -> None:
    pulse = Pulse(PATIENCE)
    pulse.begun()
    assert ticks(pulse, PATIENCE) == [Step.WAIT] * 2 + [Step.ASK] * 6 + [Step.CUT]
    assert pulse.lost


def test_a_slow_statement_is_no_silence_as_long_as_questions_are_answered() -> None:
    pulse = Pulse(PATIENCE)
    pulse.begun()
    for _ in range(50):
        assert Step.CUT not in ticks(pulse, PATIENCE - 1)
        pulse.heard()
    assert not pulse.lost


def test_a_lost_pulse_is_asked_for_until_it_is_heard_though_nobody_waits() -> None:
    pulse = Pulse(PATIENCE)
    pulse.begun()
    ticks(pulse, PATIENCE)
    pulse.ended()
    assert set(ticks(pulse, 100)) == {Step.ASK}
    pulse.heard()
    assert not pulse.lost
    assert ticks(pulse, 1) == [Step.REST]


def test_the_shortest_patience_asks_before_it_cuts() -> None:
    pulse = Pulse(2)
    pulse.begun()
    assert ticks(pulse, 3) == [Step.ASK, Step.CUT, Step.ASK]
