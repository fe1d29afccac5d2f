"""The canned replies of a creator: kept, and filled in with the product that is being explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livecart.domain.canned import REPLIES_MAX, CannedReply, check_reply, fill
from livecart.domain.errors import ForbiddenError, InvalidError, NotFoundError
from livecart.domain.held import text_refused
from livecart.domain.ids import ReplyId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.word_list import Verdict
from livecart.services.chat_filter import ChatFilter
from livecart.services.ports import Ids
from livecart.services.store import Store


class CannedReplies:
    def __init__(self, store: Store, ids: Ids, words: ChatFilter) -> None:
        self._store = store
        self._ids = ids
        self._words = words

    async def of(self, person: Person) -> list[dict[str, Any]]:
        person.require(Permission.HOST_SHOW)
        async with self._store.read() as tx:
            return [_view(reply) for reply in await tx.chat_desks.replies(person.id)]

    async def replace(self, person: Person, texts: Sequence[str]) -> list[dict[str, Any]]:
        """All of them at once, in this order; a text that was there keeps its id.

        Raises InvalidError, also `text_refused`: what is denied in a chat could not be said there anyway.
        """
        person.require(Permission.HOST_SHOW)
        checked = [check_reply(text) for text in texts]
        if len(checked) > REPLIES_MAX or len(set(checked)) != len(checked):
            raise InvalidError("the replies are not valid", fields={"replies": f"at most {REPLIES_MAX}, each once"})
        for text in checked:
            rule = await self._words.find(None, text)
            if rule is not None and rule.entry.verdict is Verdict.DENY:
                raise text_refused(rule.id, field="replies")
        async with self._store.write() as tx:
            old = {reply.text: reply for reply in await tx.chat_desks.replies(person.id)}
            replies = [old.get(text) or CannedReply(ReplyId(self._ids.new()), text) for text in checked]
            await tx.chat_desks.put_replies(person.id, replies)
        return [_view(reply) for reply in replies]

    async def filled(self, person: Person, show_id: ShowId, reply_id: ReplyId) -> str:
        """The text to be said in the person's own show.

        Raises ForbiddenError, NotFoundError, ConflictError `nothing_shown`.
        """
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            if show.creator != person.id:
                raise ForbiddenError("this show is another's")
            found = [reply for reply in await tx.chat_desks.replies(person.id) if reply.id == reply_id]
            if not found:
                raise NotFoundError("no such reply")
            shown = show.showing.product
            goods = await tx.products.many([shown]) if shown is not None else []
        return fill(found[0].text, goods[0] if goods else None)


def _view(reply: CannedReply) -> dict[str, Any]:
    return {"id": reply.id, "text": reply.text}
