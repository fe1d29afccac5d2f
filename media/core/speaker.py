"""Who of the stage speaks, from what the microphones' packets say of their own loudness (RFC 6464). Pure.

Nothing is decoded: a level is 0 (loudest) to 127 (silence) below full scale, as its sender says. A sender that lies is
taken for the speaker at worst, and the host can mute him.

Whether somebody speaks is found as LiveKit does it (`audio` of its config: -35 dBov, 40 % of the time), looked at twice
a second. Who of several it is changes slowly: a picture that jumps at each cough is worse than one that is late."""

from __future__ import annotations

import math
from collections.abc import Collection

SILENCE = 127
ACTIVE_LEVEL = 35  # at least so loud is speech
ACTIVE_SHARE = 0.4  # of the packets since the last look
SMOOTHED = 0.4  # of the newest look: 2 / (4 + 1), a mean of about four (LiveKit: smooth_intervals)
FEWEST = 5  # a microphone that sends only when it hears something is not loud for one packet
# A pause between two sentences is no end of a speech; listeners wait about so long before they take their turn.
PAUSE_S = 2.0
TURN_S = 0.4  # somebody else has spoken at two looks while the speaker paused: no cough
OVER_S = 0.9  # at three while he goes on: no "mhm"
STAY_S = 2.0  # nobody is large for less
LOUDER = 2.0  # 6 dB: who talks over somebody else


class _Voice:
    """One slot: what was heard since the last look, and how loud it is, smoothed; `since` when it began to speak."""

    __slots__ = ("active", "last", "level", "loudest", "packets", "since")

    def __init__(self) -> None:
        self.packets = 0
        self.active = 0
        self.loudest = SILENCE
        self.level = 0.0
        self.since: float | None = None
        self.last = float("-inf")

    def look(self, now: float) -> None:
        """Sum up what was heard."""
        share = self.active / max(self.packets, FEWEST)
        if share >= ACTIVE_SHARE:
            loudness = 10 ** (-self.loudest / 20) * share
            self.level += (loudness - self.level) * SMOOTHED
            self.since = now if self.since is None else self.since
            self.last = now
        else:
            self.level, self.since = 0.0, None
        self.packets = self.active = 0
        self.loudest = SILENCE

    def speaks_for(self, now: float) -> float:
        """How long it has been speaking."""
        return -math.inf if self.since is None else now - self.since


class Speakers:
    """The voices of a stage. `heard` with each packet, `decide` twice a second."""

    def __init__(self) -> None:
        self.current: int | None = None
        self._voices: dict[int, _Voice] = {}
        self._changed = float("-inf")

    def heard(self, slot: int, level: int) -> None:
        """A packet of this slot said that it is so loud; any number is taken."""
        voice = self._voices.get(slot)
        if voice is None:
            voice = self._voices[slot] = _Voice()
        level &= SILENCE
        voice.packets += 1
        voice.active += level <= ACTIVE_LEVEL
        voice.loudest = min(voice.loudest, level)

    def decide(self, stage: Collection[int], now: float) -> int | None:
        """The slot that speaks, of those that the audience hears; None for nobody, and for a stage of one."""
        if len(stage) < 2:
            self._voices.clear()
            self.current = None
            return None
        for slot in [slot for slot in self._voices if slot not in stage]:
            del self._voices[slot]
        for voice in self._voices.values():
            voice.look(now)
        wanted = self._wanted(now)
        settled = self.current not in stage or wanted is None or now - self._changed >= STAY_S
        if wanted != self.current and settled:
            self.current, self._changed = wanted, now
        return self.current

    def _wanted(self, now: float) -> int | None:
        current = None if self.current is None else self._voices.get(self.current)
        since = math.inf if current is None else now - current.last
        speaking = current is not None and current.since is not None
        turn = 0.0 if since > PAUSE_S else OVER_S if speaking else TURN_S
        floor = current.level * LOUDER if current is not None and speaking else 0.0
        others = [
            (voice.level, slot)
            for slot, voice in self._voices.items()
            if voice is not current and voice.speaks_for(now) >= turn and voice.level > floor
        ]
        if others:
            return max(others)[1]
        return self.current if since <= PAUSE_S else None
