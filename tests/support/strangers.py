"""A crowd of people who are signed in without the work of registering: their rows are written as they would be."""

from __future__ import annotations

import time
from uuid import uuid4

from sqlalchemy import insert

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people, sessions
from livecart.adapters.tokens import RandomTokens

SESSION_MS = 3_600_000
_ROWS_AT_ONCE = 2_000


async def sign_in(url: str, buyers: int) -> list[str]:
    """Strangers with open sessions; returns their tokens."""
    digest, now_ms = RandomTokens().digest, int(time.time() * 1000)
    tokens = [f"stranger-{uuid4().hex}" for _ in range(buyers)]
    database = Database(url)
    for start in range(0, buyers, _ROWS_AT_ONCE):
        part = range(start, min(start + _ROWS_AT_ONCE, buyers))
        crowd = [
            {
                "id": f"buyer-{n:06d}",
                "handle": f"buyer{n}",
                "display_name": f"Buyer {n}",
                "role": "viewer",
                "password_hash": "",
                "created_at_ms": now_ms,
            }
            for n in part
        ]
        opened = [
            {
                "token_hash": digest(tokens[n]),
                "person_id": f"buyer-{n:06d}",
                "created_at_ms": now_ms,
                "expires_at_ms": now_ms + SESSION_MS,
            }
            for n in part
        ]
        async with database.write() as connection:
            await connection.execute(insert(people), crowd)
            await connection.execute(insert(sessions), opened)
    await database.close()
    return tokens
