"""The composition root: builds the parts of a web or jobs process from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.images import PillowPictures
from livecart.adapters.limits import AccountLimits
from livecart.adapters.list_reading import ThreadedListReading
from livecart.adapters.log_marks import FILE as MARKS_FILE
from livecart.adapters.log_marks import Ed25519MarkKey, MarkFile
from livecart.adapters.passwords import Argon2Passwords
from livecart.adapters.redis.audit_board import RedisAuditBoard
from livecart.adapters.redis.bus import RedisBus
from livecart.adapters.redis.connection import connect, connect_subscriber
from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.redis.presence import RedisPresence
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.redis.watch_times import RedisWatchTimes
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.open_sessions import SqlOpenSessions
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.stills import DrawingProcess
from livecart.adapters.system import RandomIds, RandomSeeds, SystemClock
from livecart.adapters.tokens import JwtPublishTokens, RandomTokens, address_digests
from livecart.adapters.web_push import WebPushSender, push_sender
from livecart.counter import Counter, Ground, open_counter
from livecart.demo import Demo
from livecart.domain.limits import Rate
from livecart.domain.places import live_under
from livecart.duelling import DuelGround, Duelling, duelling
from livecart.groundwork import open_rates, periods_of, secret_of
from livecart.services.accounts import Accounts, Credentials
from livecart.services.assistants import Assistants
from livecart.services.audit import Audit
from livecart.services.bans import BannedAddresses, Bans
from livecart.services.broadcasting import Broadcasting
from livecart.services.call_book import CallBook
from livecart.services.call_queue import CallQueue
from livecart.services.calls import CallPorts, Calls, CallTerms
from livecart.services.catalog import Catalog
from livecart.services.chat_filter import ChatFilter
from livecart.services.departures import Departures
from livecart.services.eligibility import Eligibility
from livecart.services.follows import Follows
from livecart.services.held_lines import HeldLines
from livecart.services.ice import IceServers
from livecart.services.interventions import Interventions
from livecart.services.invitations import Applications, Invitations
from livecart.services.legal_holds import LegalHolds
from livecart.services.log_marks import LogMarks
from livecart.services.log_proof import LogProof
from livecart.services.moderation_log import ModerationLog
from livecart.services.packet_conditions import PacketConditions
from livecart.services.packet_requests import PacketTiming
from livecart.services.pictures import ProductPictures
from livecart.services.ports import SharedRates
from livecart.services.preferences import OwnPreferences
from livecart.services.purging import Purge
from livecart.services.red_packets import PacketPorts, RedPackets
from livecart.services.reminders import PushTerms, Reminders
from livecart.services.report_cases import ReportCases
from livecart.services.reports import Reports
from livecart.services.revoking import Revocations
from livecart.services.sanctions import Sanctions
from livecart.services.shows import Shows
from livecart.services.stage_keeping import StageKeeping
from livecart.services.standings import Standings
from livecart.services.stream_keys import StreamKeys
from livecart.services.taxonomy import TaxonomyDesk
from livecart.services.topic_covers import TopicCovers
from livecart.services.topic_second_looks import SecondLooks
from livecart.services.topics import TopicReview
from livecart.services.wallets import Wallets
from livecart.services.word_lists import WordLists
from livecart.settings import Settings

DAY_MS = 24 * 3600 * 1000
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may go live."""

    eligibility: Eligibility
    invitations: Invitations
    applications: Applications


