"""What the shop stands on, made of the settings: how long records are kept, the secret, rates over all processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livecart.adapters.limits import NoSharedRates
from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.rates import TIMEOUT_S, RedisRates
from livecart.adapters.system import SystemClock
from livecart.services.ports import SharedRates
from livecart.services.purging import Periods
from livecart.services.store_retention import RecordKind
from livecart.settings import Settings


def periods_of(settings: Settings) -> Periods:
    return Periods({kind: getattr(settings, f"{kind}_kept_days") for kind in RecordKind})


def secret_of(settings: Settings) -> str:
    """What was given, or else what `serve` made; the operator's commands are given none."""
    made = settings.data_dir / "secret"
    return settings.secret or (made.read_text().strip() if made.is_file() else "")


@asynccontextmanager
async def open_rates(settings: Settings, clock: SystemClock) -> AsyncIterator[SharedRates]:
    if not settings.redis_url:
        yield NoSharedRates()
        return
    redis = connect(settings.redis_url, timeout_s=TIMEOUT_S)
    try:
        yield RedisRates(redis, clock)
    finally:
        await redis.aclose()
