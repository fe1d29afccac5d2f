"""People and their log-in sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bans import holds
from livecart.adapters.sql.tables import bans, people, sessions
from livecart.domain.errors import ConflictError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.domain.sessions import SignedIn


class SqlPeople:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, person: Person, password_hash: str, now_ms: int) -> None:
        row = {
            "id": person.id,
            "handle": person.handle,
            "display_name": person.display_name,
            "role": person.role.value,
            "password_hash": password_hash,
            "created_at_ms": now_ms,
        }
        try:
            await self._connection.execute(insert(people).values(row))
        except IntegrityError as error:
            raise ConflictError("this handle is taken", code="handle_taken") from error

    async def get(self, person: PersonId) -> Person:
        found = await self.many([person])
        if person not in found:
            raise NotFoundError("no such person")
        return found[person]

    async def many(self, ids: Sequence[PersonId]) -> dict[PersonId, Person]:
        rows = await self._connection.execute(select(people).where(people.c.id.in_(set(ids))))
        return {PersonId(row.id): _person(row) for row in rows}

    async def by_handle(self, handle: str) -> tuple[Person, str] | None:
        row = (await self._connection.execute(select(people).where(people.c.handle == handle))).one_or_none()
        return None if row is None else (_person(row), row.password_hash)

    async def by_handles(self, handles: Sequence[str]) -> Sequence[Person]:
        if not handles:
            return []
        rows = await self._connection.execute(select(people).where(people.c.handle.in_(handles)))
        found = {row.handle: _person(row) for row in rows}
        return [found[handle] for handle in handles if handle in found]

    async def set_password(self, person: PersonId, password_hash: str) -> None:
        await self._connection.execute(update(people).where(people.c.id == person).values(password_hash=password_hash))


_NOW = bindparam("now_ms", type_=BigInteger)
# Every request asks this, so that it is built once. Bans are asked here too and not only at log-in: a log-in may be
# under way while its person is banned.
_SIGNED_IN = (
    select(people, sessions.c.token_hash, sessions.c.expires_at_ms)
    .join(sessions, sessions.c.person_id == people.c.id)
    .where(
        sessions.c.token_hash.in_(bindparam("token_hashes", expanding=True)),
        sessions.c.expires_at_ms > _NOW,
        ~exists().where(bans.c.person_id == people.c.id, holds(_NOW)),
    )
)


class SqlSessions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, token_hash: str, person: PersonId, now_ms: int, expires_at_ms: int) -> None:
        row = {
            "token_hash": token_hash,
            "person_id": person,
            "created_at_ms": now_ms,
            "expires_at_ms": expires_at_ms,
        }
        await self._connection.execute(insert(sessions).values(row))
        seen = update(people).where(people.c.id == person).values(signed_in_at_ms=now_ms)
        await self._connection.execute(seen)

    async def find(self, token_hashes: Sequence[str], now_ms: int) -> dict[str, SignedIn]:
        rows = await self._connection.execute(_SIGNED_IN, {"token_hashes": list(token_hashes), "now_ms": now_ms})
        return {row.token_hash: SignedIn(_person(row), row.token_hash, row.expires_at_ms) for row in rows}

    async def alive(self, token_hashes: Sequence[str], now_ms: int) -> set[str]:
        query = select(sessions.c.token_hash).where(
            sessions.c.token_hash.in_(token_hashes), sessions.c.expires_at_ms > now_ms
        )
        return set((await self._connection.execute(query)).scalars())

    async def remove(self, token_hash: str) -> PersonId | None:
        gone = delete(sessions).where(sessions.c.token_hash == token_hash).returning(sessions.c.person_id)
        person = (await self._connection.execute(gone)).scalar_one_or_none()
        return None if person is None else PersonId(person)

    async def remove_all(self, person: PersonId) -> None:
        await self._connection.execute(delete(sessions).where(sessions.c.person_id == person))

    async def forget(self, expired_before_ms: int) -> int:
        done = await self._connection.execute(delete(sessions).where(sessions.c.expires_at_ms < expired_before_ms))
        return done.rowcount


def _person(row: Row[Any]) -> Person:
    return Person(PersonId(row.id), row.handle, row.display_name, Role(row.role))
