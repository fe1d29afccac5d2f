"""A host's packets on their way into his own slot, and into those of other shows of this process that show him too.

Each slot rewrites them in its own numbers, so nothing of it is shared but the publisher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from media.core import rtcp
from media.core.codecs import Codec
from media.core.rtp import RtpHeader
from media.slots import AskPublisher, Slot
from media.subscription import Watching
from media.tracks import Origin

Viewers = Callable[[], Iterable[Watching]]


class Intake(Protocol):
    """Where a publisher's packets go: a slot, or a fan."""

    def attach(self, ask_publisher: AskPublisher, rids: Sequence[str] = ("",), *, deaf: bool = False) -> None: ...

    def use(self, kind: str, codec: Codec, viewers: Iterable[Watching]) -> None: ...

    def push(self, origin: Origin, data: bytes, header: RtpHeader, *, late: bool = False) -> bool: ...

    def sender_report(self, origin: Origin, report: rtcp.SenderClock) -> None: ...

    def ask_for_all(self) -> None: ...


class Fan:
    """An intake of one slot and any number of others, each with the viewers of its show."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._others: dict[Slot, Viewers] = {}
        # What the publisher is, for those who come later; None while there is none.
        self._attached: tuple[AskPublisher, Sequence[str], bool] | None = None

    def __len__(self) -> int:
        """How many other slots there are."""
        return len(self._others)

    def add(self, slot: Slot, viewers: Viewers) -> None:
        """The slot gets everything from now on, and its viewers a picture as soon as there is a key frame."""
        self._others[slot] = viewers
        if self._attached is None:
            return
        ask, rids, deaf = self._attached
        slot.attach(ask, rids, deaf=deaf)
        for kind in ("video", "audio"):
            codec = self._slot.track(kind).codec
            if codec is not None:
                slot.use(kind, codec, viewers())
        slot.ask_for_all()

    def remove(self, slot: Slot) -> None:
        """No more; nothing happens if it gets nothing."""
        if self._others.pop(slot, None) is not None:
            slot.detach()

    def attach(self, ask_publisher: AskPublisher, rids: Sequence[str] = ("",), *, deaf: bool = False) -> None:
        self._attached = ask_publisher, rids, deaf
        for slot in self._all():
            slot.attach(ask_publisher, rids, deaf=deaf)

    def detach(self) -> None:
        """The publisher has gone."""
        self._attached = None
        for slot in self._all():
            slot.detach()

    def use(self, kind: str, codec: Codec, viewers: Iterable[Watching]) -> None:
        self._slot.use(kind, codec, viewers)
        for slot, theirs in self._others.items():
            slot.use(kind, codec, theirs())

    def push(self, origin: Origin, data: bytes, header: RtpHeader, *, late: bool = False) -> bool:
        """What the host's own slot says of the packet; the others forget a stray one by themselves."""
        for slot in self._others:
            slot.push(origin, data, header, late=late)
        return self._slot.push(origin, data, header, late=late)

    def sender_report(self, origin: Origin, report: rtcp.SenderClock) -> None:
        for slot in self._all():
            slot.sender_report(origin, report)

    def ask_for_all(self) -> None:
        for slot in self._all():
            slot.ask_for_all()

    def _all(self) -> tuple[Slot, ...]:
        return self._slot, *self._others
