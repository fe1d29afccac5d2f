from __future__ import annotations

from livecart.adapters.sql.pulse import Pulse, Step

PATIENCE = 9


class Watched(Pulse):
    """With a line that stands: a question is put as soon as it is due, and again once it was answered."""

    waits = False

    def answered(self) -> None:
        self.waits = False
        super().answered()

    def ticks(self, count: int) -> list[Step]:
        steps = []
        for _ in range(count):
            steps.append(self.tick())
            if steps[-1] is Step.ASK and not self.waits:
                self.waits = True
                self.asked()
        return steps


def test_nobody_is_asked_while_nothing_is_under_way() -> None:
    pulse = Watched(PATIENCE)
    assert set(pulse.ticks(100)) == {Step.REST}
    pulse.begun()
    assert pulse.ticks(2) == [Step.WAIT] * 2
    pulse.ended()
    assert pulse.ticks(1) == [Step.REST]
    # What was silent before does not count for the next one.
    pulse.begun()
    assert pulse.ticks(2) == [Step.WAIT] * 2


def test_who_is_silent_is_asked_and_only_then_cut_off() -> None:
    pulse = Watched(PATIENCE)
    pulse.begun()
    assert pulse.ticks(PATIENCE) == [Step.WAIT] * 2 + [Step.ASK] * 6 + [Step.CUT]
    assert pulse.lost


def test_a_slow_statement_is_no_silence_as_long_as_questions_are_answered() -> None:
    pulse = Watched(PATIENCE)
    pulse.begun()
    for _ in range(50):
        assert Step.CUT not in pulse.ticks(PATIENCE - 1)
        pulse.answered()
    assert not pulse.lost


def test_what_ends_while_a_question_waits_gives_it_as_much_time_again_and_no_more() -> None:
    pulse = Watched(PATIENCE)
    pulse.begun()
    assert pulse.ticks(3)[-1] is Step.ASK
    pulse.heard()
    assert pulse.ticks(PATIENCE)[-1] is Step.CUT
    # What ended before it was cut off says nothing of the server now.
    pulse.heard()
    assert pulse.lost


def test_the_patience_begins_with_the_question_and_a_line_may_take_longer_to_make() -> None:
    pulse = Pulse(PATIENCE)
    pulse.begun()
    assert Step.CUT not in [pulse.tick() for _ in range(9 * PATIENCE)]
    pulse.asked()
    assert [pulse.tick() for _ in range(6)] == [Step.ASK] * 5 + [Step.CUT]


def test_a_line_that_cannot_be_made_is_silence_too() -> None:
    pulse = Pulse(PATIENCE)
    pulse.begun()
    assert [pulse.tick() for _ in range(10 * PATIENCE)][-1] is Step.CUT


def test_a_lost_pulse_is_asked_for_until_it_is_heard_though_nobody_waits() -> None:
    pulse = Watched(PATIENCE)
    pulse.begun()
    pulse.ticks(PATIENCE)
    pulse.ended()
    assert set(pulse.ticks(100)) == {Step.ASK}
    pulse.answered()
    assert not pulse.lost
    assert pulse.ticks(1) == [Step.REST]


def test_the_shortest_patience_asks_before_it_cuts() -> None:
    pulse = Watched(2)
    pulse.begun()
    assert pulse.ticks(3) == [Step.ASK, Step.CUT, Step.ASK]
