"""What belongs to duels of two hosts, put together for web processes and jobs."""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis

from livecart.adapters.redis.duel_scores import RedisScores
from livecart.adapters.redis.guest_media import RedisGuestMedia
from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.services.duel_book import DuelBook
from livecart.services.duel_keeping import DuelKeeping
from livecart.services.duels import DuelPorts, Duels, DuelTerms
from livecart.services.ports import Clock, Ids, Presence, ShowLog
from livecart.services.store import Store
from livecart.settings import Settings


@dataclass(frozen=True, slots=True)
class Duelling:
    duels: Duels
    keeping: DuelKeeping
    scores: RedisScores


@dataclass(frozen=True, slots=True)
class DuelGround:
    """What they stand on."""

    store: Store
    clock: Clock
    ids: Ids
    media: RedisMediaGateway
    presence: Presence
    log: ShowLog


def duelling(settings: Settings, redis: Redis, ground: DuelGround) -> Duelling:
    book, guests = DuelBook(ground.clock), RedisGuestMedia(ground.media)
    ports = DuelPorts(ground.store, ground.clock, ground.ids, guests, ground.presence, book)
    terms, scores = DuelTerms(settings.duel_answer_s * 1000, settings.duel_after_s * 1000), RedisScores(redis)
    return Duelling(Duels(ports, terms), DuelKeeping(ports, terms, scores, ground.log), scores)
