"""Who speaks: found within a second, kept through pauses, not lost to a cough, and never more than twice a second."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from media.core.speaker import PAUSE_S, STAY_S, Speakers

QUIET, LOUD, LOUDER = 80, 25, 15
LOOK_S = 0.5
PACKETS = 25


class Stage:
    """Packets of 20 ms, and a look each half second."""

    def __init__(self, *slots: int) -> None:
        self.speakers = Speakers()
        self.slots = slots or (0, 1, 2)
        self.now = 100.0
        self.told: list[int | None] = [None]

    def talk(self, seconds: float, **levels: int) -> int | None:
        """`s1=25`: the level of slot 1; all others are silent."""
        for _ in range(round(seconds / LOOK_S)):
            for slot in self.slots:
                for _ in range(PACKETS):
                    self.speakers.heard(slot, levels.get(f"s{slot}", QUIET))
            self.now += LOOK_S
            found = self.speakers.decide(self.slots, self.now)
            if found != self.told[-1]:
                self.told.append(found)
        return self.told[-1]


def test_who_begins_to_speak_is_found_at_the_first_look() -> None:
    stage = Stage()
    assert stage.talk(3) is None
    assert stage.talk(0.5, s1=LOUD) == 1


def test_a_turn_is_taken_within_two_seconds_and_a_cough_takes_none() -> None:
    stage = Stage()
    stage.talk(4, s0=LOUD)
    assert stage.talk(0.5, s0=LOUD, s1=LOUDER) == 0
    assert stage.talk(1, s0=LOUD) == 0
    assert stage.talk(2, s1=LOUD) == 1
    assert stage.told == [None, 0, 1]


def test_a_pause_is_no_end_and_a_silence_is() -> None:
    stage = Stage()
    stage.talk(4, s0=LOUD)
    assert stage.talk(PAUSE_S, s2=QUIET) == 0
    assert stage.talk(1) is None


def test_of_two_who_talk_at_once_the_one_stays_unless_the_other_is_much_louder() -> None:
    stage = Stage()
    stage.talk(4, s0=LOUD)
    assert stage.talk(6, s0=LOUD, s1=LOUD - 4) == 0
    assert stage.talk(4, s0=LOUD, s1=LOUD - 10) == 1


def test_nobody_is_large_for_less_than_two_seconds() -> None:
    stage = Stage()
    changes = []
    for turn in range(20):
        before = stage.told[-1]
        stage.talk(1, **{f"s{turn % 3}": LOUD})
        if stage.told[-1] != before:
            changes.append(stage.now)
    assert len(changes) > 3, stage.told
    assert all(later - earlier >= STAY_S for earlier, later in itertools.pairwise(changes))


def test_who_leaves_is_not_the_speaker_and_a_stage_of_one_has_none() -> None:
    stage = Stage()
    stage.talk(4, s2=LOUD)
    stage.slots = (0, 1)
    assert stage.talk(0.5, s2=LOUD) is None
    assert stage.talk(2, s1=LOUD) == 1
    stage.slots = (0,)
    assert stage.talk(2, s0=LOUD) is None


def test_a_few_loud_packets_of_a_microphone_that_sends_little_are_no_speech() -> None:
    stage = Stage()
    stage.speakers.heard(1, 10)
    assert stage.speakers.decide((0, 1), 1.0) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1_000, 1_000)), max_size=200), st.sets(st.integers(0, 3)))
def test_whatever_is_said_the_speaker_is_one_of_the_stage_or_nobody(said: list[tuple[int, int]], on: set[int]) -> None:
    speakers = Speakers()
    for number, (slot, level) in enumerate(said):
        speakers.heard(slot, level)
        assert speakers.decide(on, number * LOOK_S) in (*on, None)
