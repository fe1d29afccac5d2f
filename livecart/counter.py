"""What the shop sells with: the use cases of goods and money, over one committer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from livecart.adapters.payments.sandbox import SandboxProvider
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.group_commit import GroupCommitter
from livecart.adapters.sql.known_offers import KnownOffers
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.system import RandomIds, SystemClock
from livecart.domain.payment import WALLET
from livecart.services.carts import CartPorts, Carts
from livecart.services.coupons import Coupons
from livecart.services.gifts import Gifts, GiftTerms
from livecart.services.offers import Offers
from livecart.services.orders import Orders, OrderTerms
from livecart.services.payments import PaymentPorts, Payments, PaymentTerms
from livecart.services.ports_payments import PaymentProvider
from livecart.services.refunds import Refunds
from livecart.services.sales import Sales
from livecart.services.sandbox import PROVIDER as SANDBOX
from livecart.services.sold_out import SoldOut
from livecart.services.stocking import Stocking
from livecart.services.waitlist import Waitlist, WaitPorts, WaitTerms
from livecart.services.wallets import Wallets
from livecart.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """What all of them stand on."""

    database: Database
    store: SqlStore
    clock: SystemClock
    ids: RandomIds


@dataclass(frozen=True, slots=True)
class Counter:
    """Works while it is open (`open_counter`)."""

    orders: Orders
    offers: Offers
    coupons: Coupons
    stocking: Stocking
    sold_out: SoldOut
    waitlist: Waitlist
    wallets: Wallets
    carts: Carts
    sales: Sales
    payments: Payments
    refunds: Refunds
    gifts: Gifts
    committer: GroupCommitter


def payment_providers(settings: Settings) -> dict[str, PaymentProvider]:
    """Those that are switched on, by name."""
    known: dict[str, Callable[[], PaymentProvider]] = {
        SANDBOX: lambda: SandboxProvider(settings.secret),
        "stripe": lambda: _stripe(settings),
    }
    return {name: make() for name, make in known.items() if name in settings.payment_methods}


def _stripe(settings: Settings) -> PaymentProvider:
    # The SDK takes a while to load, so a shop without it does not.
    from livecart.adapters.payments.stripe import StripeProvider  # noqa: PLC0415

    return StripeProvider(settings.stripe_key, settings.stripe_webhook_secret, settings.address)


def _payment_terms(settings: Settings) -> PaymentTerms:
    return PaymentTerms(settings.currency, settings.platform_fee_bp, WALLET in settings.payment_methods)


def _gift_terms(settings: Settings) -> GiftTerms:
    return GiftTerms(settings.gift_catalogue, settings.gift_streak_s * 1000, settings.platform_fee_bp)


def _wait_terms(settings: Settings) -> WaitTerms:
    return WaitTerms(settings.waitlist_hold_s * 1000, settings.waitlist_max)


@asynccontextmanager
async def open_counter(settings: Settings, ground: Ground) -> AsyncIterator[Counter]:
    store, clock, ids = ground.store, ground.clock, ground.ids
    sold_out, offer_contents = SoldOut(store, clock), KnownOffers(store)
    committer = GroupCommitter(ground.database, clock, on_commit=sold_out.committed)
    providers = payment_providers(settings)
    ports = PaymentPorts(store, committer, ids, clock)
    terms = OrderTerms(settings.reservation_s * 1000, settings.platform_fee_bp, settings.flash_reservation_s * 1000)
    await committer.start()
    try:
        yield Counter(
            orders=Orders(store, committer, ids, terms, offer_contents, sold_out),
            offers=Offers(store, committer, clock, ids, settings.max_discount_percent),
            coupons=Coupons(store, committer),
            stocking=Stocking(store, committer),
            sold_out=sold_out,
            waitlist=Waitlist(WaitPorts(store, committer, clock, ids, offer_contents), _wait_terms(settings)),
            wallets=Wallets(store, committer, ids, settings.currency, free=settings.demo),
            carts=Carts(CartPorts(store, committer, ids, clock), terms),
            sales=Sales(store),
            payments=Payments(ports, providers, _payment_terms(settings)),
            refunds=Refunds(ports, providers),
            gifts=Gifts(store, committer, ids, _gift_terms(settings)),
            committer=committer,
        )
    finally:
        await committer.close()
        for provider in providers.values():
            await provider.close()
