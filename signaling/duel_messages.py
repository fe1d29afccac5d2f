"""Duels of two hosts: what is asked, and what is told. Registered in messages.py; `duel` and `show` are ids."""

from __future__ import annotations

import msgspec

from livecart.domain.duel import DuelState
from signaling.fields import Count, Id
from signaling.objects import Person


class DuelInvite(msgspec.Struct, frozen=True):
    """The host of the joined show asks the host of another live one; if that one has asked him meanwhile, it begins."""

    show: Id
    minutes: Count


class DuelAccept(msgspec.Struct, frozen=True):
    """The clock starts."""

    duel: Id


class DuelDecline(msgspec.Struct, frozen=True):
    duel: Id


class DuelEnd(msgspec.Struct, frozen=True):
    """Takes one's invitation back, or ends what runs: either host, or whoever looks after one of the shows."""

    duel: Id


DuelRequest = DuelInvite | DuelAccept | DuelDecline | DuelEnd

DUEL_REQUESTS: dict[str, type[DuelRequest]] = {
    "duel.invite": DuelInvite,
    "duel.accept": DuelAccept,
    "duel.decline": DuelDecline,
    "duel.end": DuelEnd,
}


class DuelSide(msgspec.Struct, frozen=True):
    """One of the two shows with its host. `slot`: where the other host is seen in this show. `lost`: nothing comes of
    this host now."""

    show: str
    title: str
    user: Person
    slot: int | None
    score: int
    lost: bool


class Duel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two hosts who are together, or might be: `home` invited, `away` was invited.

    `running`: the clock runs until `until`. `after`: the score stands, and both stay until `until`. `winner` is a
    show's id once the clock has run out (`decided`), null for a draw. Of two, the one with the higher version is true.
    """

    id: str
    state: DuelState
    minutes: int
    home: DuelSide
    away: DuelSide
    decided: bool
    winner: str | None
    version: int
    started_at: str | None = None
    until: str | None = None
    reason: str | None = None


class DuelTold(msgspec.Struct, frozen=True):
    """`duel.invite` to the two hosts, of an invitation; `duel.state` to both rooms, of what has begun."""

    duel: Duel


class DuelScore(msgspec.Struct, frozen=True):
    """Likes of both audiences so far; the last word is in `duel.state`."""

    duel: str
    home: int
    away: int
