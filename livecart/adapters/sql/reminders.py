"""Who is to be told when which show begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_reminders import reminders
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.reminder import Reminder
from livecart.domain.show import ShowState
from livecart.domain.web_push import Subscription

_BEGUN = (ShowState.LIVE.value, ShowState.INTERRUPTED.value)


def reminder_is_due(now_ms: Any) -> ColumnElement[bool]:
    """With `shows` joined: few of them are on the air, and each has its reminders by an index."""
    return and_(shows.c.state.in_(_BEGUN), reminders.c.next_at_ms <= now_ms)


class SqlReminders:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def count(self, person: PersonId) -> int:
        query = select(func.count()).select_from(reminders).where(reminders.c.person_id == person)
        return int((await self._connection.execute(query)).scalar_one())

    async def put(self, reminder: Reminder) -> None:
        make: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self._connection.dialect.name]
        row = _row(reminder)
        changed = {name: value for name, value in row.items() if name not in {"id", "show_id", "subscription"}}
        keys = ["show_id", "subscription"]
        await self._connection.execute(
            make(reminders).values(**row).on_conflict_do_update(index_elements=keys, set_=changed)
        )

    async def remove(self, show: ShowId, person: PersonId) -> None:
        mine = reminders.c.show_id == show, reminders.c.person_id == person
        await self._connection.execute(delete(reminders).where(*mine))

    async def due(self, now_ms: int, limit: int) -> Sequence[Reminder]:
        query = (
            select(reminders)
            .join(shows, shows.c.id == reminders.c.show_id)
            .where(reminder_is_due(now_ms))
            .order_by(reminders.c.next_at_ms, reminders.c.id)
            .limit(limit)
        )
        if self._lock:
            query = query.with_for_update(of=reminders, skip_locked=True)
        return [_reminder(row) for row in await self._connection.execute(query)]

    async def put_off(self, put_off: Sequence[Reminder]) -> None:
        if not put_off:
            return
        statement = (
            update(reminders)
            .where(reminders.c.id == bindparam("which"))
            .values(tries=bindparam("tried"), next_at_ms=bindparam("next"))
        )
        rows = [{"which": each.id, "tried": each.tries, "next": each.next_at_ms} for each in put_off]
        await self._connection.execute(statement, rows)

    async def done(self, ids: Sequence[str]) -> None:
        await self._connection.execute(delete(reminders).where(reminders.c.id.in_(ids)))

    async def forget_browser(self, subscription: str) -> None:
        await self._connection.execute(delete(reminders).where(reminders.c.subscription == subscription))

    async def forget_ended(self) -> int:
        over = select(shows.c.id).where(shows.c.state == ShowState.ENDED.value, shows.c.id == reminders.c.show_id)
        return (await self._connection.execute(delete(reminders).where(over.exists()))).rowcount


def _row(reminder: Reminder) -> dict[str, Any]:
    return {
        "id": reminder.id,
        "show_id": reminder.show,
        "person_id": reminder.person,
        "subscription": reminder.subscription.id,
        "endpoint": reminder.subscription.endpoint,
        "p256dh": reminder.subscription.p256dh,
        "auth": reminder.subscription.auth,
        "language": reminder.language,
        "made_at_ms": reminder.made_at_ms,
        "tries": reminder.tries,
        "next_at_ms": reminder.next_at_ms,
    }


def _reminder(row: Any) -> Reminder:
    return Reminder(
        id=row.id,
        show=ShowId(row.show_id),
        person=PersonId(row.person_id),
        subscription=Subscription(row.endpoint, row.p256dh, row.auth),
        language=row.language,
        made_at_ms=row.made_at_ms,
        tries=row.tries,
        next_at_ms=row.next_at_ms,
    )
