"""Register, log in, log out, who a token belongs to, and which sessions are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from livecart.domain.errors import ConflictError, UnauthenticatedError
from livecart.domain.ids import PersonId
from livecart.domain.people import DISPLAY_NAME_MAX, Person, Role, check_handle, check_password
from livecart.domain.rulings import password_reset, role_given
from livecart.domain.sessions import Ending, SignedIn
from livecart.domain.text import check_text
from livecart.services.bans import require_not_banned, sessions_changed
from livecart.services.chat_filter import ChatFilter
from livecart.services.ports import Clock, Ids, Limits, OpenSessions, Passwords, SessionTokens
from livecart.services.store import Store

# Longer ones are refused for their length.
NAME_LOOKED_AT = 1_000
# How many sessions are looked up in one statement.
AT_ONCE = 500
SESSION_MS = 30 * 24 * 3600 * 1000
# What an unknown handle is compared with, so that it takes as long to refuse as a wrong password.
_NOBODY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bGl2ZWNhcnQtbm9ib2R5IQ$wVg8yFmXlmHnW4JpCkM4q6m3ffaXbU6W5CGh6e5xJ4M"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What shows who somebody is: passwords, the tokens of sessions, and which sessions are open."""

    passwords: Passwords
    tokens: SessionTokens
    sessions: OpenSessions


class Accounts:
    """`words`: the lists that what people call themselves is held against; None where the operator names them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        credentials: Credentials,
        limits: Limits,
        words: ChatFilter | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._passwords = credentials.passwords
        self._tokens = credentials.tokens
        self._sessions = credentials.sessions
        self._limits = limits
        self._words = words

    async def register(self, handle: str, password: str, display_name: str, *, address: str) -> tuple[Person, str]:
        """Makes a viewer and signs him in; returns the person and a session token.

        Raises InvalidError, also `text_refused`, ConflictError `handle_taken`, LimitedError, UnavailableError.
        """
        handle = check_handle(handle)
        await self._limits.check("register", address, address=address)
        if self._words is not None:
            await self._words.require_sayable("handle", handle)
            await self._words.require_sayable("display_name", display_name[:NAME_LOOKED_AT])
        person = await self.add(handle, password, display_name, Role.VIEWER)
        await self._limits.count("register", address, address=address)
        return person, await self._open_session(person)

    async def add(self, handle: str, password: str, display_name: str, role: Role) -> Person:
        """Makes a person with any role; for registration, the operator's commands and the demo."""
        person = Person(
            id=PersonId(self._ids.new()),
            handle=check_handle(handle),
            display_name=check_text("display_name", display_name, 1, DISPLAY_NAME_MAX),
            role=role,
        )
        async with self._store.read() as tx:
            if await tx.people.by_handle(person.handle) is not None:
                raise ConflictError("this handle is taken", code="handle_taken")
        password_hash = await self._passwords.hash(check_password(password))
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.people.add(person, password_hash, now_ms)
            # Everybody may be a viewer; all else was somebody's decision.
            if role is not Role.VIEWER:
                await tx.log.append(role_given(person, now_ms))
        return person

    async def log_in(self, handle: str, password: str, *, address: str) -> tuple[Person, str]:
        """Raises UnauthenticatedError `bad_credentials`, ForbiddenError `banned`; only failures are counted."""
        handle = handle.strip().lower()[:64]
        await self._limits.check("login_address", address, address=address)
        await self._limits.check("login_handle", handle, address=address)
        async with self._store.read() as tx:
            found = await tx.people.by_handle(handle)
        matches = await self._passwords.matches(password, found[1] if found else _NOBODY_HASH)
        if found is None or not matches:
            await self._limits.count("login_address", address, address=address)
            await self._limits.count("login_handle", handle, address=address)
            raise UnauthenticatedError("the handle or the password is wrong", code="bad_credentials")
        async with self._store.read() as tx:
            await require_not_banned(tx, found[0].id, self._clock.now_ms())
        return found[0], await self._open_session(found[0])

    async def log_out(self, token: str) -> None:
        """Ends the session, and its sockets everywhere; a token that is already unknown is no error."""
        async with self._store.write() as tx:
            person = await tx.sessions.remove(self._tokens.digest(token))
            if person is not None:
                await tx.outbox.add(sessions_changed(self._ids, person, self._clock.now_ms()))

    async def set_password(self, handle: str, password: str) -> Person:
        """The operator's reset: a new password, and every session of that person ended."""
        async with self._store.read() as tx:
            found = await tx.people.by_handle(check_handle(handle))
        if found is None:
            raise ConflictError(f"nobody has the handle {handle}", code="not_found")
        password_hash = await self._passwords.hash(check_password(password))
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.people.set_password(found[0].id, password_hash)
            await tx.sessions.remove_all(found[0].id)
            await tx.outbox.add(sessions_changed(self._ids, found[0].id, now_ms))
            await tx.log.append(password_reset(found[0].id, now_ms))
        return found[0]

    async def authenticate(self, token: str) -> Person | None:
        """Who is signed in with `token`; None if it is unknown, expired or revoked, or its person banned."""
        found = await self.session(token)
        return None if found is None else found.person

    async def session(self, token: str) -> SignedIn | None:
        """As `authenticate`, with the session itself."""
        return await self._sessions.find(self._tokens.digest(token))

    async def ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]:
        """Which of these sessions are over, and why. Raises UnavailableError."""
        found: dict[str, Ending] = {}
        for start in range(0, len(held), AT_ONCE):
            found |= await self._ended(held[start : start + AT_ONCE])
        return found

    async def _ended(self, held: Sequence[SignedIn]) -> dict[str, Ending]:
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            alive = await tx.sessions.alive([each.session for each in held], now_ms)
            banned = await tx.bans.among([each.person.id for each in held], now_ms)
        return {
            each.session: _why(each, banned=each.person.id in banned, now_ms=now_ms)
            for each in held
            if each.session not in alive or each.person.id in banned
        }

    async def _open_session(self, person: Person) -> str:
        token = self._tokens.new()
        now = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.sessions.add(self._tokens.digest(token), person.id, now, now + SESSION_MS)
        return token


def _why(held: SignedIn, *, banned: bool, now_ms: int) -> Ending:
    if banned:
        return Ending.BANNED
    return Ending.EXPIRED if held.expires_at_ms <= now_ms else Ending.SIGNED_OUT
