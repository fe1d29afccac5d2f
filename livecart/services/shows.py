"""Shows: made from an approved topic, filled with goods, ended; and what the media plane reports of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, ProductId, ShowId, TopicId
from livecart.domain.interventions import require_sellable
from livecart.domain.people import Permission, Person
from livecart.domain.rulings import show_ended
from livecart.domain.show import (
    BAG_MAX,
    OPEN_STATES,
    TRANSITIONS,
    Bag,
    Show,
    Showing,
    ShowState,
    ShowStep,
    ViewersPolicy,
)
from livecart.domain.staffing import Duty
from livecart.domain.topic import TopicStatus
from livecart.services.desk_news import tell_of_show
from livecart.services.eligibility import require_may_open, settle
from livecart.services.ports import Clock, Ids, MediaGateway, Presence
from livecart.services.staffing import staffed
from livecart.services.store import Page, Store, Transaction
from livecart.services.views import bag_view, show_view

OPEN_SHOWS_MAX = 10_000


class Shows:
    def __init__(self, store: Store, clock: Clock, ids: Ids, presence: Presence, media: MediaGateway) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._presence = presence
        self._media = media

    async def create(
        self, person: Person, topic_id: TopicId, viewers_policy: ViewersPolicy = ViewersPolicy.EVERYONE
    ) -> dict[str, Any]:
        """Opens a show for an approved topic of the person's own; its bag starts with the topic's goods.

        Raises ForbiddenError, HaltedError, NotEligibleError, NotFoundError, ConflictError `topic_not_approved`.
        """
        person.require(Permission.HOST_SHOW)
        now = self._clock.now_ms()
        await settle(self._store, person.id, now)
        async with self._store.write() as tx:
            topic = await tx.topics.get(topic_id)
            if topic.creator != person.id:
                raise NotFoundError("no such topic")
            await require_may_open(tx, person.id, now)
            if not topic.is_approved(now):
                # An approval that ran out a moment ago still has its old status.
                status = TopicStatus.EXPIRED if topic.status is TopicStatus.APPROVED else topic.status
                raise ConflictError(f"the topic is {status}, not approved", code="topic_not_approved")
            show = Show(
                id=ShowId(self._ids.new()),
                creator=person.id,
                topic=topic.id,
                topic_version=topic.version,
                title=topic.text.title,
                category=topic.text.category,
                language=topic.text.language,
                planned_at_ms=topic.text.planned_at_ms,
                state=ShowState.READY,
                viewers_policy=viewers_policy,
                showing=Showing(None, 0),
                created_at_ms=now,
                cover=topic.text.cover,
            )
            await tx.shows.add(show, Bag(1, topic.text.products))
        return show_view(show, person, 0)

    async def own(self, person: Person, show_id: ShowId) -> Show:
        """The show if it is the person's; ForbiddenError if it is another's."""
        async with self._store.read() as tx:
            return await own_show(tx, person, show_id)

    async def show_view(self, show_id: ShowId) -> dict[str, Any]:
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            creator = await tx.people.get(show.creator)
        return show_view(show, creator, await self._presence.viewers(show.id))

    async def bag_view(self, show_id: ShowId) -> dict[str, Any]:
        async with self._store.read() as tx:
            return await _bag_view(tx, await tx.shows.bag(show_id))

    async def search(
        self, page: Page, *, states: list[ShowState], creator: Person | None, text: str = ""
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Newest first, with the next cursor; `text`: in title, category, the host's name or something in the bag."""
        async with self._store.read() as tx:
            found = await tx.shows.search(
                replace(page, limit=page.limit + 1),
                states=states,
                creator=creator.id if creator else None,
                text=text,
            )
            shown = found[: page.limit]
            people = await tx.people.many([show.creator for show in shown])
        views = [show_view(show, people[show.creator], await self._presence.viewers(show.id)) for show in shown]
        return views, shown[-1].id if len(found) > len(shown) else None

    async def put_bag(self, person: Person, show_id: ShowId, products: list[ProductId]) -> dict[str, Any]:
        """Replaces the show's bag. Only the host's own products, each once, and none that a moderator has closed in it.

        Raises ForbiddenError, InvalidError, ConflictError `show_ended`, `product_closed`.
        """
        if len(products) > BAG_MAX or len(set(products)) != len(products):
            raise InvalidError("the bag is not valid", fields={"products": f"at most {BAG_MAX}, each once"})
        async with self._store.write() as tx:
            show = await own_show(tx, person, show_id)
            show.require_open()
            goods = await tx.products.many(products)
            if len([product for product in goods if product.seller == person.id]) != len(products):
                raise InvalidError("the goods are not yours", fields={"products": "ids of your own products"})
            closed = await tx.interventions.closed_products(show_id)
            require_sellable(frozenset(each.product for each in closed), frozenset(products))
            bag = Bag((await tx.shows.bag(show_id)).version + 1, tuple(products))
            await tx.shows.put_bag(show_id, bag)
            view = bag_view(bag, list(goods))
            await tx.outbox.add(self._event(show, "bag", view, bag.version))
            if show.showing.product is not None and show.showing.product not in bag.products:
                await self._show_product(tx, show, None, bag)
        return view

    async def show_product(self, person: Person, show_id: ShowId, product: ProductId | None) -> dict[str, Any]:
        """Marks the product as "explaining now"; None clears it."""
        async with self._store.write() as tx:
            show = await staffed(tx, person, show_id, Duty.PRODUCTS)
            show = await self._show_product(tx, show, product, await tx.shows.bag(show_id))
            host = await tx.people.get(show.creator)
        return show_view(show, host, await self._presence.viewers(show.id))

    async def end(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        """Ends the show for good; ending it twice is no error."""
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id)
            if show.creator != person.id:
                person.require(Permission.END_ANY_SHOW)
            creator = await tx.people.get(show.creator)
            if show.state is not ShowState.ENDED:
                show = await self._advance(tx, show, ShowStep.END)
                ruling = show_ended(person, show, self._clock.now_ms())
                if ruling is not None:
                    await tx.log.append(ruling)
        await self._media.end_show(show.id)
        return show_view(show, creator, 0)

    async def media_reported(self, show_id: ShowId, *, flowing: bool, lost: bool = False) -> None:
        """What the media plane says of the host's stream. Reports may repeat or come late; they then change nothing.

        `lost`: the show's media process died, so that every session of the show needs a new one.
        """
        step = ShowStep.MEDIA_ARRIVED if flowing else ShowStep.MEDIA_STOPPED
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id)
            if step in TRANSITIONS[show.state]:
                await self._advance(tx, show, step, lost=lost)

    async def open_states(self) -> dict[ShowId, ShowState]:
        """Every show that has not ended, for comparing with what the media plane reports."""
        async with self._store.read() as tx:
            found = await tx.shows.search(Page(OPEN_SHOWS_MAX), states=OPEN_STATES)
        return {show.id: show.state for show in found}

    async def _show_product(self, tx: Transaction, show: Show, product: ProductId | None, bag: Bag) -> Show:
        show = show.show_product(product, bag)
        await tx.shows.save(show)
        data = {"product": product, "version": show.showing.version}
        await tx.outbox.add(self._event(show, "product.showing", data, show.showing.version))
        return show

    async def _advance(self, tx: Transaction, show: Show, step: ShowStep, *, lost: bool = False) -> Show:
        show = show.advance(step, self._clock.now_ms())
        await tx.shows.save(show)
        data = {"state": show.state.value}
        if show.state is ShowState.INTERRUPTED:
            data["cause"] = "media_lost" if lost else "host_silent"
        await tx.outbox.add(self._event(show, "show.state", data, self._ids.new()))
        await tell_of_show(tx, self._ids, show, self._clock.now_ms())
        return show

    def _event(self, show: Show, type_: str, data: dict[str, Any], version: int | str) -> ShowEvent:
        event_id = EventId(f"{type_}:{show.id}:{version}")
        return ShowEvent(event_id, show.id, type_, data, self._clock.now_ms())


async def own_show(tx: Transaction, person: Person, show_id: ShowId) -> Show:
    show = await tx.shows.get(show_id)
    if show.creator != person.id:
        raise ForbiddenError("this show is another's")
    return show


async def _bag_view(tx: Transaction, bag: Bag) -> dict[str, Any]:
    return bag_view(bag, list(await tx.products.many(bag.products)))
