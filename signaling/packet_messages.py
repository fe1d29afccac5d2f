"""What a room is told of a red packet while it is claimed, and when it is over. Registered in messages.py."""

from __future__ import annotations

import msgspec

from livecart.domain.red_packet import PacketState
from signaling.objects import Luckiest, Money


class PacketClaimed(msgspec.Struct, frozen=True):
    """How many have claimed or entered so far, a few times a second at most; `names` of the last are shortened."""

    packet: str
    claimed: int
    entrants: int
    left: int
    names: list[str]
    version: int


class PacketClosed(msgspec.Struct, frozen=True):
    """It is over: all claimed, drawn, or expired. What nobody got is refunded, and the proof is complete."""

    packet: str
    state: PacketState
    claimed: int
    claimed_total: Money
    refunded: Money
    entrants: int
    luckiest: Luckiest | None
    version: int
