"""How review goes: how old the queue is, how much is decided, and how often another moderator saw it otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from livecart.domain.people import Permission, Person
from livecart.domain.topic import ReferralKind, TopicStatus
from livecart.services.ports import Clock
from livecart.services.store_desk import Decided, DeskReading

HOUR_MS = 3_600_000
HOURS = 24
SECOND_LOOKS_MS = 30 * 24 * HOUR_MS


class DeskFigures:
    def __init__(self, desk: DeskReading, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    async def get(self, person: Person) -> dict[str, Any]:
        """Raises ForbiddenError, UnavailableError."""
        person.require(Permission.REVIEW_TOPIC)
        now_ms = self._clock.now_ms()
        age = await self._desk.queue_age()
        decided = await self._desk.decided_since(now_ms - HOURS * HOUR_MS)
        looks = await self._desk.second_looks_since(now_ms - SECOND_LOOKS_MS)
        appeals = [look.decided for look in looks if look.kind == ReferralKind.APPEAL]
        judged = [status for status in appeals if status is not None]
        overturned = sum(status != TopicStatus.REJECTED for status in judged)
        opinions = [look.decided for look in looks if look.kind == ReferralKind.SECOND_OPINION]
        return {
            "queue": {
                "waiting": age.waiting,
                "oldest_wait_s": _seconds_since(age.oldest_ms, now_ms),
                "median_wait_s": _seconds_since(age.median_ms, now_ms),
            },
            "decisions": {
                "by_hour": _by_hour(decided, now_ms),
                "by_status": dict(Counter(each.status for each in decided)),
                "median_wait_s": _median_s([each.waited_ms for each in decided if each.waited_ms is not None]),
            },
            "appeals": {
                "made": len(appeals),
                "judged": len(judged),
                "overturned": overturned,
                "overturn_rate": round(overturned / len(judged), 4) if judged else None,
            },
            "second_opinions": {"asked": len(opinions), "judged": sum(status is not None for status in opinions)},
        }


def _seconds_since(at_ms: int | None, now_ms: int) -> int | None:
    return None if at_ms is None else max(0, now_ms - at_ms) // 1000


def _median_s(waits_ms: Sequence[int]) -> int | None:
    return int(median(waits_ms)) // 1000 if waits_ms else None


def _by_hour(decided: Sequence[Decided], now_ms: int) -> list[int]:
    """Of the last 24 hours, the newest last."""
    counts = [0] * HOURS
    for each in decided:
        hours_ago = (now_ms - each.at_ms) // HOUR_MS
        if 0 <= hours_ago < HOURS:
            counts[HOURS - 1 - hours_ago] += 1
    return counts
