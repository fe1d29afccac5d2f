"""Idempotency keys: looked up once the rows are locked, written with their answers at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.bulk import find_rows, insert_new_rows
from livecart.adapters.sql.tables import idempotency_keys as keys
from livecart.domain.books import Command
from livecart.domain.errors import UnavailableError
from livecart.domain.idempotency import KeptAnswer, KeyScope


class KeyTakenError(UnavailableError):
    """Another transaction used a key of this one first: they are to be looked up again."""

    def __init__(self) -> None:
        super().__init__("somebody uses this key at the same moment; try again")


class SqlKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, commands: Mapping[KeyScope, Command[Any]]) -> dict[KeyScope, KeptAnswer]:
        """The answers kept under those of the keys that were used before."""
        rows = await find_rows(self._connection, keys, [_names(scope) for scope in commands])
        return {_scope(row): _kept(row, commands[_scope(row)]) for row in rows}

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes the answers of keys that nobody used yet. Raises KeyTakenError if somebody did meanwhile.

        Another transaction that writes one of them is waited for.
        """
        if len(await insert_new_rows(self._connection, keys, rows)) < len(rows):
            raise KeyTakenError

    async def forget(self, before_ms: int) -> int:
        """Deletes the keys that are older; returns how many."""
        return (await self._connection.execute(delete(keys).where(keys.c.created_at_ms < before_ms))).rowcount


def key_rows(answers: Mapping[KeyScope, KeptAnswer], now_ms: int) -> list[dict[str, Any]]:
    """For SqlKeys.keep. Sorted, so that two transactions that write some of them never wait for each other."""
    return [_row(scope, answers[scope], now_ms) for scope in sorted(answers, key=_parts)]


def _row(scope: KeyScope, kept: KeptAnswer, now_ms: int) -> dict[str, Any]:
    return {
        **_names(scope),
        "request_hash": kept.request_hash,
        "answer": msgspec.json.encode(kept.answer).decode(),
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
