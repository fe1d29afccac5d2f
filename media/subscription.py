"""One viewer of one slot: the layer it is on, the one it waits for, and how it came there."""

from __future__ import annotations

import secrets
from typing import Protocol

from media.core.allowance import Allowance
from media.core.choice import LayerChoice
from media.core.codecs import Codec
from media.core.journey import Journey
from media.core.renumber import STRAIGHT, Edge
from media.core.repair import Repair
from media.egress import Outlet
from media.layers import Layer


class Watching(Protocol):
    """What a slot wants of a viewer."""

    @property
    def pinned(self) -> float | None:
        """The layer it stays on: 0.0 is the lowest, 1.0 the highest, None lets its line decide."""

    def size(self, index: int) -> float:
        """How large it shows a slot: 0.0 is a small tile, 1.0 the whole picture."""

    @property
    def prompt(self) -> bool:
        """Whether it belongs to somebody who talks with the others, so that nothing may wait for company."""

    def outlet(self, index: int, video: Codec | None, audio: Codec | None) -> Outlet | None:
        """How the viewer gets this slot now; None if it gets nothing of it."""

    def allowance(self) -> Allowance:
        """What it may be resent."""

    def tell_clock(self, subscription: Subscription, now: float) -> None:
        """Send it a sender report."""

    def probe(self, subscription: Subscription, octets: int) -> None:
        """Send it so much of what it has already, to see whether it fits."""


class Subscription:
    """`layer` is where it gets packets (its audio alone, until the first key frame), `target` the one whose next key
    frame it waits for since `since`; `prompt` is for those on stage, who get everything at once."""

    __slots__ = ("choice", "journey", "layer", "outlet", "probe_bps", "prompt", "repair", "replay", "since", "target")

    def __init__(self, viewer: Watching, outlet: Outlet, layer: Layer, now: float) -> None:
        self.outlet = outlet
        self.prompt = viewer.prompt
        self.layer = layer
        self.target: Layer | None = None
        self.since = now
        self.journey = Journey()
        self.choice = LayerChoice(now)
        self.choice.pinned = viewer.pinned
        self.probe_bps = 0
        self.replay: object = None  # what is bringing it to the live edge
        # A low first number leaves the roll-over counter room, as with any new stream.
        self.repair = Repair(layer.flow.track.rtx_ssrc, secrets.randbelow(4_096), viewer.allowance())

    @property
    def wanted(self) -> Layer:
        """The layer that it is on, or will be."""
        return self.target or self.layer

    @property
    def settled(self) -> bool:
        """Whether it gets a picture, or is about to without waiting for anything."""
        return self.seen or self.replay is not None

    @property
    def seen(self) -> bool:
        """Whether it gets a picture."""
        outlet = self.layer.seats.get(self)
        return outlet is not None and outlet.video >= 0

    def picture_alone(self) -> Outlet:
        """How it gets packets of the present layer's picture besides those of its seat."""
        shift = None if self.journey.shift == STRAIGHT else self.journey.shift
        return self.outlet._replace(audio=-1, shift=shift)

    def sit(self, layer: Layer, *, picture: bool) -> None:
        """Get this layer's packets, with or without its picture, in place of another's."""
        self.layer.leave(self)
        self.layer = layer
        shift = None if self.journey.shift == STRAIGHT else self.journey.shift
        layer.seat(self, self.outlet._replace(shift=shift) if picture else self.outlet._replace(video=-1))

    def wait_for(self, layer: Layer, now: float) -> None:
        """Get on this layer at its next key frame."""
        self.stay()
        self.replay = None
        self.target = layer
        self.since = now
        layer.arriving[self] = None

    def stay(self) -> None:
        """Wait for no other layer any more."""
        if self.target is not None:
            self.target.arriving.pop(self, None)
            self.target = None

    def board(self, layer: Layer, first: Edge, now: float) -> None:
        """The key frame is there: `first` is the first packet that this viewer gets of the layer."""
        self.target = None
        self.journey.board(first, layer.ring, lambda: layer.edge)
        self.sit(layer, picture=True)
        self.choice.moved(now)

    def rest(self) -> None:
        """It gets nothing for now; whatever it gets later follows on what it got last."""
        self.replay = None
        self.stay()
        if self in self.layer.seats:
            self.journey.rest()
        self.layer.leave(self)

    def leave(self) -> None:
        """The viewer has gone."""
        self.probe_bps = 0
        self.replay = None
        self.stay()
        self.layer.leave(self)
