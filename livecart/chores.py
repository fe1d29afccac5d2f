"""What is done by the clock, one line each: how often, and what must be there to be done (agenda.py). How jobs run is
jobs.py's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from livecart.adapters.redis.media_news import MediaNews
from livecart.adapters.redis.wall import RedisWallBoard
from livecart.agenda import Agenda
from livecart.app import Shop, Wire, open_shop, open_wire
from livecart.jobs import BANS_EVERY_S, Chore, Jobs
from livecart.services.gifts import ENDED_AT_ONCE
from livecart.services.interventions import AT_ONCE as STOPPED_AT_ONCE
from livecart.services.red_packets import DUE_AT_ONCE
from livecart.services.refunds import SENT_AT_ONCE
from livecart.services.relaying import OutboxRelay
from livecart.services.reminders import SENT_AT_ONCE as REMINDED_AT_ONCE
from livecart.services.retention import Retention
from livecart.services.standing_audit import StandingAudit
from livecart.services.store_agenda import Task
from livecart.services.topics import AT_ONCE as TOPICS_AT_ONCE
from livecart.services.wall import WallCamera
from livecart.settings import Settings
from livecart.wall_pictures import take_due

# A draw is awaited by everybody who entered.
PACKETS_EVERY_S = 0.1
GIFTS_EVERY_S = 0.5
CALLS_EVERY_S = 0.5
# Of what waits by itself.
AT_ONCE_S = 0.0
DUELS_EVERY_S = 0.5
# Deadlines of warnings.
INTERVENTIONS_EVERY_S = 1.0
PURGE_EVERY_S = 3600.0
REFUNDS_EVERY_S = 1.0
WAITLISTS_EVERY_S = 1.0
TOPICS_EVERY_S = 30.0
# What was decided since the last signature could be rewritten unseen by whoever writes to SQL.
HEADS_EVERY_S = 30.0
REMINDERS_EVERY_S = 1.0
WALL_EVERY_S = 1.0


def make_jobs(shop: Shop, wire: Wire) -> Jobs:
    relay = OutboxRelay(shop.store, wire.show_log)
    # Chat goes with the purge, which says how much went.
    retention = Retention(shop.store, pictures=shop.pictures)
    wake = shop.database.committed if shop.settings.uses_sqlite else None
    return Jobs(
        relay,
        shop.counter.orders,
        retention,
        wire.shows,
        wire.media,
        shop.bans,
        shop.clock,
        wake,
        Agenda(shop.store, shop.clock),
        _chores(shop, wire),
    )


def _chores(shop: Shop, wire: Wire) -> Sequence[Chore]:
    async def send_refunds() -> None:
        while await shop.counter.refunds.send_due(shop.clock.now_ms()) >= SENT_AT_ONCE:
            pass

    async def settle_packets() -> None:
        while await wire.packets.do_due(shop.clock.now_ms()) >= DUE_AT_ONCE:
            pass

    async def end_streaks() -> None:
        while await shop.counter.gifts.do_due(shop.clock.now_ms()) >= ENDED_AT_ONCE:
            pass

    async def tend_waitlists() -> None:
        await shop.counter.waitlist.tend_due(shop.clock.now_ms())

    async def expire_topics() -> None:
        while await shop.topics.expire_due() >= TOPICS_AT_ONCE:
            pass

    async def remind() -> None:
        while await wire.reminders.send_due() >= REMINDED_AT_ONCE:
            pass

    camera = WallCamera(shop.store, RedisWallBoard(wire.redis), wire.media, wire.drawing)

    async def see_to_sanctions() -> None:
        await shop.sanctions.enforce(wire.media)

    async def see_to_interventions() -> None:
        await wire.interventions.close_due_offers()
        while await wire.interventions.stop_overdue() >= STOPPED_AT_ONCE:
            pass

    audit = StandingAudit(shop.store, shop.audit, wire.audit_board, shop.clock)
    return [
        Chore("packets", PACKETS_EVERY_S, settle_packets, [Task.PACKETS]),
        Chore("gifts", GIFTS_EVERY_S, end_streaks, [Task.GIFTS]),
        Chore("calls", CALLS_EVERY_S, wire.stage_keeping.run_once, [Task.CALLS, Task.CALL_QUEUES]),
        Chore("speakers", AT_ONCE_S, MediaNews(wire.redis, wire.show_log, shop.clock, shop.ids).run_once),
        Chore("duels", DUELS_EVERY_S, wire.duelling.keeping.run_once, [Task.DUELS]),
        Chore("refunds", REFUNDS_EVERY_S, send_refunds, [Task.REFUNDS]),
        Chore("waitlists", WAITLISTS_EVERY_S, tend_waitlists, [Task.WAITLISTS]),
        Chore("audit", shop.settings.audit_every_s, audit.run_once),
        Chore("sanctions", BANS_EVERY_S, see_to_sanctions, [Task.SANCTIONS]),
        Chore("interventions", INTERVENTIONS_EVERY_S, see_to_interventions, [Task.WARNINGS, Task.CLOSURES]),
        Chore("topics", TOPICS_EVERY_S, expire_topics),
        Chore("log heads", HEADS_EVERY_S, shop.log_marks.sign),
        Chore("wall", WALL_EVERY_S, lambda: take_due(camera), [Task.WALL]),
        Chore("reminders", REMINDERS_EVERY_S, remind, [Task.REMINDERS]),
        Chore("old reminders", PURGE_EVERY_S, wire.reminders.forget_ended),
        Chore("purge", PURGE_EVERY_S, shop.purge.run),
    ]


async def run_jobs(settings: Settings, stop: asyncio.Event) -> None:
    async with open_shop(settings) as shop, open_wire(shop) as wire:
        await make_jobs(shop, wire).run(stop)
