"""What moderators do to a show that is on: warn its host, stop it, close one of its products. What a warning's deadline
and a closed product ask for later is done by the clock here."""

from __future__ import annotations

from typing import Any

from livecart.domain.errors import ConflictError
from livecart.domain.events import HOST_WARNED, SHOW_STOPPED, ShowEvent
from livecart.domain.ids import EventId, ProductId, ShowId
from livecart.domain.interventions import (
    ClosedProduct,
    HostWarning,
    ShowStop,
    check_code,
    check_words,
    deadline_of,
)
from livecart.domain.offering import CloseOffer
from livecart.domain.people import Person
from livecart.domain.rulings_live import host_warned, product_closed, show_stopped, warning_withdrawn
from livecart.domain.show import Bag, Show, ShowState, ShowStep
from livecart.domain.staffing import Duty
from livecart.services.ports import Clock, Committer, Ids, MediaGateway
from livecart.services.staffing import staffed
from livecart.services.standings import standings_changed
from livecart.services.store import Store, Transaction
from livecart.services.views import bag_view, show_view
from livecart.services.views_live import closed_view, stop_view, warning_view

AT_ONCE = 50
OFFERS_MAX = 1_000


class Interventions:
    def __init__(self, store: Store, clock: Clock, ids: Ids, committer: Committer, media: MediaGateway) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._committer = committer
        self._media = media

    # ---- the host's warnings

    async def warn(
        self, by: Person, show_id: ShowId, code: str, text: str, minutes: int | None = None
    ) -> dict[str, Any]:
        """Tells the host alone. With `minutes` the show is stopped then, unless the warning is withdrawn before.

        Raises NotFoundError, ForbiddenError, InvalidError, ConflictError `own_show`, `show_ended`.
        """
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show = await _anothers(tx, by, show_id, Duty.WARN)
            code, text = check_code(code), check_words("text", text)
            deadline_ms = deadline_of(minutes, now_ms)
            show.require_open()
            made = HostWarning(self._ids.new(), show.id, by.id, code, text, now_ms, deadline_ms)
            await tell_warning(tx, made, show)
            await tx.log.append(host_warned(made, show))
        return warning_view(made)

    async def withdraw(self, by: Person, show_id: ShowId, warning: str) -> dict[str, Any]:
        """Raises NotFoundError, ForbiddenError, ConflictError `warning_withdrawn`."""
        async with self._store.write() as tx:
            show = await _anothers(tx, by, show_id, Duty.WARN)
            taken = (await tx.interventions.warning(show.id, warning)).withdrawn(by.id, self._clock.now_ms())
            await withdraw_warning(tx, taken, show)
            await tx.log.append(warning_withdrawn(taken, show))
        return warning_view(taken)

    async def acknowledge(self, person: Person, show_id: ShowId, warning: str) -> dict[str, Any]:
        """The host has read it; again changes nothing. Raises NotFoundError, also to others than the host."""
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id)
            found = await tx.interventions.warning(show.id, warning if show.creator == person.id else "")
            read = found.acknowledged(self._clock.now_ms())
            if read is not found:
                await tx.interventions.save_warning(read)
        return warning_view(read)

    async def told(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        """What the host was told: warnings, closed products, and why his show was stopped; moderators read it too.

        Raises NotFoundError, ForbiddenError.
        """
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            if show.creator != person.id:
                await staffed(tx, person, show_id, Duty.WARN)
            warnings = await tx.interventions.warnings(show_id)
            stop = await tx.interventions.stop(show_id)
            closed = await tx.interventions.closed_products(show_id)
        return {
            "warnings": [warning_view(each) for each in warnings],
            "stopped": None if stop is None else stop_view(stop),
            "closed_products": [closed_view(each) for each in closed],
        }

    # ---- stopping

    async def stop(self, by: Person, show_id: ShowId, code: str, reason: str) -> dict[str, Any]:
        """Ends the show for good, its media too; one that has ended already is answered as it is.

        Raises NotFoundError, ForbiddenError, InvalidError, ConflictError `own_show`.
        """
        async with self._store.write() as tx:
            show = await _anothers(tx, by, show_id, Duty.STOP)
            stop = ShowStop(show.id, by.id, check_code(code), check_words("reason", reason), self._clock.now_ms())
            creator = await tx.people.get(show.creator)
            if show.state is not ShowState.ENDED:
                show = await stop_show(tx, self._ids, show, stop)
                await tx.log.append(show_stopped(stop, show))
        await self._media.end_show(show.id)
        return show_view(show, creator, 0)

    async def stop_overdue(self) -> int:
        """Stops the shows whose warning has come to its deadline; returns how many. Safe to run twice."""
        now_ms, stopped = self._clock.now_ms(), 0
        async with self._store.read() as tx:
            overdue = await tx.interventions.overdue(now_ms, AT_ONCE)
        for warning in overdue:
            async with self._store.write() as tx:
                show = await tx.shows.get(warning.show)
                still = await tx.interventions.warning(warning.show, warning.id)
                if show.state is ShowState.ENDED or still.withdrawn_at_ms is not None:
                    continue
                stop = ShowStop(show.id, None, warning.code, warning.text, now_ms)
                show = await stop_show(tx, self._ids, show, stop)
                await tx.log.append(show_stopped(stop, show))
            stopped += 1
            await self._media.end_show(warning.show)
        return stopped

    # ---- goods

    async def close_product(
        self, by: Person, show_id: ShowId, product: ProductId, code: str, reason: str
    ) -> dict[str, Any]:
        """Takes the product out of the show for good: out of its bag, its offers closed. What is reserved stays so,
        and other shows are not touched. Doing it twice answers the first time.

        Raises NotFoundError, ForbiddenError, InvalidError, ConflictError `own_show`, `show_ended`.
        """
        async with self._store.write() as tx:
            show = await _anothers(tx, by, show_id, Duty.CLOSE_PRODUCT)
            code, reason = check_code(code), check_words("reason", reason)
            before = {each.product: each for each in await tx.interventions.closed_products(show.id)}
            closed = before.get(product)
            if closed is None:
                closed = ClosedProduct(show.id, product, by.id, code, reason, self._clock.now_ms())
                await self._take_out(tx, show, closed)
        await self.close_offers(show.id, product)
        return closed_view(closed)

    async def close_due_offers(self) -> None:
        """Of products that were closed by whoever died before their offers were."""
        async with self._store.read() as tx:
            waiting = await tx.interventions.unenforced_closures(AT_ONCE)
        for show, product in waiting:
            await self.close_offers(show, product)

    async def close_offers(self, show: ShowId, product: ProductId) -> None:
        """Safe to run twice. Raises UnavailableError."""
        async with self._store.read() as tx:
            found = await tx.offers.not_closed(show, self._clock.now_ms(), OFFERS_MAX)
        those = [each.id for each in found if any(line.product == product for line in each.lines)]
        answers = await self._committer.submit_all([CloseOffer(request=None, offer=offer) for offer in those])
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, ConflictError):
                raise answer
        if len(found) < OFFERS_MAX:
            async with self._store.write() as tx:
                await tx.interventions.mark_closed(show, product)

    async def _take_out(self, tx: Transaction, show: Show, closed: ClosedProduct) -> None:
        show.require_open()
        bag = await tx.shows.bag(show.id)
        if closed.product not in bag.products:
            raise ConflictError("the product is not in this show's bag", code="not_in_bag")
        bag = Bag(bag.version + 1, tuple(each for each in bag.products if each != closed.product))
        await tx.interventions.close_product(closed)
        await tx.shows.put_bag(show.id, bag)
        view = bag_view(bag, list(await tx.products.many(bag.products)))
        await tx.outbox.add(ShowEvent(EventId(f"bag:{show.id}:{bag.version}"), show.id, "bag", view, closed.at_ms))
        if show.showing.product == closed.product:
            show = show.show_product(None, bag)
            await tx.shows.save(show)
            data = {"product": None, "version": show.showing.version}
            event_id = EventId(f"product.showing:{show.id}:{show.showing.version}")
            await tx.outbox.add(ShowEvent(event_id, show.id, "product.showing", data, closed.at_ms))
        (product,) = await tx.products.many([closed.product])
        await tx.log.append(product_closed(closed, show, product.title))


