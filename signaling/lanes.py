"""What a slow socket loses first."""

from __future__ import annotations

from enum import IntEnum


class Lane(IntEnum):
    """What a slow socket loses first is what stands last."""

    MONEY = 1
    HOST = 2
    CHAT = 3
    CROWD = 4
