"""The Store port on SQL: a transaction and the repositories that work in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql.agenda import SqlAgenda
from livecart.adapters.sql.assistants import SqlAssistants
from livecart.adapters.sql.bans import SqlBans
from livecart.adapters.sql.calls import SqlCalls
from livecart.adapters.sql.carts import SqlCarts
from livecart.adapters.sql.chat import SqlChat
from livecart.adapters.sql.chat_desks import SqlChatDesks
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.duels import SqlDuels
from livecart.adapters.sql.eligibility import SqlEligibility
from livecart.adapters.sql.evidence import SqlEvidence
from livecart.adapters.sql.figures import SqlFigures
from livecart.adapters.sql.follows import SqlFollows
from livecart.adapters.sql.gifts import SqlGifts
from livecart.adapters.sql.held_lines import SqlHeldLines
from livecart.adapters.sql.interventions import SqlInterventions
from livecart.adapters.sql.keys import SqlKeys
from livecart.adapters.sql.ledger import SqlWallets
from livecart.adapters.sql.moderation_log import SqlModerationLog
from livecart.adapters.sql.offers import SqlCoupons, SqlMovements, SqlOffers
from livecart.adapters.sql.orders import SqlOrders
from livecart.adapters.sql.outbox import SqlOutbox
from livecart.adapters.sql.packets import SqlPackets
from livecart.adapters.sql.payments import SqlPayments
from livecart.adapters.sql.people import SqlPeople, SqlSessions
from livecart.adapters.sql.preferences import SqlPreferences
from livecart.adapters.sql.products import SqlProducts
from livecart.adapters.sql.referrals import SqlReferrals
from livecart.adapters.sql.reminders import SqlReminders
from livecart.adapters.sql.reports import SqlReports, SqlStaffGroups
from livecart.adapters.sql.retention import SqlRetention
from livecart.adapters.sql.sales import SqlSales
from livecart.adapters.sql.sanctions import SqlSanctions
from livecart.adapters.sql.shows import SqlShows
from livecart.adapters.sql.stream_keys import SqlStreamKeys
from livecart.adapters.sql.taxonomy import SqlTaxonomy
from livecart.adapters.sql.topics import SqlTopics
from livecart.adapters.sql.waitlists import SqlWaitlists
from livecart.adapters.sql.word_lists import SqlWordLists


class SqlTransaction:
    """The repositories of one transaction, each made when it is first asked for.

    `lock`: rows that are loaded to be changed stay locked until the end (PostgreSQL; SQLite has one writer anyway).
    """

    def __init__(self, connection: AsyncConnection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    @cached_property
    def people(self) -> SqlPeople:
        return SqlPeople(self._connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._connection)

    @cached_property
    def bans(self) -> SqlBans:
        return SqlBans(self._connection)

    @cached_property
    def topics(self) -> SqlTopics:
        return SqlTopics(self._connection, lock=self._lock)

    @cached_property
    def products(self) -> SqlProducts:
        return SqlProducts(self._connection, lock=self._lock)

    @cached_property
    def shows(self) -> SqlShows:
        return SqlShows(self._connection, lock=self._lock)

    @cached_property
    def chat(self) -> SqlChat:
        return SqlChat(self._connection)

    @cached_property
    def chat_desks(self) -> SqlChatDesks:
        return SqlChatDesks(self._connection)

    @cached_property
    def follows(self) -> SqlFollows:
        return SqlFollows(self._connection)

    @cached_property
    def figures(self) -> SqlFigures:
        return SqlFigures(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self._connection)

    @cached_property
    def offers(self) -> SqlOffers:
        return SqlOffers(self._connection)

    @cached_property
    def coupons(self) -> SqlCoupons:
        return SqlCoupons(self._connection)

    @cached_property
    def movements(self) -> SqlMovements:
        return SqlMovements(self._connection)

    @cached_property
    def wallets(self) -> SqlWallets:
        return SqlWallets(self._connection)

    @cached_property
    def packets(self) -> SqlPackets:
        return SqlPackets(self._connection)

    @cached_property
    def gifts(self) -> SqlGifts:
        return SqlGifts(self._connection)

    @cached_property
    def payments(self) -> SqlPayments:
        return SqlPayments(self._connection)

    @cached_property
    def keys(self) -> SqlKeys:
        return SqlKeys(self._connection)

    @cached_property
    def evidence(self) -> SqlEvidence:
        return SqlEvidence(self._connection)

    @cached_property
    def log(self) -> SqlModerationLog:
        return SqlModerationLog(self._connection, lock=self._lock)

    @cached_property
    def carts(self) -> SqlCarts:
        return SqlCarts(self._connection, lock=self._lock)

    @cached_property
    def sales(self) -> SqlSales:
        return SqlSales(self._connection)

    @cached_property
    def preferences(self) -> SqlPreferences:
        return SqlPreferences(self._connection)

    @cached_property
    def agenda(self) -> SqlAgenda:
        return SqlAgenda(self._connection)

    @cached_property
    def waitlists(self) -> SqlWaitlists:
        return SqlWaitlists(self._connection)

    @cached_property
    def word_lists(self) -> SqlWordLists:
        return SqlWordLists(self._connection, lock=self._lock)

    @cached_property
    def calls(self) -> SqlCalls:
        return SqlCalls(self._connection, lock=self._lock)

    @cached_property
    def duels(self) -> SqlDuels:
        return SqlDuels(self._connection)

    @cached_property
    def held(self) -> SqlHeldLines:
        return SqlHeldLines(self._connection, lock=self._lock)

    @cached_property
    def eligibility(self) -> SqlEligibility:
        return SqlEligibility(self._connection)

    @cached_property
    def retention(self) -> SqlRetention:
        return SqlRetention(self._connection)

    @cached_property
    def sanctions(self) -> SqlSanctions:
        return SqlSanctions(self._connection)

    @cached_property
    def assistants(self) -> SqlAssistants:
        return SqlAssistants(self._connection)

    @cached_property
    def interventions(self) -> SqlInterventions:
        return SqlInterventions(self._connection)

    @cached_property
    def referrals(self) -> SqlReferrals:
        return SqlReferrals(self._connection)

    @cached_property
    def stream_keys(self) -> SqlStreamKeys:
        return SqlStreamKeys(self._connection)

    @cached_property
    def reminders(self) -> SqlReminders:
        return SqlReminders(self._connection, lock=self._lock)

    @cached_property
    def reports(self) -> SqlReports:
        return SqlReports(self._connection, lock=self._lock)

    @cached_property
    def staff_groups(self) -> SqlStaffGroups:
        return SqlStaffGroups(self._connection)

    @cached_property
    def taxonomy(self) -> SqlTaxonomy:
        return SqlTaxonomy(self._connection)


class SqlStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        async with self._database.read() as connection:
            yield SqlTransaction(connection, lock=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlTransaction]:
        async with self._database.write() as connection:
            yield SqlTransaction(connection, lock=True)
