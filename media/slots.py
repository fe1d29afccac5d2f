"""A slot of a show: one outgoing video and one outgoing audio that outlive their publishers.

Slot 0 is the host, slots 1 to 3 the callers. Whoever publishes, and whichever layer of simulcast a viewer is on,
viewers see one endless stream per medium: the same SSRC, continuous numbers, sender reports moved by the same
offsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from media.core import rtcp
from media.core.budget import Place
from media.core.choice import LayerChoice
from media.core.codecs import OPUS, VP8, Codec
from media.core.frames import Frame
from media.core.rtp import RtpHeader
from media.egress import Egress, SentFrame
from media.layers import Layer
from media.replay import GATHER_S, Replay
from media.still import Still, Stills
from media.subscription import Subscription, Watching
from media.tracks import Clock, Flow, Origin, Track

MAX_REPLAYING = 40  # takes a fifth of a core; who is left out waits for a key frame, which costs nothing
TOGETHER_S = 0.1  # after a picture of one layer those of the others are near
PROBE_EACH_S = 0.02
REVERSED = 1.2  # layers that are offered from the highest down: the first carries so many times the last's rate

Later = Callable[[float, Callable[[], None]], object]
AskPublisher = Callable[[str], None]


class Slot:
    """Packets of the slot's publisher in, frames to the slot's viewers out."""

    def __init__(self, index: int, egress: Egress, clock: Callable[[], float], later: Later) -> None:
        self.index = index
        self.video = Track("video", VP8.clock_rate)
        self.audio = Track("audio", OPUS.clock_rate)
        self.sound = Flow(self.audio)
        self.layers: tuple[Layer, ...] = (Layer("", self.video),)
        self.subscriptions: dict[Watching, Subscription] = {}
        self.ask_publisher: AskPublisher | None = None
        self._stills = Stills()
        # A microphone that is switched off here, whatever its page does.
        self.muted = False
        self._egress = egress
        self._clock = clock
        self._later = later

    def track(self, kind: str) -> Track:
        """The outgoing track of a kind."""
        return self.video if kind == "video" else self.audio

    def attach(self, ask_publisher: AskPublisher, rids: Sequence[str] = ("",), *, deaf: bool = False) -> None:
        """A publisher takes the slot; `ask_publisher` asks it for a key frame of a layer, unless it is known to be
        `deaf` to that; `rids` are its layers."""
        self.ask_publisher = ask_publisher
        if {layer.rid for layer in self.layers} != set(rids):
            self.layers = tuple(Layer(rid, self.video) for rid in rids)
            for subscription in self.subscriptions.values():
                self._arrive(subscription)
        for layer in self.layers:
            layer.keyframes.restart(deaf=deaf)

    def detach(self) -> None:
        """The publisher has gone; the tracks stay for the next one."""
        self.ask_publisher = None

    def use(self, kind: str, codec: Codec, viewers: Iterable[Watching]) -> None:
        """The publisher sends this codec from now on: viewers get their payload type for it."""
        track = self.track(kind)
        if track.codec == codec:
            return
        track.codec = codec
        if kind == "video":
            for layer in self.layers:
                layer.ring.restart(codec)
        for viewer in viewers:
            self.joined(viewer)

    def audience(self, *, listens: bool) -> None:
        """The audience hears the slot from now on, or not; the stage does in any case."""
        if listens:
            self.sound.go_on()
        else:
            self.sound.pause()

    def joined(self, viewer: Watching) -> None:
        """One viewer more, or what it can be sent has changed. Its sound begins at once, its picture with a key frame:
        what comes before one is no picture to anybody."""
        outlet = viewer.outlet(self.index, self.video.codec, self.audio.codec)
        known = self.subscriptions.get(viewer)
        if outlet is None:
            # It may get something of the slot again, and then goes on where it was.
            if known is not None:
                known.rest()
            return
        if known is None:
            known = self.subscriptions[viewer] = Subscription(viewer, outlet, self.layers[0], self._clock())
        known.outlet = outlet
        known.prompt = viewer.prompt
        known.choice.size = viewer.size(self.index)
        self._arrive(known)

    def left(self, viewer: Watching) -> None:
        """One viewer less."""
        subscription = self.subscriptions.pop(viewer, None)
        if subscription is not None:
            subscription.leave()

    def push(self, origin: Origin, data: bytes, header: RtpHeader, *, late: bool = False) -> bool:
        """Take one packet of the publisher; False for a stray one. A late one goes out at once and alone: its
        frame has gone, and the one that is being collected must not be torn apart for it."""
        now = self._clock()
        if origin.kind != "video":
            return self._push_audio(origin, data, header, late=late, now=now)
        layer = self.layer(origin.rid)
        packet = layer.flow.take(origin, data, header, now, self._beside(layer, now))
        if packet is None:
            return False
        if late:
            self._egress.send(layer.finish_late(packet, now), layer.holders(packet))
            return True
        layer.last = now
        for frame in layer.collector.video(packet, now):
            self._emit(layer, frame)
        self._arm(layer, now)
        return True

    def layer(self, rid: str) -> Layer:
        """The layer of this name; the first for an unknown one."""
        return next((layer for layer in self.layers if layer.rid == rid), self.layers[0])

    def sender_report(self, origin: Origin, report: rtcp.SenderClock) -> None:
        """Pass the publisher's clock on to all viewers, in their numbers (lip sync)."""
        now = self._clock()
        video = origin.kind == "video"
        flow = self.layer(origin.rid).flow if video else self.sound
        flow.clock = Clock(origin.source, report.ntp, report.timestamp, now)
        if video and len(self.layers) > 1:
            self._align()
        compound = flow.report(now)
        if compound is None:
            return
        for layer in self.layers:
            if layer.flow is flow or not video:
                self._egress.report(compound, (*layer.prompt, *layer.outlets))

    def want_key_frame(self, layer: Layer) -> None:
        """A viewer waits for this layer, or has lost its picture."""
        if self.ask_publisher is None:
            return
        now = self._clock()
        if layer.keyframes.ask(now):
            self.ask_publisher(layer.rid)
        else:
            due = layer.keyframes.deadline()
            if due is not None:
                self._later(due - now, lambda: self._ask_again(layer))

    def ask_for_all(self) -> None:
        """Every layer that is watched needs a key frame."""
        for layer in self.layers:
            if layer.wanted:
                self.want_key_frame(layer)

    def tick(self, now: float) -> None:
        """Twice a second: what layers carry, and who should be on another one."""
        for layer in self.layers:
            layer.meter.look(layer.flow, now)
            if layer.arriving and layer.active(now):
                self.want_key_frame(layer)
                self._catch_up(layer)
        self._stills.tick(self.layers, now)
        if len(self.layers) > 1:
            steady = [layer.meter.bps for layer in self.layers if layer.meter.steady]
            if len(steady) > 1 and steady[0] > REVERSED * steady[-1]:
                self.layers = self.layers[::-1]
            active = [layer for layer in self.layers if layer.active(now)]
            rates = [layer.meter.bps for layer in active]
            for viewer, subscription in self.subscriptions.items() if active else ():
                self._choose(viewer, subscription, active, rates, now)

    def still(self) -> Still | None:
        """The newest whole key frame, for staff; a fresh one is on its way if the publisher may be asked."""
        now = self._clock()
        newest = self._stills.ask(self.layers, now)
        stale = self._stills.stale(self.layers, now)
        if stale is not None:
            self.want_key_frame(stale)
        return newest

    def place(self, viewer: Watching, now: float) -> Place | None:
        """What the slot takes of the viewer's line; None if it is sent no picture."""
        subscription = self.subscriptions.get(viewer)
        if subscription is None or subscription.outlet.video < 0:
            return None
        rates = [layer.meter.bps for layer in self.layers if layer.active(now)]
        return Place(viewer.size(self.index), rates, subscription.layer.meter.bps if subscription.seen else 0.0)

    def settle(self, viewer: Watching, layer: int, now: float) -> None:
        """Bring the viewer to this of the layers that come, as its page shows the slot in another size."""
        subscription = self.subscriptions.get(viewer)
        active = [layer for layer in self.layers if layer.active(now)]
        if subscription is None or subscription.outlet.video < 0:
            return
        subscription.choice.resized(viewer.size(self.index), now)
        if subscription.choice.pinned is None and layer < len(active):
            self._aim(subscription, active[layer], now)

    def choose(self, viewer: Watching, now: float) -> None:
        """Let the viewer change to another layer if it should."""
        subscription = self.subscriptions.get(viewer)
        active = [layer for layer in self.layers if layer.active(now)]
        if subscription is not None and active:
            self._choose(viewer, subscription, active, [layer.meter.bps for layer in active], now)

    def _choose(
        self, viewer: Watching, subscription: Subscription, active: list[Layer], rates: list[float], now: float
    ) -> None:
        if subscription.outlet.video < 0:
            return
        if subscription.wanted not in active:
            self._aim(subscription, active[LayerChoice.first(rates, subscription.choice.size)], now)
            return
        decision = subscription.choice.decide(rates, active.index(subscription.wanted), now)
        self._aim(subscription, active[decision.layer], now)
        if decision.probe_bps and not subscription.probe_bps:
            self._later(PROBE_EACH_S, lambda: self._probe(viewer, subscription, now))
        subscription.probe_bps = decision.probe_bps

    def _probe(self, viewer: Watching, subscription: Subscription, since: float) -> None:
        now = self._clock()
        if len(self.layers) == 1 or not subscription.layer.active(now):
            subscription.probe_bps = 0  # nobody decides any more, so nobody would end it
        if subscription.probe_bps:
            # By the clock, as a busy loop comes here late: a probe of less than was meant would prove nothing.
            viewer.probe(subscription, int(subscription.probe_bps * (now - since) / 8))
            self._later(PROBE_EACH_S, lambda: self._probe(viewer, subscription, now))
        else:
            viewer.tell_clock(subscription, now)  # its report about this one tells whether a queue has grown

    def _arrive(self, subscription: Subscription) -> None:
        """Find the place of one who is new, or for whom something has changed."""
        now = self._clock()
        if subscription.outlet.video < 0:
            subscription.stay()
            subscription.sit(self.layers[0], picture=False)
        elif subscription.settled and subscription.layer in self.layers:
            subscription.sit(subscription.layer, picture=subscription.seen)
        else:
            active = [layer for layer in self.layers if layer.active(now)] or list(self.layers)
            rates = [layer.meter.bps for layer in active]
            self._aim(subscription, active[LayerChoice.first(rates, subscription.choice.size)], now)

    def _aim(self, subscription: Subscription, layer: Layer, now: float) -> None:
        """Bring a viewer to a layer: at the next key frame, since nothing else can be decoded."""
        if layer is subscription.layer and subscription.settled:
            subscription.stay()
        elif layer is not subscription.target:
            if not subscription.seen or subscription.layer not in self.layers:
                subscription.sit(layer, picture=False)  # for its sound
            subscription.wait_for(layer, now)
            self.want_key_frame(layer)
            self._catch_up(layer)

    def _catch_up(self, layer: Layer) -> None:
        """Nobody waits for a picture of a publisher that does not answer, as long as there is something to replay."""
        if layer.arriving and layer.keyframes.deaf and not layer.group.due:
            layer.group.due = True
            self._later(GATHER_S, lambda: self._replay(layer))

    def _replay(self, layer: Layer) -> None:
        layer.group.due = False
        busy = sum(each.replay is not None for each in self.subscriptions.values())
        joiners = [each for each in self.subscriptions.values() if each.target is layer and not each.seen]
        if joiners and busy < MAX_REPLAYING:
            Replay(layer, self._egress, self._clock, self._later).start(joiners[: MAX_REPLAYING - busy])

    def _push_audio(self, origin: Origin, data: bytes, header: RtpHeader, *, late: bool, now: float) -> bool:
        if self.muted:
            return True
        packet = self.sound.take(origin, data, header, now)
        if packet is None:
            return False
        for layer in self.layers:
            alone = SentFrame((), (packet.data,), now)
            if layer.prompt:
                self._egress.hurry(alone, layer.prompt)
            if late:
                self._egress.send(alone, layer.outlets)
            elif layer.outlets:
                for frame in layer.collector.audio(packet, now):
                    self._emit(layer, frame)
                self._arm(layer, now)
        return True

    def _beside(self, layer: Layer, now: float) -> int | None:
        """Where other layers are: they send the same pictures at the same moments."""
        if len(self.layers) == 1:
            return None
        other = max((each for each in self.layers if each is not layer), key=lambda each: each.last)
        return other.flow.mapping.timestamp if now - other.last < TOGETHER_S else None

    def _align(self) -> None:
        """Bring layers that nobody watches to the time of the one that most watch, so that a switch is smooth."""
        most = max((each for each in self.layers if each.flow.clock), key=lambda each: len(each.seats))
        for layer in self.layers:
            if layer is not most and not layer.wanted:
                layer.flow.align(most.flow)

    def _ask_again(self, layer: Layer) -> None:
        if self.ask_publisher is not None and layer.keyframes.poll(self._clock()):
            self.ask_publisher(layer.rid)

    def _emit(self, layer: Layer, frame: Frame) -> None:
        sent = layer.finish(frame, self._clock())
        if sent.video and layer.prompt:
            # They have had the sound of it.
            self._egress.hurry(sent._replace(audio=()), layer.prompt)
        self._egress.send(sent, layer.outlets)

    def _arm(self, layer: Layer, now: float) -> None:
        due = layer.collector.deadline()
        if due is not None and not layer.collector.armed:
            layer.collector.armed = True
            self._later(max(due - now, 0.0), lambda: self._due(layer))

    def _due(self, layer: Layer) -> None:
        layer.collector.armed = False
        now = self._clock()
        for frame in layer.collector.poll(now):
            self._emit(layer, frame)
        self._arm(layer, now)