@dataclass(frozen=True, slots=True)
class Shop:
    """What SQL alone can do; the operator's commands need no more."""

    settings: Settings
    database: Database
    store: SqlStore
    clock: SystemClock
    ids: RandomIds
    tokens: RandomTokens
    counter: Counter
    accounts: Accounts
    bans: Bans
    banned_addresses: BannedAddresses
    standings: Standings
    sanctions: Sanctions
    assistants: Assistants
    revocations: Revocations
    follows: Follows
    catalog: Catalog
    pictures: ProductPictures
    topics: TopicReview
    second_looks: SecondLooks
    audit: Audit
    moderation_log: ModerationLog
    log_marks: LogMarks
    preferences: OwnPreferences
    rates: SharedRates
    limits: AccountLimits
    words: ChatFilter
    word_lists: WordLists
    gate: Gate
    legal_holds: LegalHolds
    purge: Purge
    departures: Departures
    reports: Reports
    report_cases: ReportCases
    taxonomy: TaxonomyDesk
    topic_covers: TopicCovers

    def demo(self) -> Demo:
        return Demo(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.catalog,
            self.pictures,
            self.topics,
            self.topic_covers,
            # The demo's people get what they have, whatever the settings say of others.
            Wallets(self.store, self.counter.committer, self.ids, self.settings.currency, free=True),
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
    watch_times: RedisWatchTimes
    packets: RedPackets
    held: HeldLines
    drawing: DrawingProcess
    interventions: Interventions
    calls: Calls
    call_queue: CallQueue
    stage_keeping: StageKeeping
    duelling: Duelling
    stream_keys: StreamKeys
    reminders: Reminders


@asynccontextmanager
async def open_shop(settings: Settings) -> AsyncIterator[Shop]:
    live_under(settings.prefix)
    clock = SystemClock()
    async with open_rates(settings, clock) as rates, _open_shop(settings, clock, rates) as shop:
        yield shop


@asynccontextmanager
async def _open_shop(settings: Settings, clock: SystemClock, rates: SharedRates) -> AsyncIterator[Shop]:
    database = Database(settings.database, patience_ms=settings.database_patience_ms)
    ids, tokens, store = RandomIds(), RandomTokens(), SqlStore(database)
    orders_rate = Rate(settings.orders_per_person, settings.orders_per_person)
    limits = AccountLimits(clock, settings.limits_exempt, rates, {"orders": orders_rate})
    passwords, pictures, reading = Argon2Passwords(), PillowPictures(settings.images), ThreadedListReading()
    words = ChatFilter(store, reading)
    digests = address_digests(settings.secret)
    addresses, standings = BannedAddresses(store, clock, ids, digests), Standings(store, clock, digests)
    sessions = SqlOpenSessions(store, clock)
    key, copies = Ed25519MarkKey(secret_of(settings)), MarkFile(settings.data_dir / MARKS_FILE)
    log_marks = LogMarks(store, clock, key, copies)
    await sessions.start()
    try:
        async with open_counter(settings, Ground(database, store, clock, ids)) as counter:
            yield Shop(
                settings=settings,
                database=database,
                store=store,
                counter=counter,
                clock=clock,
                ids=ids,
                tokens=tokens,
                accounts=Accounts(store, clock, ids, Credentials(passwords, tokens, sessions), limits, words),
                bans=Bans(store, clock, ids, addresses),
                banned_addresses=addresses,
                standings=standings,
                sanctions=Sanctions(store, clock, ids, standings),
                assistants=Assistants(store, clock, ids, standings),
                revocations=Revocations(store, clock, ids),
                follows=Follows(store, clock, limits),
                catalog=Catalog(store, clock, settings.product_domains),
                pictures=ProductPictures(store, pictures, limits, clock),
                topics=TopicReview(
                    store, clock, ids, settings.approval_days * DAY_MS, others=settings.review_other_groups
                ),
                second_looks=SecondLooks(store, clock, ids),
                audit=Audit(store, LogProof(key, copies)),
                moderation_log=ModerationLog(store),
                log_marks=log_marks,
                preferences=OwnPreferences(store, clock, settings.currency),
                rates=rates,
                limits=limits,
                words=words,
                word_lists=WordLists(store, clock, ids, reading),
                gate=Gate(Eligibility(store, clock), Invitations(store, clock), Applications(store, clock)),
                legal_holds=LegalHolds(store, clock, ids),
                purge=Purge(store, clock, ids, periods_of(settings), log_marks),
                departures=Departures(store, clock, ids, passwords, limits),
                reports=Reports(store, clock, ids),
                report_cases=ReportCases(store, clock, ids, others=settings.review_other_groups),
                taxonomy=TaxonomyDesk(store, clock),
                topic_covers=TopicCovers(store, pictures, limits, clock),
            )
    finally:
        await sessions.close()
        passwords.close()
        pictures.close()
        reading.close()
        await database.close()


@asynccontextmanager
async def open_wire(shop: Shop) -> AsyncIterator[Wire]:
    redis = connect(shop.settings.redis_url)
    subscriber = connect_subscriber(shop.settings.redis_url)
    show_log = RedisShowLog(redis)
    drawing = DrawingProcess()
    try:
        media = RedisMediaGateway(redis, shop.clock, shop.ids)
        presence = RedisPresence(redis)
        watch_times = RedisWatchTimes(redis, presence)
        grants = JwtPublishTokens(shop.settings.secret)
        calls, terms = (
            CallPorts(shop.store, shop.clock, shop.ids, media, CallBook(shop.clock, grants)),
            _call_terms(shop),
        )
        async with media.running(), _pushing(shop) as pushing:
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
                    grants,
                    shop.tokens,
                    IceServers(shop.settings.ice_servers, shop.settings.turn_urls, shop.settings.turn_secret),
                ),
                reminders=Reminders(
                    shop.store, shop.clock, shop.ids, shop.limits, pushing, PushTerms(shop.settings.push_services)
                ),
                stream_keys=StreamKeys(shop.store, shop.clock, media, grants),
                watch_times=watch_times,
                packets=_red_packets(shop, watch_times),
                held=HeldLines(shop.store, show_log, shop.clock),
                drawing=drawing,
                interventions=Interventions(shop.store, shop.clock, shop.ids, shop.counter.committer, media),
                calls=Calls(calls, terms),
                call_queue=CallQueue(shop.store, shop.clock, calls.book, terms),
                stage_keeping=StageKeeping(calls, terms),
                duelling=duelling(
                    shop.settings, redis, DuelGround(shop.store, shop.clock, shop.ids, media, presence, show_log)
                ),
            )
    finally:
        await drawing.close()
        await subscriber.aclose()
        await redis.aclose()


def _pushing(shop: Shop) -> AbstractAsyncContextManager[WebPushSender]:
    address = shop.settings.address
    # RFC 8292 section 2.1 takes no plain http here.
    contact = address if address.startswith("https:") else "mailto:operator@localhost"
    return push_sender(shop.clock, secret_of(shop.settings), shop.settings.push_services, contact)


def _call_terms(shop: Shop) -> CallTerms:
    settings = shop.settings
    return CallTerms(settings.call_answer_s * 1000, settings.call_minutes, settings.call_lost_s * 1000)


def _red_packets(shop: Shop, watch_times: RedisWatchTimes) -> RedPackets:
    conditions = PacketConditions(shop.store, watch_times)
    ports = PacketPorts(shop.store, shop.counter.committer, shop.clock, shop.ids, RandomSeeds(), conditions)
    settings = shop.settings
    return RedPackets(ports, PacketTiming(settings.packet_draw_s, settings.packet_expiry_s, settings.currency))
