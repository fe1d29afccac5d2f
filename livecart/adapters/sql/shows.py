"""Shows and their bags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.paging import paged
from livecart.adapters.sql.tables import people, products, show_products, shows
from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId
from livecart.domain.show import Bag, Show, Showing, ShowState, ViewersPolicy
from livecart.services.store import Page


class SqlShows:
    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    async def add(self, show: Show, bag: Bag) -> None:
        await self._connection.execute(insert(shows).values(id=show.id, bag_version=bag.version, **_columns(show)))
        await self._put_products(show.id, bag.products)

    async def get(self, show: ShowId) -> Show:
        query = select(shows).where(shows.c.id == show)
        if self._lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError("no such show")
        return show_of(row)

    async def save(self, show: Show) -> None:
        await self._connection.execute(update(shows).where(shows.c.id == show.id).values(**_columns(show)))

    async def bag(self, show: ShowId) -> Bag:
        version = (
            await self._connection.execute(select(shows.c.bag_version).where(shows.c.id == show))
        ).scalar_one_or_none()
        if version is None:
            raise NotFoundError("no such show")
        rows = await self._connection.execute(
            select(show_products.c.product_id).where(show_products.c.show_id == show).order_by(show_products.c.position)
        )
        return Bag(version, tuple(ProductId(row.product_id) for row in rows))

    async def put_bag(self, show: ShowId, bag: Bag) -> None:
        await self._connection.execute(update(shows).where(shows.c.id == show).values(bag_version=bag.version))
        await self._connection.execute(delete(show_products).where(show_products.c.show_id == show))
        await self._put_products(show, bag.products)

    async def selling(self, product: ProductId) -> Sequence[ShowId]:
        query = (
            select(shows.c.id)
            .join(show_products)
            .where(show_products.c.product_id == product, shows.c.state != ShowState.ENDED.value)
            .order_by(shows.c.id)
        )
        return [ShowId(row.id) for row in await self._connection.execute(query)]

    async def search(
        self, page: Page, *, creator: PersonId | None = None, states: Sequence[ShowState] = (), text: str = ""
    ) -> Sequence[Show]:
        query = select(shows)
        if creator is not None:
            query = query.where(shows.c.creator_id == creator)
        if states:
            query = query.where(shows.c.state.in_([state.value for state in states]))
        if text:
            query = query.where(_has(text))
        return [show_of(row) for row in await self._connection.execute(paged(query, shows.c.id, page))]

    async def _put_products(self, show: ShowId, products: Sequence[ProductId]) -> None:
        rows = [
            {"show_id": show, "product_id": product, "position": position} for position, product in enumerate(products)
        ]
        if rows:
            await self._connection.execute(insert(show_products), rows)


def _has(text: str) -> ColumnElement[bool]:
    """In the show's title or category, in its host's name, or in the title of something in its bag."""
    host = exists().where(
        people.c.id == shows.c.creator_id,
        or_(people.c.display_name.icontains(text, autoescape=True), people.c.handle == text.lower()),
    )
    goods = exists().where(
        show_products.c.show_id == shows.c.id,
        show_products.c.product_id == products.c.id,
        products.c.title.icontains(text, autoescape=True),
    )
    title = shows.c.title.icontains(text, autoescape=True)
    return or_(title, shows.c.category == text.lower(), host, goods)


def _columns(show: Show) -> dict[str, Any]:
    return {
        "creator_id": show.creator,
        "topic_id": show.topic,
        "topic_version": show.topic_version,
        "title": show.title,
        "category": show.category,
        "language": show.language,
        "planned_at_ms": show.planned_at_ms,
        "state": show.state.value,
        "viewers_policy": show.viewers_policy.value,
        "showing_product_id": show.showing.product,
        "showing_version": show.showing.version,
        "created_at_ms": show.created_at_ms,
        "started_at_ms": show.started_at_ms,
        "ended_at_ms": show.ended_at_ms,
        "cover": show.cover,
    }


def show_of(row: Row[Any]) -> Show:
    showing = None if row.showing_product_id is None else ProductId(row.showing_product_id)
    return Show(
        id=ShowId(row.id),
        creator=PersonId(row.creator_id),
        topic=TopicId(row.topic_id),
        topic_version=row.topic_version,
        title=row.title,
        category=row.category,
        language=row.language,
        planned_at_ms=row.planned_at_ms,
        state=ShowState(row.state),
        viewers_policy=ViewersPolicy(row.viewers_policy),
        showing=Showing(showing, row.showing_version),
        created_at_ms=row.created_at_ms,
        started_at_ms=row.started_at_ms,
        ended_at_ms=row.ended_at_ms,
        cover=row.cover,
    )
