"""Somebody's wish to be told when a show begins, kept until it was told or the show is over."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.ids import PersonId, ShowId
from livecart.domain.web_push import Subscription

# Whoever waits for more than this forgot the first.
PER_PERSON_MAX = 50
TRIES_MAX = 5
_FIRST_WAIT_MS = 10_000
_TITLE_MAX = 120
_WORDS = {"en": "{host} is live now. Come and watch.", "zh": "{host} 开播啦，快来看！"}  # noqa: RUF001 -- Chinese has its own signs


@dataclass(frozen=True, slots=True)
class Reminder:
    """`language`: of the page on which it was asked for. `tries`: how often sending was begun."""

    id: str
    show: ShowId
    person: PersonId
    subscription: Subscription
    language: str
    made_at_ms: int
    tries: int = 0
    next_at_ms: int = 0


def wait_ms(tries: int) -> int:
    """How long after the try of this number the next one is due: 10 s, 30 s, 90 s …"""
    return _FIRST_WAIT_MS * int(3 ** max(0, tries - 1))


def words(title: str, host: str, language: str) -> tuple[str, str]:
    """Title and text of what is shown."""
    return title[:_TITLE_MAX], _WORDS.get(language, _WORDS["en"]).format(host=host[:_TITLE_MAX])
