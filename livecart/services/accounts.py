"""Register, log in, log out, and who a token belongs to."""

from __future__ import annotations

from livecart.domain.errors import ConflictError, UnauthenticatedError
from livecart.domain.ids import PersonId
from livecart.domain.people import DISPLAY_NAME_MAX, Person, Role, check_handle, check_password
from livecart.domain.text import check_text
from livecart.services.ports import Clock, Ids, Limits, Passwords, SessionTokens
from livecart.services.store import Store

SESSION_MS = 30 * 24 * 3600 * 1000
# What an unknown handle is compared with, so that it takes as long to refuse as a wrong password.
_NOBODY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bGl2ZWNhcnQtbm9ib2R5IQ$wVg8yFmXlmHnW4JpCkM4q6m3ffaXbU6W5CGh6e5xJ4M"


class Accounts:
    def __init__(
        self, store: Store, clock: Clock, ids: Ids, passwords: Passwords, tokens: SessionTokens, limits: Limits
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._tokens = tokens
        self._limits = limits

    async def register(self, handle: str, password: str, display_name: str, *, address: str) -> tuple[Person, str]:
        """Makes a viewer and signs him in; returns the person and a session token."""
        handle = check_handle(handle)
        self._limits.check("register", address, address=address)
        person = await self.add(handle, password, display_name, Role.VIEWER)
        self._limits.count("register", address, address=address)
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
        async with self._store.write() as tx:
            await tx.people.add(person, password_hash, self._clock.now_ms())
        return person

    async def log_in(self, handle: str, password: str, *, address: str) -> tuple[Person, str]:
        """Raises UnauthenticatedError `bad_credentials`; only failures count against the limits."""
        handle = handle.strip().lower()[:64]
        self._limits.check("login_address", address, address=address)
        self._limits.check("login_handle", handle, address=address)
        async with self._store.read() as tx:
            found = await tx.people.by_handle(handle)
        matches = await self._passwords.matches(password, found[1] if found else _NOBODY_HASH)
        if found is None or not matches:
            self._limits.count("login_address", address, address=address)
            self._limits.count("login_handle", handle, address=address)
            raise UnauthenticatedError("the handle or the password is wrong", code="bad_credentials")
        return found[0], await self._open_session(found[0])

    async def log_out(self, token: str) -> None:
        """Ends the session; a token that is already unknown is no error."""
        async with self._store.write() as tx:
            await tx.sessions.remove(self._tokens.digest(token))

    async def set_password(self, handle: str, password: str) -> Person:
        """The operator's reset: a new password, and every session of that person ended."""
        async with self._store.read() as tx:
            found = await tx.people.by_handle(check_handle(handle))
        if found is None:
            raise ConflictError(f"nobody has the handle {handle}", code="not_found")
        password_hash = await self._passwords.hash(check_password(password))
        async with self._store.write() as tx:
            await tx.people.set_password(found[0].id, password_hash)
            await tx.sessions.remove_all(found[0].id)
        return found[0]

    async def authenticate(self, token: str) -> Person | None:
        """Who is signed in with `token`; None if it is unknown, expired or revoked."""
        async with self._store.read() as tx:
            return await tx.sessions.person(self._tokens.digest(token), self._clock.now_ms())

    async def _open_session(self, person: Person) -> str:
        token = self._tokens.new()
        now = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.sessions.add(self._tokens.digest(token), person.id, now, now + SESSION_MS)
        return token
