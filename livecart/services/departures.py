"""Deleting one's account, which leaves what must be kept without a name; and all records of oneself, to take along."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError
from livecart.domain.ids import PersonId
from livecart.domain.people import Permission, Person
from livecart.domain.show import OPEN_STATES
from livecart.services.bans import sessions_changed
from livecart.services.moderation_log import CASES, case_view
from livecart.services.ports import Clock, Ids, Limits, Passwords
from livecart.services.store import Page, Store, Transaction
from livecart.services.store_moderation import LogFilter
from livecart.services.store_retention import OWN_KINDS
from livecart.services.views import people_of_topics, rfc3339, show_view, topic_view, user_view
from livecart.services.views_commerce import money_view, order_view

# Rows in one SELECT; between two of them others get their turn.
AT_ONCE = 200


class Departures:
    def __init__(self, store: Store, clock: Clock, ids: Ids, passwords: Passwords, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._limits = limits

    async def leave(self, person: Person, password: str, *, give_up_balance: bool, address: str) -> None:
        """Ends every session and takes the name off; there is no way back.

        Raises ForbiddenError `bad_credentials`, `staff_account`, ConflictError `legal_hold`, `shows_open`,
        `balance_left`, LimitedError. Only wrong passwords are counted.
        """
        await self._limits.check("login_handle", person.handle, address=address)
        async with self._store.read() as tx:
            found = await tx.people.by_handle(person.handle)
        if found is None or not await self._passwords.matches(password, found[1]):
            await self._limits.count("login_handle", person.handle, address=address)
            raise ForbiddenError("the password is wrong", code="bad_credentials")
        if person.may(Permission.READ_LOG):
            raise ForbiddenError("staff answer for what they decided: ask the operator", code="staff_account")
        async with self._store.write() as tx:
            await _require_may_leave(tx, person, give_up_balance=give_up_balance)
            await tx.retention.leave(person.id)
            await tx.outbox.add(sessions_changed(self._ids, person.id, self._clock.now_ms()))

    async def records(self, person: Person) -> AsyncIterator[dict[str, Any]]:
        """Everything that the shop has about this person, one record after the other, each with its `kind`."""
        async with self._store.read() as tx:
            yield {"kind": "account", **user_view(person)}
            for balance in (await tx.wallets.of(person.id)).balances:
                yield {"kind": "balance", **money_view(balance)}
            for handle, at_ms in await tx.retention.followed(person.id):
                yield {"kind": "follow", "handle": handle, "at": rfc3339(at_ms)}
            async for topic in _all(lambda page: tx.topics.search(page, creator=person.id)):
                people = await tx.people.many(people_of_topics([topic]))
                yield {"kind": "topic", **topic_view(topic, people, for_staff=False)}
            async for show in _all(lambda page: tx.shows.search(page, creator=person.id)):
                yield {"kind": "show", **show_view(show, person, 0)}
            async for order in _all(lambda page: tx.orders.of(person.id, page)):
                yield {"kind": "order", **order_view(order)}
            async for line in _all(lambda page: tx.retention.messages(person.id, page)):
                told = {"id": line.id, "show": line.show, "text": line.text, "at": rfc3339(line.at_ms)}
                yield {"kind": "message", **told, "deleted": line.deleted}
            for kind in OWN_KINDS:
                async for record in _own(tx, kind, person.id):
                    yield record
            async for case in _cases(tx, person.id):
                yield case


async def _require_may_leave(tx: Transaction, person: Person, *, give_up_balance: bool) -> None:
    if await tx.retention.must_stay(person.id):
        raise ConflictError("this account cannot be deleted for now: ask the operator", code="legal_hold")
    if await tx.shows.search(Page(1), creator=person.id, states=OPEN_STATES):
        raise ConflictError("end your shows first", code="shows_open")
    left = [balance for balance in (await tx.wallets.of(person.id)).balances if balance.amount_minor]
    if left and not give_up_balance:
        told = ", ".join(f"{each.amount_minor} {each.currency}" for each in left)
        raise ConflictError(f"there is money in your wallet: {told}, in smallest units", code="balance_left")


async def _own(tx: Transaction, kind: str, person: PersonId) -> AsyncIterator[dict[str, Any]]:
    after: str | None = None
    while found := await tx.retention.own(kind, person, Page(AT_ONCE, after)):
        for row in found:
            told = {name: value for name, value in row.items() if not name.endswith("_ms")}
            times = {name.removesuffix("_ms"): rfc3339(value) for name, value in row.items() if name.endswith("_ms")}
            yield {"kind": kind, **told, **times}
        after = found[-1]["id"]


async def _all(read: Callable[[Page], Awaitable[Sequence[Any]]]) -> AsyncIterator[Any]:
    after: str | None = None
    while found := await read(Page(AT_ONCE, after)):
        for each in found:
            yield each
        after = found[-1].id


async def _cases(tx: Transaction, person: PersonId) -> AsyncIterator[dict[str, Any]]:
    before: int | None = None
    while links := await tx.log.newest(LogFilter(person, kinds=CASES), before, AT_ONCE):
        words = await tx.log.words([link.entry.number for link in links])
        for link in links:
            case = case_view(link, words.get(link.entry.number))
            yield {**case, "kind": "case", "case": case["kind"]}
        before = links[-1].entry.number
