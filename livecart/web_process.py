"""One web process: the HTTP application on its port, its readiness, and how it opens and closes."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from livecart.adapters.payments.deliveries import deliveries
from livecart.adapters.payments.sandbox import webhook_key
from livecart.adapters.redis.wall import RedisWallBoard
from livecart.adapters.sql.desk import SqlDesk
from livecart.adapters.sql.metrics import SqlMetrics
from livecart.adapters.sql.revision import is_current
from livecart.app import STATIC, Shop, Wire, open_shop, open_wire
from livecart.audit_metrics import AuditMetrics
from livecart.chores import make_jobs
from livecart.domain.errors import LivecartError
from livecart.media_metrics import MediaMetrics
from livecart.observability import Metrics
from livecart.rest.application import make_application
from livecart.rest.assistants import AssistantRoutes
from livecart.rest.auth import AuthRoutes
from livecart.rest.calls import CallRoutes
from livecart.rest.cart import CartRoutes
from livecart.rest.chat import ChatRoutes
from livecart.rest.chat_records import ChatRecordRoutes
from livecart.rest.coupons import CouponRoutes
from livecart.rest.departures import DepartureRoutes
from livecart.rest.desk import DeskRoutes
from livecart.rest.duels import DuelRoutes
from livecart.rest.eligibility import EligibilityRoutes
from livecart.rest.follows import FollowRoutes
from livecart.rest.gifts import GiftRoutes
from livecart.rest.health import Check, HealthRoutes
from livecart.rest.held import HeldRoutes
from livecart.rest.identity import Identity
from livecart.rest.interventions import InterventionRoutes
from livecart.rest.invitations import InvitationRoutes
from livecart.rest.line_test import LineTestRoutes
from livecart.rest.measure import measured
from livecart.rest.media import MediaRoutes
from livecart.rest.moderation import ModerationRoutes
from livecart.rest.offers import OfferRoutes
from livecart.rest.orders import OrderRoutes, WalletRoutes
from livecart.rest.packets import PacketRoutes
from livecart.rest.pictures import PictureRoutes
from livecart.rest.preferences import PreferenceRoutes
from livecart.rest.products import ProductRoutes
from livecart.rest.proxies import behind_proxies
from livecart.rest.refunds import SellerOrderRoutes
from livecart.rest.reminders import ReminderRoutes
from livecart.rest.reports import ReportRoutes
from livecart.rest.retention import RetentionRoutes
from livecart.rest.route import Route
from livecart.rest.sales import SalesRoutes
from livecart.rest.sanctions import SanctionRoutes
from livecart.rest.sandbox import SandboxRoutes
from livecart.rest.sharing import SharingRoutes
from livecart.rest.shows import ShowRoutes
from livecart.rest.stock import StockRoutes
from livecart.rest.stream_keys import StreamKeyRoutes
from livecart.rest.taxonomy import TaxonomyRoutes
from livecart.rest.topic_extras import TopicExtraRoutes
from livecart.rest.topics import TopicRoutes
from livecart.rest.users import UserRoutes
from livecart.rest.waitlist import WaitlistRoutes
from livecart.rest.webhooks import PaymentRoutes
from livecart.rest.word_lists import WordListRoutes
from livecart.retention_metrics import RetentionMetrics
from livecart.rooms import open_signaling, own_origins
from livecart.services.canned import CannedReplies
from livecart.services.chat_records import ChatRecords
from livecart.services.chat_staff import ChatStaff
from livecart.services.desk_figures import DeskFigures
from livecart.services.figures import ShowFigures
from livecart.services.guesses import CouponGuesses
from livecart.services.sandbox import PROVIDER as SANDBOX
from livecart.services.sandbox import Sandbox
from livecart.services.sharing import Sharing
from livecart.services.topic_bulk import TopicBulk
from livecart.services.wall import Wall, WallSources
from livecart.settings import Settings

# aiohttp's only limit on how long a client may take over its headers, and on how long it may stay idle.
KEEPALIVE_S = 9.0
BACKLOG = 1_024
# How long the rest of a body is taken after its request was answered: a client that still writes hears the answer.
LINGER_S = 1.0
# New objects until the youngest are looked through.
GARBAGE_AFTER = 20_000
# What is being answered when the stop comes may still be answered.
SHUTDOWN_S = 1.5


async def run_web(settings: Settings, stop: asyncio.Event, *, shared_port: bool = False) -> None:
    """Serves until `stop` is set. Raises OSError when the port cannot be had."""
    async with (
        open_shop(settings) as shop,
        open_wire(shop) as wire,
        open_signaling(shop, wire) as signaling,
        open_sandbox(shop) as sandbox,
    ):
        media = MediaMetrics()
        metrics = Metrics(media, SqlMetrics(shop.database))
        app = make_application(
            routes_of(shop, wire),
            _health(shop, wire, metrics, media, stop),
            STATIC,
            [measured(metrics.observe_request), behind_proxies(settings.trusted_proxies)],
            [web.get("/ws", signaling.handle), *sandbox, *picture_routes(shop).files()],
        )
        runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=KEEPALIVE_S,
            lingering_time=LINGER_S,
            shutdown_timeout=SHUTDOWN_S,
        )
        await runner.setup()
        try:
            await _site(runner, settings, shared_port=shared_port).start()
            _spare_the_collector()
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


def _spare_the_collector() -> None:
    """What is there by now stays, so it need not be looked through for garbage again and again; and in a storm of joins
    nearly everything that is made stays too, so Python's search after each 700 objects found nothing and took 40 % of
    a join's CPU (`make bench`)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 20)


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
async def open_sandbox(shop: Shop) -> AsyncIterator[Sequence[web.RouteDef]]:
    """The sandbox's page, where the sandbox is switched on."""
    settings = shop.settings
    if SANDBOX not in settings.payment_methods:
        yield ()
        return
    async with deliveries(settings.own_origin, webhook_key(settings.secret), shop.clock) as sender:
        yield SandboxRoutes(Sandbox(shop.store, shop.ids, sender)).routes()


