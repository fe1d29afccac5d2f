"""How fast each session's media flows: what was counted in the last seconds, looked at once a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from media.publisher import Publisher
from media.relay import Relay
from media.sessions import Session

WINDOW = 4  # looks, so about three seconds


@dataclass(frozen=True, slots=True)
class Reading:
    """What a session had counted at one moment; packets only of a publisher, whose losses we see ourselves."""

    at: float
    octets: int
    received: int
    lost: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Bits per second, and the share of packets that were lost on the way to us."""

    bps: int
    loss: float


class Rates:
    """Rates of all sessions of a relay. `look` is called once a second."""

    def __init__(self, relay: Relay, clock: Callable[[], float]) -> None:
        self._relay = relay
        self._clock = clock
        self._readings: dict[str, deque[Reading]] = {}

    def look(self) -> None:
        """Take a reading of each session, and forget those that are gone."""
        readings = {}
        for name, session in self._relay.sessions.items():
            readings[name] = self._readings.get(name) or deque(maxlen=WINDOW)
            readings[name].append(self._read(session))
        self._readings = readings

    def of(self, name: str) -> Rate:
        """The rate over the last seconds; nothing for a session that is younger than one look."""
        session, readings = self._relay.sessions.get(name), self._readings.get(name)
        if session is None or not readings:
            return Rate(0, 0.0)
        first, last = readings[0], self._read(session)
        seconds = last.at - first.at
        if seconds <= 0 or last.octets < first.octets:
            return Rate(0, 0.0)
        lost = max(last.lost - first.lost, 0)
        expected = max(last.received - first.received, 0) + lost
        return Rate(
            bps=round((last.octets - first.octets) * 8 / seconds),
            loss=round(lost / expected, 4) if expected else 0.0,
        )

    def _read(self, session: Session) -> Reading:
        if isinstance(session.role, Publisher):
            streams = session.role.streams
            octets, received = sum(each.octets for each in streams), sum(each.reception.received for each in streams)
            return Reading(self._clock(), octets, received, sum(each.reception.lost for each in streams))
        path = session.peer.path
        return Reading(self._clock(), 0 if path is None else path.octets, 0, 0)
