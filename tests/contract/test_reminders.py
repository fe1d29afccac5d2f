"""Reminders by push: asked for, sent once when the show begins, tried again, forgotten; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import shows
from livecart.adapters.sql.tables_reminders import reminders as reminders_table
from livecart.adapters.system import RandomIds
from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.domain.reminder import PER_PERSON_MAX, TRIES_MAX
from livecart.domain.web_push import Subscription
from livecart.services.reminders import PushOutcome, PushTerms, Reminders
from livecart.services.store import Page
from tests.contract.test_follows import HERE, FollowLimit
from tests.contract.test_sharing import code_of
from tests.support.push_service import Browser
from tests.support.shop import ENDED_SHOW, SHOW, Shop, open_shop

SERVICES = ("push.example",)


class Sender:
    """Notes what is sent; `outcome` by endpoint."""

    key = "key"

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.outcome: dict[str, PushOutcome] = {}

    async def send_all(self, pushes: Sequence[tuple[Subscription, bytes]]) -> Sequence[PushOutcome]:
        return [self._send(*push) for push in pushes]

    def _send(self, subscription: Subscription, payload: bytes) -> PushOutcome:
        name = subscription.endpoint.rpartition("/")[2]
        self.sent.append((name, json.loads(payload)))
        return self.outcome.get(name, PushOutcome.SENT)


def made(shop: Shop, services: tuple[str, ...] = SERVICES) -> tuple[Reminders, Sender]:
    sender = Sender()
    terms = PushTerms(services)
    return Reminders(shop.store, shop.clock, RandomIds(), FollowLimit(), sender, terms), sender


def browser(name: str) -> tuple[str, str, str]:
    keys = Browser().keys
    return f"https://push.example/{name}", keys["p256dh"], keys["auth"]


async def remind(reminders: Reminders, person: Person, name: str, language: str = "en", show: ShowId = SHOW) -> Any:
    return await reminders.remind(person, show, browser(name), language, address=HERE)


async def become(database: Database, state: str) -> None:
    async with database.write() as connection:
        await connection.execute(update(shows).where(shows.c.id == SHOW).values(state=state))


async def test_each_browser_is_told_once_when_the_show_begins(database: Database) -> None:
    async with open_shop(database) as shop:
        reminders, sender = made(shop)
        ana, lin, _ = shop.buyers
        await become(database, "ready")
        for _ in range(2):
            assert await remind(reminders, ana, "phone") == {"show": SHOW}
        await remind(reminders, ana, "laptop")
        await remind(reminders, lin, "lins", "zh")
        assert await reminders.send_due() == 0
        await become(database, "live")
        first, second = await asyncio.gather(reminders.send_due(), made(shop)[0].send_due())
        assert first + second == 3
        sent = dict(sender.sent)
        assert await reminders.send_due() == 0
        assert not await shop.rows(reminders_table)
        if first == 3:
            assert sorted(sent) == ["laptop", "lins", "phone"]
            assert sent["phone"]["url"] == f"/s/{SHOW}"
            assert "开播" in sent["lins"]["body"]


async def test_what_fails_is_tried_again_and_given_up_in_the_end(database: Database) -> None:
    async with open_shop(database) as shop:
        reminders, sender = made(shop)
        ana, lin, _ = shop.buyers
        await become(database, "ready")
        await remind(reminders, ana, "busy")
        await remind(reminders, ana, "gone")
        await remind(reminders, lin, "refuses")
        outcomes = {"busy": PushOutcome.LATER, "gone": PushOutcome.GONE, "refuses": PushOutcome.REFUSED}
        sender.outcome.update(outcomes)
        await become(database, "live")
        assert await reminders.send_due() == 3
        assert [row.endpoint.rpartition("/")[2] for row in await shop.rows(reminders_table)] == ["busy"]
        assert await reminders.send_due() == 0, "not before its time"
        for _ in range(TRIES_MAX - 1):
            shop.clock.ms += 3_600_000
            assert await reminders.send_due() == 1
        assert not await shop.rows(reminders_table)


async def test_what_is_no_reminder_is_refused(database: Database) -> None:
    async with open_shop(database) as shop:
        reminders, _ = made(shop)
        ana = shop.buyers[0]
        await become(database, "ready")
        assert await code_of(remind(reminders, ana, "a", show=ShowId("none"))) == "not_found"
        assert await code_of(remind(reminders, ana, "a", show=ENDED_SHOW)) == "show_begun"
        assert await code_of(remind(reminders, ana, "a", "fr")) == "invalid"
        elsewhere = ("https://example.org/a", *browser("a")[1:])
        assert await code_of(reminders.remind(ana, SHOW, elsewhere, "en", address=HERE)) == "push_service"
        for number in range(PER_PERSON_MAX):
            await remind(reminders, ana, str(number))
        assert await code_of(remind(reminders, ana, "onemore")) == "too_many_reminders"
        await become(database, "live")
        assert await code_of(remind(reminders, shop.buyers[1], "late")) == "show_begun"
        off, _ = made(shop, ())
        assert off.key is None
        assert await code_of(remind(off, ana, "a")) == "push_off"


async def test_reminders_go_with_the_wish_the_account_the_show_and_the_browsers_next_person(database: Database) -> None:
    async with open_shop(database) as shop:
        reminders, _ = made(shop)
        ana, lin, sam = shop.buyers
        await become(database, "ready")
        await remind(reminders, ana, "phone")
        await remind(reminders, ana, "laptop")
        await reminders.forget(ana, SHOW)
        await reminders.forget(ana, SHOW)
        assert not await shop.rows(reminders_table)

        await remind(reminders, ana, "shared")
        await remind(reminders, lin, "shared")
        (row,) = await shop.rows(reminders_table)
        assert row.person_id == lin.id
        await remind(reminders, sam, "sams")
        async with shop.store.write() as tx:
            (told,) = await tx.retention.own("reminder", lin.id, Page(9))
            assert (told["show"], told["endpoint"]) == (SHOW, "https://push.example/shared")
            await tx.retention.leave(lin.id)
        assert [row.person_id for row in await shop.rows(reminders_table)] == [sam.id]
        await reminders.forget_ended()
        assert len(await shop.rows(reminders_table)) == 1
        await become(database, "ended")
        await reminders.forget_ended()
        assert not await shop.rows(reminders_table)