def identity_of(shop: Shop) -> Identity:
    settings = shop.settings
    return Identity(shop.accounts, own_origins(settings), settings.origin.startswith("https:"), shop.limits)


def picture_routes(shop: Shop) -> PictureRoutes:
    return PictureRoutes(identity_of(shop), shop.pictures, shop.settings.images)


def _desk_routes(shop: Shop, wire: Wire) -> DeskRoutes:
    desk = SqlDesk(shop.database)
    sources = WallSources(shop.store, shop.clock, wire.presence, desk, RedisWallBoard(wire.redis))
    return DeskRoutes(identity_of(shop), Wall(sources), DeskFigures(desk, shop.clock))


def _sharing_routes(shop: Shop, wire: Wire) -> SharingRoutes:
    sharing = Sharing(shop.store, shop.clock, shop.limits)
    return SharingRoutes(identity_of(shop), sharing, wire.shows, shop.settings.public_url)


def routes_of(shop: Shop, wire: Wire) -> Iterable[Route]:
    """Every route that OpenAPI describes."""
    identity, guesses = identity_of(shop), CouponGuesses(shop.limits)
    return [
        *AuthRoutes(identity).routes(),
        *UserRoutes(identity, shop.bans).routes(),
        *FollowRoutes(identity, shop.follows).routes(),
        *_sharing_routes(shop, wire).routes(),
        *LineTestRoutes(identity, shop.limits).routes(),
        *TopicRoutes(identity, shop.topics, shop.second_looks).routes(),
        *ProductRoutes(identity, shop.catalog, shop.clock, shop.ids, currency=shop.settings.currency).routes(),
        *picture_routes(shop).routes(),
        *ShowRoutes(identity, wire.shows, wire.broadcasting, ShowFigures(shop.store)).routes(),
        *ReminderRoutes(identity, wire.reminders).routes(),
        *StreamKeyRoutes(identity, wire.stream_keys).routes(),
        *ChatRoutes(
            identity, ChatStaff(shop.store, shop.clock), CannedReplies(shop.store, shop.ids, shop.words)
        ).routes(),
        *ChatRecordRoutes(identity, ChatRecords(shop.store), ChatStaff(shop.store, shop.clock)).routes(),
        *HeldRoutes(identity, wire.held).routes(),
        *WordListRoutes(identity, shop.word_lists).routes(),
        *CallRoutes(identity, wire.calls, wire.call_queue).routes(),
        *DuelRoutes(identity, wire.duelling.duels).routes(),
        *OfferRoutes(identity, shop.counter.offers).routes(),
        *CouponRoutes(identity, shop.counter.coupons, currency=shop.settings.currency).routes(),
        *StockRoutes(identity, shop.counter.stocking).routes(),
        *OrderRoutes(identity, shop.counter.orders, shop.counter.payments, guesses).routes(),
        *SellerOrderRoutes(identity, shop.counter.refunds).routes(),
        *PaymentRoutes(identity, shop.counter.payments, free_topups=shop.counter.wallets.free).routes(),
        *WalletRoutes(identity, shop.counter.wallets, shop.counter.payments).routes(),
        *WaitlistRoutes(identity, shop.counter.waitlist).routes(),
        *CartRoutes(identity, shop.counter.carts, guesses).routes(),
        *SalesRoutes(identity, shop.counter.sales).routes(),
        *PreferenceRoutes(identity, shop.preferences).routes(),
        *PacketRoutes(identity, wire.packets).routes(),
        *GiftRoutes(identity, shop.counter.gifts).routes(),
        *ModerationRoutes(identity, shop.moderation_log, wire.audit_board).routes(),
        *_desk_routes(shop, wire).routes(),
        *DepartureRoutes(identity, shop.departures).routes(),
        *EligibilityRoutes(identity, shop.gate.eligibility).routes(),
        *InvitationRoutes(identity, shop.gate.invitations, shop.gate.applications).routes(),
        *RetentionRoutes(identity, shop.purge, shop.legal_holds).routes(),
        *SanctionRoutes(identity, shop.sanctions).routes(),
        *InterventionRoutes(identity, wire.interventions, shop.revocations).routes(),
        *AssistantRoutes(identity, shop.assistants).routes(),
        *MediaRoutes(identity, wire.broadcasting, shop.banned_addresses, shop.standings).routes(),
        *TopicExtraRoutes(identity, TopicBulk(shop.store, shop.topics, shop.second_looks), shop.topic_covers).routes(),
        *TaxonomyRoutes(identity, shop.taxonomy).routes(),
        *ReportRoutes(identity, shop.reports, shop.report_cases).routes(),
    ]


def _health(shop: Shop, wire: Wire, metrics: Metrics, media_metrics: MediaMetrics, stop: asyncio.Event) -> HealthRoutes:
    audit_metrics = AuditMetrics()
    metrics.registry.register(audit_metrics)
    retention_metrics = RetentionMetrics()
    metrics.registry.register(retention_metrics)

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
        try:
            audit_metrics.report = await wire.audit_board.get()
        except LivecartError:
            audit_metrics.report = None
        try:
            retention_metrics.removed, retention_metrics.holds = await shop.purge.figures()
        except LivecartError:
            retention_metrics.removed, retention_metrics.holds = {}, None
        return metrics.render()

    async def redis() -> str | None:
        return None if wire.bus.healthy else "the subscription to Redis is not heard"

    checks: dict[str, Check] = {"process": staying, "sql": sql, "redis": redis, "media": media}
    if shop.settings.demo:
        checks["demo"] = demo
    return HealthRoutes(checks, figures)
