"""Who was signed in a moment ago, so that a storm of returns asks SQL for few of them.

A session is remembered for as long as it was known to be alive lately: when it was read, and whenever its sockets are
looked at (`ended`). News of its person takes it out; while the process hears no news, nothing remembered is used. News
is a moment behind SQL, so SQL is asked as long as not many come at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from livecart.domain.events import SESSIONS_CHANGED, ShowEvent
from livecart.domain.limits import Rate, take
from livecart.domain.sessions import Ending, SignedIn
from livecart.services.ports import Clock, SessionTokens

# So many are looked up in SQL in any case.
CALM = Rate(20, 50)
# Three times as long as the sockets' sessions are looked at (signaling/revocation.py).
REMEMBERED_MS = 45_000
REMEMBERED_MAX = 50_000


class Sessions(Protocol):
    """What SQL knows of sessions: services/accounts.py."""

    async def session(self, token: str) -> SignedIn | None: ...

    async def ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]: ...


@dataclass(slots=True)
class _Known:
    signed_in: SignedIn
    alive_ms: int


class ReturningPeople:
    """`hears`: whether news reaches this process. Raises what `sessions` raises."""

    def __init__(self, sessions: Sessions, tokens: SessionTokens, clock: Clock, hears: Callable[[], bool]) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._clock = clock
        self._hears = hears
        self._known: dict[str, _Known] = {}
        self._changes = 0
        self._calm: float | None = None

    async def session(self, token: str) -> SignedIn | None:
        """Who is signed in with `token`."""
        session = self._tokens.digest(token)
        now_ms = self._clock.now_ms()
        calm = take(self._calm, CALM, now_ms)
        self._calm = calm.state
        known = self._known.get(session)
        if known is not None and calm.retry_after_ms and self._hears() and _holds(known, now_ms):
            return known.signed_in
        changes = self._changes
        found = await self._sessions.session(token)
        # What was read before some change is not what holds after it.
        if found is not None and changes == self._changes:
            self._known[session] = _Known(found, now_ms)
            if len(self._known) > REMEMBERED_MAX:
                del self._known[next(iter(self._known))]
        return found

    async def ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]:
        """Which of these sessions are over; the others are known to be alive."""
        now_ms, changes = self._clock.now_ms(), self._changes
        ended = await self._sessions.ended(held)
        for each in held:
            if each.session in ended:
                self._known.pop(each.session, None)
            elif changes == self._changes and each.session in self._known:
                self._known[each.session].alive_ms = now_ms
        self._drop_old(now_ms)
        return ended

    def heard(self, event: ShowEvent) -> None:
        """News: when something about a person's sessions has changed, what is remembered of them is not used."""
        if event.type != SESSIONS_CHANGED or event.person is None:
            return
        self._changes += 1
        of = event.person
        self._known = {session: known for session, known in self._known.items() if known.signed_in.person.id != of}

    def _drop_old(self, now_ms: int) -> None:
        self._known = {session: known for session, known in self._known.items() if _holds(known, now_ms)}


def _holds(known: _Known, now_ms: int) -> bool:
    return now_ms < min(known.alive_ms + REMEMBERED_MS, known.signed_in.expires_at_ms)
