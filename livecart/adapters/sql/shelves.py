"""The kinds of row that batches change: for each, how it is found and locked, and how it is written.

All processes lock in the order of `HEADS` and `OTHERS`, accounts last (books.py), and the rows of a kind by their key,
so that two batches may wait for each other but never both ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import orders as order_rows
from livecart.adapters.sql import shelf_packets
from livecart.adapters.sql.bulk import insert_rows, meanwhile, update_rows
from livecart.adapters.sql.carts import CartShelf
from livecart.adapters.sql.shelf_gifts import GiverShelf, StreakShelf
from livecart.adapters.sql.shelf_offers import OFFER_SHELVES
from livecart.adapters.sql.shelf_payments import HeardShelf, PaymentShelf, RefundShelf, TakingsShelf
from livecart.adapters.sql.shelf_prices import PriceShelf
from livecart.adapters.sql.shelf_waitlist import WaitLineShelf
from livecart.adapters.sql.tables import order_lines, orders, products, show_products, shows, variants
from livecart.domain.books import Row
from livecart.domain.cart import Cart
from livecart.domain.gift import Streak
from livecart.domain.giver import Giver
from livecart.domain.ids import PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.order import Order
from livecart.domain.payment import Heard, Payment
from livecart.domain.prices import VariantPrice
from livecart.domain.red_packet import EntrantList, PacketClaim, PacketEntry, RedPacket
from livecart.domain.refund import Refund
from livecart.domain.show import ShowState, Venue
from livecart.domain.stock import StockItem
from livecart.domain.takings import Takings
from livecart.domain.waitlist import WaitLine

R = TypeVar("R", bound=Row)


class Shelf(Protocol[R]):
    """One kind of row. `load` gets its keys sorted and leaves out what does not exist."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[R]: ...

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[R | None, R]]) -> None:
        """Each row with what it was before; None: it is new."""
        ...


class OrderShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Order]:
        query = select(orders).where(orders.c.id.in_(keys)).order_by(orders.c.id).with_for_update()
        return await order_rows.with_lines(connection, (await connection.execute(query)).all())

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Order | None, Order]]) -> None:
        new = [order for before, order in changed if before is None]
        lines = await meanwhile(
            insert_rows(connection, orders, (order_rows.order_row(order) for order in new)),
            lambda: [order_rows.line_row(order.id, line) for order in new for line in order.lines],
        )
        await insert_rows(connection, order_lines, lines)
        moved = (order for before, order in changed if before is not None)
        await update_rows(connection, orders, (order_rows.moved_row(order) for order in moved))


# What every order asks is built once: building costs as much as asking.
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_STOCK = (
    select(
        variants,
        variants.c.title.label("variant_title"),
        products.c.seller_id,
        products.c.currency,
        products.c.on_sale,
        products.c.title.label("product_title"),
    )
    .join(products)
    .where(variants.c.id.in_(_KEYS))
    .order_by(variants.c.id)
    .with_for_update(of=variants)
)
_OPEN_SHOWS = (
    select(show_products.c.product_id, show_products.c.show_id)
    .join(shows)
    .where(show_products.c.product_id.in_(_KEYS), shows.c.state != ShowState.ENDED.value)
)
_VENUES = select(shows.c.id, shows.c.creator_id, shows.c.state).where(shows.c.id.in_(_KEYS))


class StockShelf:
    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[StockItem]:
        rows = (await connection.execute(_STOCK, {"keys": keys})).all()
        in_bags = await _open_shows_with(connection, {row.product_id for row in rows})
        return [_item(row, frozenset(in_bags[row.product_id])) for row in rows]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[StockItem | None, StockItem]]) -> None:
        await update_rows(connection, variants, (_stock_row(item) for _, item in changed))


class VenueShelf:
    """Read only, and not locked: a show that ends in the same moment may sell one thing more."""

    async def load(self, connection: AsyncConnection, keys: Sequence[Any]) -> Iterable[Venue]:
        rows = await connection.execute(_VENUES, {"keys": keys})
        return [Venue(ShowId(row.id), PersonId(row.creator_id), row.state != ShowState.ENDED) for row in rows]

    async def write(self, connection: AsyncConnection, changed: Sequence[tuple[Venue | None, Venue]]) -> None:  # noqa: ARG002
        raise ValueError(f"shows are not changed by batches: {changed}")


# Rows that name others (Command.also) come first.
HEADS: dict[type[Any], Shelf[Any]] = {
    Order: OrderShelf(),
    RedPacket: shelf_packets.PacketShelf(),
    Cart: CartShelf(),
    Giver: GiverShelf(),
}
# Offers and coupons come before what they count: whoever has the one has locked the other. So do goods and their lines.
OTHERS: dict[type[Any], Shelf[Any]] = {
    Payment: PaymentShelf(),
    Refund: RefundShelf(),
    Heard: HeardShelf(),
    Takings: TakingsShelf(),
    **OFFER_SHELVES,
    StockItem: StockShelf(),
    WaitLine: WaitLineShelf(),
    Venue: VenueShelf(),
    PacketClaim: shelf_packets.ClaimShelf(),
    PacketEntry: shelf_packets.EntryShelf(),
    EntrantList: shelf_packets.EntrantsShelf(),
    VariantPrice: PriceShelf(),
    Streak: StreakShelf(),
}


async def _open_shows_with(connection: AsyncConnection, wanted: set[str]) -> defaultdict[str, set[ShowId]]:
    found: defaultdict[str, set[ShowId]] = defaultdict(set)
    for row in await connection.execute(_OPEN_SHOWS, {"keys": list(wanted)}):
        found[row.product_id].add(ShowId(row.show_id))
    return found


def _item(row: Any, in_bags_of: frozenset[ShowId]) -> StockItem:
    return StockItem(
        variant=VariantId(row.id),
        product=ProductId(row.product_id),
        seller=PersonId(row.seller_id),
        title=row.product_title,
        variant_title=row.variant_title,
        price=Money(row.price_minor, row.currency),
        stock=row.stock,
        reserved=row.reserved,
        sold=row.sold,
        version=row.version,
        invited=row.invited,
        shows=in_bags_of,
        on_sale=row.on_sale,
        floor_minor=row.floor_minor,
    )


def _stock_row(item: StockItem) -> dict[str, Any]:
    return {
        "id": item.variant,
        "stock": item.stock,
        "reserved": item.reserved,
        "sold": item.sold,
        "version": item.version,
        "invited": item.invited,
    }
