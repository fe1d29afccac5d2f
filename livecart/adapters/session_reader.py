"""Who tokens belong to, asked many in one statement: in a storm of joins one by one would cost more than the joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livecart.adapters.batcher import Batcher
from livecart.domain.sessions import Ending, SignedIn
from livecart.services.accounts import AT_ONCE, Accounts

# A lone one waits for a fifth of it.
WAIT_S = 0.005
WAITING_MAX = 10_000


class SessionReader:
    """Owns a task between `start()` and `close()`. Raises UnavailableError, also as `busy`."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._batcher: Batcher[str, SignedIn | None] = Batcher(
            accounts.sessions, max_items=AT_ONCE, max_wait_s=WAIT_S, max_waiting=WAITING_MAX
        )

    async def start(self) -> None:
        await self._batcher.start()

    async def session(self, token: str) -> SignedIn | None:
        """None if it is unknown, expired or revoked, or its person banned."""
        return await self._batcher.submit(token)

    async def ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]:
        """Which of these sessions are over, and why."""
        return await self._accounts.ended(held)

    async def close(self) -> None:
        await self._batcher.close()
