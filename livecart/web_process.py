"""One web process: the HTTP application on its port, its readiness, and how it opens and closes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

from aiohttp import web

from livecart.adapters.redis.chat_pace import RedisChatPace
from livecart.adapters.sql.chat import SqlChatWriter
from livecart.adapters.sql.revision import is_current
from livecart.app import STATIC, Shop, Wire, make_jobs, open_shop, open_wire
from livecart.domain.errors import LivecartError
from livecart.domain.ids import ShowId, VariantId
from livecart.domain.people import Person
from livecart.media_metrics import MediaMetrics
from livecart.observability import Metrics
from livecart.rest.application import make_application
from livecart.rest.auth import AuthRoutes
from livecart.rest.cart import CartRoutes
from livecart.rest.chat import ChatRoutes
from livecart.rest.health import Check, HealthRoutes
from livecart.rest.identity import COOKIE, Identity
from livecart.rest.measure import measured
from livecart.rest.media import MediaRoutes
from livecart.rest.orders import OrderRoutes, WalletRoutes
from livecart.rest.pictures import PictureRoutes
from livecart.rest.preferences import PreferenceRoutes
from livecart.rest.products import ProductRoutes
from livecart.rest.proxies import behind_proxies
from livecart.rest.route import Route
from livecart.rest.sales import SalesRoutes
from livecart.rest.shows import ShowRoutes
from livecart.rest.topics import TopicRoutes
from livecart.rest.users import UserRoutes
from livecart.services.canned import CannedReplies
from livecart.services.chat import Chat, ChatPorts
from livecart.services.chat_staff import ChatStaff
from livecart.services.figures import ShowFigures
from livecart.services.quality import Quality
from livecart.services.room import Room
from livecart.settings import Settings
from signaling.edge import Backbone, Signaling
from signaling.ports import LimitOptions, Options, UseCases

# aiohttp's only limit on how long a client may take over its headers, and on how long it may stay idle.
KEEPALIVE_S = 10.0
BACKLOG = 1_024
# What is being answered when the stop comes may still be answered.
SHUTDOWN_S = 1.5


async def run_web(settings: Settings, stop: asyncio.Event, *, shared_port: bool = False) -> None:
    """Serves until `stop` is set. Raises OSError when the port cannot be had."""
    async with open_shop(settings) as shop, open_wire(shop) as wire, open_signaling(shop, wire) as signaling:
        media = MediaMetrics()
        metrics = Metrics(media)
        app = make_application(
            routes_of(shop, wire),
            _health(shop, wire, metrics, media, stop),
            STATIC,
            [measured(metrics.observe_request), behind_proxies(settings.trusted_proxies)],
            [web.get("/ws", signaling.handle), *picture_routes(shop).files()],
        )
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=KEEPALIVE_S, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            await _site(runner, settings, shared_port=shared_port).start()
            await _work(shop, wire, stop)
        finally:
            # Sockets are told to come back elsewhere while the port still answers; then the rest is finished.
            await signaling.close(settings.drain_s)
            await runner.cleanup()


async def _work(shop: Shop, wire: Wire, stop: asyncio.Event) -> None:
    """With SQLite the jobs run here, since it has one writer; otherwise there is only the stop to wait for."""
    if shop.settings.uses_sqlite:
        await make_jobs(shop, wire).run(stop)
    else:
        await stop.wait()


def _site(runner: web.AppRunner, settings: Settings, *, shared_port: bool) -> web.TCPSite:
    """`shared_port`: SO_REUSEPORT, with which Linux deals connections out evenly. From one listener that all processes
    accept from, whoever wakes first takes a whole burst, and WebSockets stay where they are for hours."""
    tls = None
    if settings.tls_cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(settings.tls_cert, settings.tls_key)
    return web.TCPSite(
        runner, settings.http_host, settings.http_port, ssl_context=tls, backlog=BACKLOG, reuse_port=shared_port
    )


@asynccontextmanager
async def open_signaling(shop: Shop, wire: Wire) -> AsyncIterator[Signaling]:
    """The WebSocket edge with what it alone needs: a subscription, and chat written in batches."""
    settings = shop.settings
    writer = SqlChatWriter(shop.store)
    chat = Chat(ChatPorts(shop.store, writer, wire.show_log, shop.clock, shop.ids, RedisChatPace(wire.redis)))
    room = Room(shop.store, wire.show_log, wire.shows, shop.clock)

    async def place_order(person: Person, show: ShowId, variant: VariantId, quantity: int, key: str) -> dict[str, Any]:
        return await shop.orders.place(person, key, show=show, variant=variant, quantity=quantity)

    signaling = Signaling(
        UseCases(
            shop.accounts.session,
            shop.accounts.ended,
            room,
            chat,
            wire.shows.show_product,
            place_order,
            Quality(wire.media).choose,
            ChatStaff(shop.store, shop.clock),
            CannedReplies(shop.store, shop.ids),
            ShowFigures(shop.store).add,
        ),
        Backbone(
            news=wire.bus,
            log=wire.show_log,
            headcount=wire.presence,
            clock=shop.clock,
            ids=shop.ids,
        ),
        Options(
            cookie_name=COOKIE,
            allowed_origins=own_origins(settings),
            limits=LimitOptions(exempt=tuple(ip_network(network) for network in settings.limits_exempt)),
        ),
    )
    await writer.start()
    await signaling.start()
    try:
        yield signaling
    finally:
        await signaling.close()
        await writer.close()


def own_origins(settings: Settings) -> frozenset[str]:
    """Origins besides the host that was asked for."""
    return frozenset([*settings.allowed_origins, *([settings.public_url] if settings.public_url else [])])


def identity_of(shop: Shop) -> Identity:
    settings = shop.settings
    return Identity(shop.accounts, own_origins(settings), settings.origin.startswith("https:"))


def picture_routes(shop: Shop) -> PictureRoutes:
    return PictureRoutes(identity_of(shop), shop.pictures, shop.settings.images)


def routes_of(shop: Shop, wire: Wire) -> Iterable[Route]:
    """Every route that OpenAPI describes."""
    identity = identity_of(shop)
    return [
        *AuthRoutes(identity).routes(),
        *UserRoutes(identity, shop.bans).routes(),
        *TopicRoutes(identity, shop.topics).routes(),
        *ProductRoutes(identity, shop.catalog, shop.clock, shop.ids, currency=shop.settings.currency).routes(),
        *picture_routes(shop).routes(),
        *ShowRoutes(identity, wire.shows, wire.broadcasting, ShowFigures(shop.store)).routes(),
        *ChatRoutes(identity, ChatStaff(shop.store, shop.clock), CannedReplies(shop.store, shop.ids)).routes(),
        *OrderRoutes(identity, shop.orders).routes(),
        *WalletRoutes(identity, shop.wallets).routes(),
        *CartRoutes(identity, shop.carts).routes(),
        *SalesRoutes(identity, shop.sales).routes(),
        *PreferenceRoutes(identity, shop.preferences).routes(),
        *MediaRoutes(identity, wire.broadcasting).routes(),
    ]


def _health(shop: Shop, wire: Wire, metrics: Metrics, media_metrics: MediaMetrics, stop: asyncio.Event) -> HealthRoutes:
    async def staying() -> str | None:
        return "this process is ending" if stop.is_set() else None

    async def sql() -> str | None:
        try:
            return None if await is_current(shop.database) else "the tables are of another version"
        except LivecartError as error:
            return error.message

    async def media() -> str | None:
        try:
            return None if await wire.media.reports() else "no media process is registered"
        except LivecartError as error:
            return error.message

    async def demo() -> str | None:
        try:
            return None if await shop.demo().is_there() else "the demo is not made yet"
        except LivecartError as error:
            return error.message

    async def figures() -> bytes:
        try:
            media_metrics.reports = await wire.media.reports()
        except LivecartError:
            media_metrics.reports = ()
        return metrics.render()

    async def redis() -> str | None:
        return None if wire.bus.healthy else "the subscription to Redis is not heard"

    checks: dict[str, Check] = {"process": staying, "sql": sql, "redis": redis, "media": media}
    if shop.settings.demo:
        checks["demo"] = demo
    return HealthRoutes(checks, figures)
