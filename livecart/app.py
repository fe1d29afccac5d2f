"""The composition root: builds the parts of a web or jobs process from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.limits import ProcessLimits
from livecart.adapters.passwords import Argon2Passwords
from livecart.adapters.payments.sandbox import SandboxProvider
from livecart.adapters.redis.audit_board import RedisAuditBoard
from livecart.adapters.redis.bus import RedisBus
from livecart.adapters.redis.connection import connect, connect_subscriber
from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.redis.presence import RedisPresence
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.group_commit import GroupCommitter
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.system import RandomIds, SystemClock
from livecart.adapters.tokens import JwtPublishTokens, RandomTokens
from livecart.demo import Demo
from livecart.domain.payment import WALLET
from livecart.jobs import REFUNDS_EVERY_S, Chore, Jobs
from livecart.services.accounts import Accounts
from livecart.services.audit import Audit
from livecart.services.bans import Bans
from livecart.services.broadcasting import Broadcasting
from livecart.services.catalog import Catalog
from livecart.services.ice import IceServers
from livecart.services.orders import Orders, OrderTerms
from livecart.services.payments import PaymentPorts, Payments, PaymentTerms
from livecart.services.ports_payments import PaymentProvider
from livecart.services.refunds import SENT_AT_ONCE, Refunds
from livecart.services.relaying import OutboxRelay
from livecart.services.retention import Retention
from livecart.services.sandbox import PROVIDER as SANDBOX
from livecart.services.shows import Shows
from livecart.services.standing_audit import StandingAudit
from livecart.services.topics import TopicReview
from livecart.services.wallets import Wallets
from livecart.settings import Settings

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Shop:
    """What SQL alone can do; the operator's commands need no more."""

    settings: Settings
    database: Database
    store: SqlStore
    clock: SystemClock
    ids: RandomIds
    tokens: RandomTokens
    accounts: Accounts
    bans: Bans
    catalog: Catalog
    topics: TopicReview
    orders: Orders
    wallets: Wallets
    audit: Audit
    payments: Payments
    refunds: Refunds

    def demo(self) -> Demo:
        return Demo(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.catalog,
            self.topics,
            self.wallets,
            self.settings.currency,
        )


@dataclass(frozen=True, slots=True)
class Wire:
    """What Redis adds: the rooms' log, who is watching, and the media processes."""

    redis: Redis
    show_log: RedisShowLog
    bus: RedisBus
    presence: RedisPresence
    media: RedisMediaGateway
    shows: Shows
    broadcasting: Broadcasting
    audit_board: RedisAuditBoard


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

    return StripeProvider(settings.stripe_key, settings.stripe_webhook_secret, settings.origin)


def _payment_terms(settings: Settings) -> PaymentTerms:
    return PaymentTerms(settings.currency, settings.platform_fee_bp, WALLET in settings.payment_methods)


@asynccontextmanager
async def open_shop(settings: Settings) -> AsyncIterator[Shop]:
    database = Database(settings.database)
    clock, ids, tokens, store = SystemClock(), RandomIds(), RandomTokens(), SqlStore(database)
    passwords = Argon2Passwords()
    limits = ProcessLimits(clock, settings.limits_exempt)
    committer = GroupCommitter(database, clock)
    providers = payment_providers(settings)
    ports = PaymentPorts(store, committer, ids, clock)
    terms = OrderTerms(settings.reservation_s * 1000, settings.platform_fee_bp)
    await committer.start()
    try:
        yield Shop(
            settings=settings,
            database=database,
            store=store,
            clock=clock,
            ids=ids,
            tokens=tokens,
            accounts=Accounts(store, clock, ids, passwords, tokens, limits),
            bans=Bans(store, clock, ids),
            catalog=Catalog(store),
            topics=TopicReview(store, clock, ids),
            orders=Orders(store, committer, ids, terms),
            wallets=Wallets(store, committer, ids, settings.currency),
            audit=Audit(store),
            payments=Payments(ports, providers, _payment_terms(settings)),
            refunds=Refunds(ports, providers),
        )
    finally:
        await committer.close()
        for provider in providers.values():
            await provider.close()
        passwords.close()
        await database.close()


@asynccontextmanager
async def open_wire(shop: Shop) -> AsyncIterator[Wire]:
    redis = connect(shop.settings.redis_url)
    subscriber = connect_subscriber(shop.settings.redis_url)
    show_log = RedisShowLog(redis)
    try:
        media = RedisMediaGateway(redis, shop.clock, shop.ids)
        presence = RedisPresence(redis)
        async with media.running():
            yield Wire(
                redis=redis,
                show_log=show_log,
                bus=RedisBus(subscriber, redis, show_log),
                presence=presence,
                media=media,
                shows=Shows(shop.store, shop.clock, shop.ids, presence, media),
                audit_board=RedisAuditBoard(redis),
                broadcasting=Broadcasting(
                    shop.store,
                    shop.clock,
                    media,
                    JwtPublishTokens(shop.settings.secret),
                    shop.tokens,
                    IceServers(shop.settings.ice_servers, shop.settings.turn_urls, shop.settings.turn_secret),
                ),
            )
    finally:
        await subscriber.aclose()
        await redis.aclose()


def make_jobs(shop: Shop, wire: Wire) -> Jobs:
    relay = OutboxRelay(shop.store, wire.show_log)
    wake = shop.database.committed if shop.settings.uses_sqlite else None
    retention = Retention(shop.store)
    return Jobs(relay, shop.orders, retention, wire.shows, wire.media, shop.bans, shop.clock, wake, _chores(shop, wire))


def _chores(shop: Shop, wire: Wire) -> Sequence[Chore]:
    async def send_refunds() -> None:
        while await shop.refunds.send_due(shop.clock.now_ms()) >= SENT_AT_ONCE:
            pass

    audit = StandingAudit(shop.store, wire.audit_board, shop.clock)
    return [
        Chore("refunds", REFUNDS_EVERY_S, send_refunds),
        Chore("audit", shop.settings.audit_every_s, audit.run_once),
    ]


async def run_jobs(settings: Settings, stop: asyncio.Event) -> None:
    async with open_shop(settings) as shop, open_wire(shop) as wire:
        await make_jobs(shop, wire).run(stop)
