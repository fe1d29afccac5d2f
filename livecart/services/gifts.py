"""Gifts: what there is to send, sending it, and ending by the clock the streaks that nobody goes on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import ConflictError
from livecart.domain.gift import Gift, check_count
from livecart.domain.gift_ending import EndStreak
from livecart.domain.gift_sending import GiftWish, SendGift
from livecart.domain.idempotency import request_key
from livecart.domain.ids import GiftId, ShowId, StreakId
from livecart.domain.people import Permission, Person
from livecart.services.ports import Committer, Ids
from livecart.services.store import Store
from livecart.services.views_gifts import gift_view, streak_view
from livecart.services.wishes import known_id

ENDED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class GiftTerms:
    """`window_ms`: within which the same gift again belongs to a streak; `fee_bp`: of its total, in basis points."""

    catalogue: Mapping[GiftId, Gift]
    window_ms: int
    fee_bp: int


class Gifts:
    def __init__(self, store: Store, committer: Committer, ids: Ids, terms: GiftTerms) -> None:
        self._store = store
        self._committer = committer
        self._ids = ids
        self._terms = terms

    def catalogue(self) -> list[dict[str, Any]]:
        return [gift_view(gift) for gift in self._terms.catalogue.values()]

    async def send(self, person: Person, key: str | None, show: ShowId, gift: str, count: int) -> dict[str, Any]:
        """Takes the price from the person's wallet; the host gets it when the streak has ended.

        Raises NotFoundError for a show or gift that is not there, ForbiddenError `own_show`, `banned`, InvalidError,
        ConflictError `insufficient_funds`, `gift_cap_reached`, `show_ended`, `key_reused`.
        """
        person.require(Permission.BUY)
        body = {"show": show, "gift": gift, "count": check_count(count)}
        request = request_key(person.id, "gift.send", key, body)
        command = SendGift(
            request=request,
            streak=StreakId(self._ids.new()),
            show=ShowId(known_id("show", show)),
            sender=person.id,
            sender_name=person.display_name,
            wish=GiftWish(
                gift=self._terms.catalogue.get(GiftId(gift)),
                count=count,
                window_ms=self._terms.window_ms,
            ),
        )
        return streak_view(await self._committer.submit(command))

    async def do_due(self, now_ms: int) -> int:
        """Ends the streaks whose windows are over; returns how many. Safe to run twice, and on two machines at once.

        The committer's clock decides again: one that goes on is left alone.
        """
        async with self._store.read() as tx:
            due = await tx.gifts.due(now_ms, ENDED_AT_ONCE)
        fee_bp = self._terms.fee_bp
        commands = [EndStreak(request=None, streak=streak, giver=giver, fee_bp=fee_bp) for streak, giver in due]
        answers = await self._committer.submit_all(commands)
        faults = [answer for answer in answers if isinstance(answer, BaseException)]
        for fault in faults:
            if not isinstance(fault, ConflictError):
                raise fault
        return len(answers) - len(faults)
