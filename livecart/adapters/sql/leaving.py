"""What goes when somebody deletes his account, and what he takes along before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import canned_replies, chat_messages, follows, people, products, sessions
from livecart.adapters.sql.tables_catalog import cart_lines, person_settings
from livecart.adapters.sql.tables_eligibility import creator_applications, eligibility_standings, invitations
from livecart.adapters.sql.tables_gifts import OPEN, gift_givers, gift_streaks
from livecart.adapters.sql.tables_live import assistants
from livecart.adapters.sql.tables_referrals import referrals
from livecart.adapters.sql.tables_reminders import reminders
from livecart.adapters.sql.tables_waitlist import waitlist_places
from livecart.domain.ids import PersonId
from livecart.services.store import Page
from livecart.services.store_retention import OwnMessage

NAME = "Deleted account"
# What is about nobody else and proves nothing.
_OWN = (
    (sessions, "person_id"),
    (cart_lines, "person_id"),
    (person_settings, "person_id"),
    (canned_replies, "creator_id"),
    (assistants, "creator_id"),
    (assistants, "person_id"),
    (creator_applications, "person_id"),
    (eligibility_standings, "person_id"),
    (invitations, "person_id"),
    (reminders, "person_id"),
)


async def leave(connection: AsyncConnection, person: PersonId) -> None:
    """The account stays as a number without name or password: orders, journals and decisions point at it."""
    for table, column in _OWN:
        await connection.execute(delete(table).where(table.c[column] == person))
    both = or_(follows.c.followed_id == person, follows.c.follower_id == person)
    await connection.execute(delete(follows).where(both))
    # Whoever ends a streak locks its giver; then the row stays, which says nothing but what was given today.
    giving = select(gift_streaks.c.id).where(gift_streaks.c.sender_id == person, OPEN)
    await connection.execute(delete(gift_givers).where(gift_givers.c.person_id == person, ~giving.exists()))
    brought = or_(referrals.c.by_id == person, referrals.c.person_id == person)
    await connection.execute(delete(referrals).where(brought))
    # Where units are held for him, they go back by the clock.
    waiting = waitlist_places.c.person_id == person, waitlist_places.c.units == 0
    await connection.execute(delete(waitlist_places).where(*waiting))
    await connection.execute(update(products).where(products.c.seller_id == person).values(on_sale=False))
    # No handle that anybody can register or sign in with, and a password's hash that none has.
    nameless = {"handle": f"-{person}", "display_name": NAME, "password_hash": "", "signed_in_at_ms": None}
    await connection.execute(update(people).where(people.c.id == person).values(**nameless))


async def followed(connection: AsyncConnection, person: PersonId) -> Sequence[tuple[str, int]]:
    query = (
        select(people.c.handle, follows.c.at_ms)
        .join(people, people.c.id == follows.c.followed_id)
        .where(follows.c.follower_id == person)
        .order_by(people.c.handle)
    )
    return [(row.handle, row.at_ms) for row in await connection.execute(query)]


async def messages(connection: AsyncConnection, person: PersonId, page: Page) -> Sequence[OwnMessage]:
    query: Any = select(chat_messages).where(chat_messages.c.author_id == person)
    rows = await connection.execute(paged(query, chat_messages.c.id, page))
    return [
        OwnMessage(id=row.id, show=row.show_id, text=row.text, at_ms=row.at_ms, deleted=row.deleted_at_ms is not None)
        for row in rows
    ]
