"""Several links that each carry one layer of the same host, as one slot with layers.

Each link is a publisher of its own, with its own losses and feedback; the slot sees one publisher with simulcast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from media.core import rtcp
from media.core.codecs import Codec
from media.core.rtp import RtpHeader
from media.slots import AskPublisher, Slot
from media.subscription import Watching
from media.tracks import Origin


class Rungs:
    """The links of one slot: `rids` are its layers, lowest first."""

    def __init__(self, slot: Slot, count: int) -> None:
        self.slot = slot
        self.rids = ("",) if count == 1 else tuple(str(number) for number in range(count))
        self._asked: dict[str, AskPublisher] = {}

    def attach(self, rid: str, ask: AskPublisher) -> None:
        """The layer's link is there."""
        first = not self._asked
        self._asked[rid] = ask
        if first:
            self.slot.attach(self._ask, self.rids)

    def _ask(self, rid: str) -> None:
        ask = self._asked.get(rid)
        if ask is not None:
            ask("")  # what a link carries has no name on it


class Rung:
    """One link's way into the slot: an `Intake`."""

    def __init__(self, rungs: Rungs, rid: str) -> None:
        self._rungs = rungs
        self._rid = rid
        self._slot = rungs.slot

    def attach(self, ask_publisher: AskPublisher, rids: Sequence[str] = ("",), *, deaf: bool = False) -> None:
        del rids, deaf
        self._rungs.attach(self._rid, ask_publisher)

    def use(self, kind: str, codec: Codec, viewers: Iterable[Watching]) -> None:
        self._slot.use(kind, codec, viewers)

    def push(self, origin: Origin, data: bytes, header: RtpHeader, *, late: bool = False) -> bool:
        return self._slot.push(self._named(origin), data, header, late=late)

    def sender_report(self, origin: Origin, report: rtcp.SenderClock) -> None:
        self._slot.sender_report(self._named(origin), report)

    def ask_for_all(self) -> None:
        self._slot.ask_for_all()

    def _named(self, origin: Origin) -> Origin:
        return origin._replace(rid=self._rid) if origin.kind == "video" else origin
