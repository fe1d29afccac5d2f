"""The composition root: builds the parts of a web or jobs process from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.images import PillowPictures
from livecart.adapters.limits import ProcessLimits
from livecart.adapters.passwords import Argon2Passwords
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
from livecart.jobs import Jobs
from livecart.services.accounts import Accounts
from livecart.services.audit import Audit
from livecart.services.bans import Bans
from livecart.services.broadcasting import Broadcasting
from livecart.services.carts import CartPorts, Carts
from livecart.services.catalog import Catalog
from livecart.services.ice import IceServers
from livecart.services.orders import Orders, OrderTerms
from livecart.services.pictures import ProductPictures
from livecart.services.preferences import OwnPreferences
from livecart.services.relaying import OutboxRelay
from livecart.services.retention import Retention
from livecart.services.sales import Sales
from livecart.services.shows import Shows
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
    pictures: ProductPictures
    topics: TopicReview
    orders: Orders
    wallets: Wallets
    audit: Audit
    carts: Carts
    sales: Sales
    preferences: OwnPreferences

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


@asynccontextmanager
async def open_shop(settings: Settings) -> AsyncIterator[Shop]:
    database = Database(settings.database)
    clock, ids, tokens, store = SystemClock(), RandomIds(), RandomTokens(), SqlStore(database)
    passwords, pictures = Argon2Passwords(), PillowPictures(settings.images)
    limits = ProcessLimits(clock, settings.limits_exempt)
    committer = GroupCommitter(database, clock)
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
            catalog=Catalog(store, clock, settings.product_domains),
            pictures=ProductPictures(store, pictures, limits, clock),
            topics=TopicReview(store, clock, ids),
            orders=Orders(store, committer, ids, terms),
            wallets=Wallets(store, committer, ids, settings.currency),
            audit=Audit(store),
            carts=Carts(CartPorts(store, committer, ids, clock), terms),
            sales=Sales(store),
            preferences=OwnPreferences(store),
        )
    finally:
        await committer.close()
        passwords.close()
        pictures.close()
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
    return Jobs(
        relay, shop.orders, Retention(shop.store, shop.pictures), wire.shows, wire.media, shop.bans, shop.clock, wake
    )


async def run_jobs(settings: Settings, stop: asyncio.Event) -> None:
    async with open_shop(settings) as shop, open_wire(shop) as wire:
        await make_jobs(shop, wire).run(stop)
