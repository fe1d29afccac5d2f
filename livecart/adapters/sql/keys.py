"""Idempotency keys: claimed first in a transaction, given their answer last in the same one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import delete_rows, insert_new_rows, update_rows
from livecart.adapters.sql.tables import idempotency_keys as keys
from livecart.domain.books import Command
from livecart.domain.idempotency import KeptAnswer, KeyScope

_SCOPE = (keys.c.person_id, keys.c.operation, keys.c.key)


class SqlKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, commands: Mapping[KeyScope, Command[Any]], now_ms: int) -> dict[KeyScope, KeptAnswer]:
        """Takes the keys that nobody used yet, and returns the answers kept under the others.

        Another transaction that holds one of them is waited for. Sorted, so that two such never wait for each other.
        """
        if not commands:
            return {}
        rows = [_row(scope, commands[scope], now_ms) for scope in sorted(commands, key=_parts)]
        claimed = set(await insert_new_rows(self._connection, keys, rows))
        repeats = [scope for scope in commands if _parts(scope) not in claimed]
        if not repeats:
            return {}
        found = await self._connection.execute(
            select(keys).where(tuple_(*_SCOPE).in_([_parts(scope) for scope in repeats]))
        )
        known = {_scope(row): _kept(row, commands[_scope(row)]) for row in found}
        # A key that was deleted between the two statements is free again.
        return known | await self.claim({scope: commands[scope] for scope in repeats if scope not in known}, now_ms)

    async def settle(self, answers: Mapping[KeyScope, KeptAnswer]) -> None:
        """Writes the answers under their claimed keys."""
        rows = [
            {**_names(scope), "request_hash": kept.request_hash, "answer": msgspec.json.encode(kept.answer).decode()}
            for scope, kept in answers.items()
        ]
        await update_rows(self._connection, keys, rows)

    async def drop(self, scopes: Collection[KeyScope]) -> None:
        """Gives up claimed keys whose commands were refused."""
        await delete_rows(self._connection, keys, [_names(scope) for scope in scopes])

    async def forget(self, before_ms: int) -> int:
        """Deletes the keys that are older; returns how many."""
        return (await self._connection.execute(delete(keys).where(keys.c.created_at_ms < before_ms))).rowcount


def _row(scope: KeyScope, command: Command[Any], now_ms: int) -> dict[str, Any]:
    assert command.request is not None
    return {
        **_names(scope),
        "request_hash": command.request.request_hash,
        "answer": "",
        "created_at_ms": now_ms,
    }


def _kept(row: Any, command: Command[Any]) -> KeptAnswer:
    assert command.request is not None
    if row.request_hash != command.request.request_hash:
        # Another request's answer may be of another type; nobody gets to see it.
        return KeptAnswer(row.request_hash, None)
    return KeptAnswer(row.request_hash, msgspec.json.decode(row.answer, type=command.answer_type))


def _scope(row: Any) -> KeyScope:
    return KeyScope(row.person_id, row.operation, row.key)


def _parts(scope: KeyScope) -> tuple[str, str, str]:
    return (scope.person, scope.operation, scope.key)


def _names(scope: KeyScope) -> dict[str, Any]:
    return {"person_id": scope.person, "operation": scope.operation, "key": scope.key}
