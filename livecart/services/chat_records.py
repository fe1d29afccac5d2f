"""Looking through what was said in a show, for its staff: searching, and taking all of it along.

Deleted lines are left out, and held ones were never said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from livecart.domain.errors import InvalidError
from livecart.domain.people import Person
from livecart.domain.staffing import Duty
from livecart.services.chat_views import around, message_view
from livecart.services.staffing import staffed
from livecart.services.store import Page, Store
from livecart.services.store_filter import ChatQuery
from livecart.services.views import person_view

TEXT_MAX = 100
AT_ONCE = 500


class ChatRecords:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(self, person: Person, query: ChatQuery, page: Page) -> tuple[list[dict[str, Any]], str | None]:
        """The newest first, with the next cursor. Raises InvalidError, NotFoundError, ForbiddenError."""
        query = _checked(query)
        async with self._store.read() as tx:
            await staffed(tx, person, query.show, Duty.RECORDS)
            found = await tx.chat.search(query, replace(page, limit=page.limit + 1))
            shown = found[: page.limit]
            near = await around(tx, [message for message, _ in shown])
        # The author with his handle, which is what staff asks for.
        views = [message_view(message, author, near) | {"author": person_view(author)} for message, author in shown]
        return views, shown[-1][0].id if len(found) > len(shown) else None

    async def export(self, person: Person, query: ChatQuery) -> AsyncIterator[list[dict[str, Any]]]:
        """All of it, the oldest first, part by part; at least one part. Raises the same."""
        cursor: str | None = None
        while True:
            page = Page(AT_ONCE, cursor, oldest_first=True)
            part, cursor = await self.search(person, query, page)
            yield part
            if cursor is None:
                return


def _checked(query: ChatQuery) -> ChatQuery:
    """Nothing to look for is everything. Raises InvalidError for what no line could have in it."""
    text = (query.text or "").strip()
    if len(text) > TEXT_MAX or not text.isprintable():
        raise InvalidError("this cannot be searched for", fields={"q": f"at most {TEXT_MAX} characters"})
    author = (query.author or "").strip().lower().removeprefix("@")
    if len(author) > TEXT_MAX or not author.isprintable():
        raise InvalidError("this cannot be searched for", fields={"author": "a handle"})
    return replace(query, text=text or None, author=author or None)
