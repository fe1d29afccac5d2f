"""A small shop in a real database: people, one product in the bag of one show, and the services to buy it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.group_commit import GroupCommitter
from livecart.adapters.sql.known_offers import KnownOffers
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import people, products, show_products, shows, stock_movements, topics, variants
from livecart.domain.ids import OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.people import Person, Role
from livecart.services.offers import Offers, OfferWish
from livecart.services.orders import Orders, OrderTerms
from livecart.services.sold_out import SoldOut
from livecart.services.wallets import Wallets
from livecart.services.wishes import Wish, WishedLine
from tests.support.short_audit import short_audit

SHOW, ENDED_SHOW = ShowId("show"), ShowId("ended")
PRODUCT, OTHER_PRODUCT = ProductId("lamp"), ProductId("vase")
VARIANT, OTHER_VARIANT = VariantId("lamp-red"), VariantId("vase-blue")
PRICE = 1_990
MAX_DISCOUNT_PERCENT = 60
START_MS = 1_800_000_000_000
MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)


class SetClock:
    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        return self.ms


class CountedIds:
    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def new(self) -> str:
        return f"{self._prefix}-{next(self._numbers):06d}"


@dataclass(slots=True)
class Shop:
    database: Database
    committer: GroupCommitter
    orders: Orders
    wallets: Wallets
    clock: SetClock
    buyers: list[Person]
    store: SqlStore
    offers: Offers
    sold_out: SoldOut
    keys: Any = field(default_factory=count)

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    async def place(self, buyer: Person, quantity: int = 1, **changed: Any) -> dict[str, Any]:
        """One line, of a lamp unless `variant` or `offer` says otherwise; or several `lines`."""
        key = changed.pop("key", None) or self.key()
        return await self.orders.place(buyer, key, wish(quantity, **changed))

    async def offer(self, quantity: int = 5, **changed: Any) -> dict[str, Any]:
        """Opens an offer of lamps in the show for 990 each."""
        goods = {} if "lines" in changed else {"variant": VARIANT}
        asked = OfferWish(**{"price_minor": 990, "quantity": quantity, **goods, **changed})
        return await self.offers.open(MEI, self.key(), SHOW, asked)

    async def pay(self, buyer: Person, order: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        return await self.orders.pay(buyer, key or self.key(), OrderId(order["id"]), "wallet")

    async def cancel(self, buyer: Person, order: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        return await self.orders.cancel(buyer, key or self.key(), OrderId(order["id"]))

    async def top_up(self, buyer: Person, amount_minor: int) -> dict[str, Any]:
        return await self.wallets.top_up(buyer, self.key(), amount_minor=amount_minor)

    async def row(self, variant: VariantId = VARIANT) -> Any:
        async with self.database.read() as connection:
            return (await connection.execute(select(variants).where(variants.c.id == variant))).one()

    async def rows(self, table: Any) -> list[Any]:
        """All of them by their key: PostgreSQL answers in whatever order there was room for them."""
        async with self.database.read() as connection:
            return list(await connection.execute(select(table).order_by(*table.primary_key)))

    async def faults(self) -> dict[str, tuple[str, ...]]:
        return await short_audit(self.database)


@asynccontextmanager
async def open_shop(database: Database, *, stock: int = 10, buyers: int = 3, **committer: Any) -> AsyncIterator[Shop]:
    """A shop with `stock` lamps at PRICE in the bag of SHOW, and vases that are in no bag."""
    await _furnish(database, stock, buyers)
    async with branch(database, **committer) as shop:
        yield shop


@asynccontextmanager
async def branch(database: Database, prefix: str = "id", **committer: Any) -> AsyncIterator[Shop]:
    """One process's view of a shop that is there already."""
    clock, ids, store = SetClock(), CountedIds(prefix), SqlStore(database)
    sold_out = SoldOut(store, clock)
    gathering = GroupCommitter(database, clock, on_commit=sold_out.committed, **committer)
    await gathering.start()
    async with database.read() as connection:
        rows = await connection.execute(select(people).where(people.c.role == "viewer").order_by(people.c.id))
        buyers = [Person(PersonId(row.id), row.handle, row.display_name, Role.VIEWER) for row in rows]
    orders = Orders(store, gathering, ids, OrderTerms(), KnownOffers(store), sold_out)
    offers = Offers(store, gathering, clock, ids, MAX_DISCOUNT_PERCENT)
    wallets = Wallets(store, gathering, ids, "CNY", free=True)
    yield Shop(database, gathering, orders, wallets, clock, buyers, store, offers, sold_out)
    await gathering.close()


def wish(quantity: Any = 1, **changed: Any) -> Wish:
    """What Shop.place asks for; `lines` are (quantity, name of the goods) with `offer` for an offer's."""
    show, coupon, currency = changed.pop("show", SHOW), changed.pop("coupon", None), changed.pop("currency", None)
    lines = changed.pop("lines", None)
    if lines is None:
        goods = {"variant": VARIANT, **changed} if "offer" not in changed else changed
        lines = (WishedLine(quantity, **goods),)
    return Wish(tuple(lines), show, coupon, currency)


async def _furnish(database: Database, stock: int, buyers: int) -> None:
    person = {"password_hash": "", "created_at_ms": 0}
    crowd = [{"id": f"p{n:05d}", "handle": f"ana{n}", "display_name": "Ana", "role": "viewer"} for n in range(buyers)]
    seller = {"id": "mei", "handle": "mei", "display_name": "Mei", "role": "creator"}
    topic = {"id": "topic", "creator_id": "mei", "version": 1, "status": "approved", "title": "", "category": ""}
    show = {"creator_id": "mei", "topic_id": "topic", "topic_version": 1, "title": "", "category": "", "language": ""}
    show |= {"viewers_policy": "everyone", "bag_version": 1, "showing_version": 0, "created_at_ms": 0}
    product = {"seller_id": "mei", "currency": "CNY", "images": "[]", "created_at_ms": 0}
    variant = {"position": 0, "stock": stock, "reserved": 0, "sold": 0, "version": 1, "price_minor": PRICE}
    async with database.write() as connection:
        await connection.execute(insert(people), [{**row, **person} for row in (seller, *crowd)])
        await connection.execute(insert(topics).values(**topic, summary="", language="en", created_at_ms=0))
        for show_id, state in ((SHOW, "live"), (ENDED_SHOW, "ended")):
            await connection.execute(insert(shows).values(id=show_id, state=state, **show))
        for product_id, variant_id in ((PRODUCT, VARIANT), (OTHER_PRODUCT, OTHER_VARIANT)):
            await connection.execute(insert(products).values(id=product_id, title=product_id.title(), **product))
            await connection.execute(
                insert(variants).values(id=variant_id, product_id=product_id, title=variant_id.title(), **variant)
            )
            if stock:
                received = {"variant_id": variant_id, "kind": "received", "quantity": stock, "cause": "t", "at_ms": 0}
                await connection.execute(insert(stock_movements).values(**received))
        for show_id in (SHOW, ENDED_SHOW):
            await connection.execute(insert(show_products).values(show_id=show_id, product_id=PRODUCT, position=0))
