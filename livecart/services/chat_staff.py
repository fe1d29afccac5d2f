"""What a host, his assistants and the moderators do in a chat: delete, pin, set its rules. Authors delete here too, for
a minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livecart.domain.chat_rules import ChatRules, Links, Speakers
from livecart.domain.errors import InvalidError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, MessageId, ShowId
from livecart.domain.people import Person
from livecart.domain.rulings import chat_ruled, message_deleted, message_pinned
from livecart.domain.show import Show
from livecart.domain.staffing import Duty
from livecart.services.chat_views import pinned_view, rules_view
from livecart.services.ports import Clock
from livecart.services.staffing import staffed
from livecart.services.store import Store, Transaction

DELETED_AT_ONCE = 200


class ChatStaff:
    """Every change locks its show's row, so that two at once are one after the other."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def delete(self, person: Person, show_id: ShowId, message_id: MessageId) -> dict[str, Any]:
        """Takes a message away from everybody; deleting it twice answers the first deletion.

        Raises NotFoundError, ForbiddenError `forbidden` or `too_late`, UnavailableError.
        """
        async with self._store.write() as tx:
            return await self._delete(tx, person, await tx.shows.get(show_id), message_id)

    async def delete_all(self, person: Person, show_id: ShowId, messages: Sequence[MessageId]) -> list[dict[str, Any]]:
        """Takes several away at once, or none. Raises as `delete`, and InvalidError for too many; for staff only."""
        if not 1 <= len(messages) <= DELETED_AT_ONCE:
            fault = f"1 to {DELETED_AT_ONCE} ids"
            raise InvalidError("so many messages cannot be deleted at once", fields={"messages": fault})
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.RECORDS)
            return [await self._delete(tx, person, show, message) for message in dict.fromkeys(messages)]

    async def _delete(self, tx: Transaction, person: Person, show: Show, message_id: MessageId) -> dict[str, Any]:
        before = await tx.chat.get(show.id, message_id)
        given = await tx.assistants.duties(show.creator, show.id, person.id)
        message = before.deleted(person, show.creator, self._clock.now_ms(), assisting=Duty.DELETE in given)
        assert message.deletion is not None
        view = {"id": message.id, "by": message.deletion.by.value}
        if message is not before:
            await tx.chat.save_deletion(message)
            await tx.outbox.add(self._event(show.id, "chat.deleted", view, message.id))
            rules = await tx.chat_desks.rules(show.id)
            if rules.pinned == message_id:
                await self._pin(tx, show.id, rules.pin(None))
            ruling = message_deleted(message)
            if ruling is not None:
                await tx.log.append(ruling)
        return view

    async def pin(self, person: Person, show_id: ShowId, message_id: MessageId | None) -> dict[str, Any] | None:
        """Pins a message for everybody to see, in place of the one before; None takes it down.

        Raises NotFoundError, ForbiddenError, ConflictError `message_deleted` or `show_ended`, UnavailableError.
        """
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.PIN)
            show.require_open()
            if message_id is not None:
                (await tx.chat.get(show_id, message_id)).require_there()
            before = await tx.chat_desks.rules(show_id)
            rules = before.pin(message_id)
            if rules is before:
                return await pinned_view(tx, show_id, rules)
            view = await self._pin(tx, show_id, rules)
            ruling = message_pinned(person, show, rules, self._clock.now_ms())
            if ruling is not None:
                await tx.log.append(ruling)
        return view

    async def change(
        self,
        person: Person,
        show_id: ShowId,
        *,
        slow_s: int | None = None,
        links: Links | None = None,
        who: Speakers | None = None,
        followed_minutes: int | None = None,
    ) -> dict[str, Any]:
        """Changes what is given. Raises NotFoundError, ForbiddenError, InvalidError, ConflictError `show_ended`."""
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.RULES)
            before = await tx.chat_desks.rules(show_id)
            rules = before.changed(slow_s=slow_s, links=links, who=who, followed_minutes=followed_minutes)
            show.require_open()
            view = rules_view(rules)
            if rules is not before:
                await tx.chat_desks.save_rules(show_id, rules)
                await tx.outbox.add(self._event(show_id, "chat.rules", view, f"{show_id}:{rules.version}"))
                ruling = chat_ruled(person, show, rules, self._clock.now_ms())
                if ruling is not None:
                    await tx.log.append(ruling)
        return view

    async def _pin(self, tx: Transaction, show_id: ShowId, rules: ChatRules) -> dict[str, Any] | None:
        await tx.chat_desks.save_rules(show_id, rules)
        message = await pinned_view(tx, show_id, rules)
        data = {"message": message, "version": rules.version}
        await tx.outbox.add(self._event(show_id, "chat.pinned", data, f"{show_id}:{rules.version}"))
        return message

    def _event(self, show: ShowId, type_: str, data: dict[str, Any], what: str) -> ShowEvent:
        return ShowEvent(EventId(f"{type_}:{what}"), show, type_, data, self._clock.now_ms())