async def _anothers(tx: Transaction, by: Person, show_id: ShowId, duty: Duty) -> Show:
    """Raises as `staffed` does, and ConflictError `own_show`: nobody moderates his own show."""
    show = await staffed(tx, by, show_id, duty)
    if show.creator == by.id:
        raise ConflictError("nobody moderates a show of his own", code="own_show")
    return show


async def tell_warning(tx: Transaction, warning: HostWarning, show: Show) -> None:
    """Keeps it and tells the host; the caller writes it to the log, last."""
    await tx.interventions.add_warning(warning)
    await tx.outbox.add(_to_host(show, HOST_WARNED, f"{warning.id}", warning_view(warning), warning.at_ms))


async def withdraw_warning(tx: Transaction, warning: HostWarning, show: Show) -> None:
    """The same for one that is withdrawn."""
    assert warning.withdrawn_at_ms is not None
    await tx.interventions.save_warning(warning)
    view = warning_view(warning)
    await tx.outbox.add(_to_host(show, HOST_WARNED, f"{warning.id}:withdrawn", view, warning.withdrawn_at_ms))


async def stop_show(tx: Transaction, ids: Ids, show: Show, stop: ShowStop) -> Show:
    """Ends the show: viewers are told that moderators did, its host why. The caller writes it to the log, last, and
    ends its media, which the jobs do too."""
    ended = show.advance(ShowStep.END, stop.at_ms)
    await tx.shows.save(ended)
    await tx.interventions.add_stop(stop)
    data = {"state": ended.state.value, "cause": "stopped"}
    await tx.outbox.add(
        ShowEvent(EventId(ids.new()), show.id, "show.state", data, stop.at_ms),
        _to_host(show, SHOW_STOPPED, show.id, stop_view(stop), stop.at_ms),
        standings_changed(ids, show.creator, stop.at_ms),
    )
    return ended


def _to_host(show: Show, type_: str, what: str, view: dict[str, Any], at_ms: int) -> ShowEvent:
    return ShowEvent(EventId(f"{type_}:{what}"), None, type_, view, at_ms, show.creator)
