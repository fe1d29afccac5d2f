"""What the clock has to do, asked in one question: a job that has nothing to do costs no transaction of its own.

An answer may name a job in vain, since some questions here are wider than what the job asks itself; it never leaves one
out. All of them are answered by indexes.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.calls import IS_OPEN
from livecart.adapters.sql.duels import IS_OPEN as IN_DUEL
from livecart.adapters.sql.gifts import streak_is_over
from livecart.adapters.sql.interventions import is_overdue
from livecart.adapters.sql.orders import overdue
from livecart.adapters.sql.packets import packet_is_due
from livecart.adapters.sql.payments import refund_is_due
from livecart.adapters.sql.reminders import reminder_is_due
from livecart.adapters.sql.tables import bans, orders, outbox, shows
from livecart.adapters.sql.tables_calls import call_desks, calls
from livecart.adapters.sql.tables_duels import duels
from livecart.adapters.sql.tables_gifts import gift_streaks
from livecart.adapters.sql.tables_live import closed_products, host_warnings, sanctions
from livecart.adapters.sql.tables_packets import red_packets
from livecart.adapters.sql.tables_payments import refunds
from livecart.adapters.sql.tables_reminders import reminders
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.events import CHAT
from livecart.domain.show import OPEN_STATES, ShowState
from livecart.services.store_agenda import Task

_NOW_MS = bindparam("now_ms", type_=orders.c.expires_at_ms.type)
_DUE = {
    Task.CHAT: select(outbox.c.id).where(outbox.c.published.is_(False), outbox.c.type == CHAT),
    Task.RESERVATIONS: select(orders.c.id).where(overdue(_NOW_MS)),
    Task.BANS: select(bans.c.id).where(~bans.c.enforced),
    Task.SANCTIONS: select(sanctions.c.id).where(~sanctions.c.enforced),
    Task.WARNINGS: select(host_warnings.c.id)
    .join(shows, shows.c.id == host_warnings.c.show_id)
    .where(is_overdue(_NOW_MS)),
    Task.CLOSURES: select(closed_products.c.show_id).where(~closed_products.c.enforced),
    Task.SHOWS: select(shows.c.id).where(shows.c.state.in_([state.value for state in OPEN_STATES])),
    Task.WALL: select(shows.c.id).where(shows.c.state == ShowState.LIVE.value),
    Task.CALLS: select(calls.c.id).where(IS_OPEN),
    Task.CALL_QUEUES: select(call_desks.c.show_id).where(call_desks.c.untold),
    Task.DUELS: select(duels.c.id).where(IN_DUEL),
    Task.PACKETS: select(red_packets.c.id).where(packet_is_due(_NOW_MS)),
    Task.GIFTS: select(gift_streaks.c.id).where(streak_is_over(_NOW_MS)),
    Task.WAITLISTS: select(waitlist_places.c.id),
    Task.REFUNDS: select(refunds.c.id).where(refund_is_due(_NOW_MS)),
    Task.REMINDERS: select(reminders.c.id)
    .join(shows, shows.c.id == reminders.c.show_id)
    .where(reminder_is_due(_NOW_MS)),
}
# Built once: to find a statement among those that are compiled costs more than to answer this one.
_QUESTION = select(*[query.exists().label(task.value) for task, query in _DUE.items()])


class SqlAgenda:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(self, now_ms: int) -> frozenset[Task]:
        row = (await self._connection.execute(_QUESTION, {"now_ms": now_ms})).one()
        return frozenset(task for task, due in zip(_DUE, row, strict=True) if due)
