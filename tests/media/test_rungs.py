"""Links that carry one layer each are one slot with layers: who watches it is on one, and asks for its key frames."""

from __future__ import annotations

from media.core.codecs import OPUS, VP8
from media.core.rtp import parse_header, plain_header
from media.rungs import Rung, Rungs
from media.tracks import Origin
from tests.support.layered_slot import DELTA, KEY, World

RIDS = ("0", "1", "2")


class Ladder:
    """Three links into a slot, each with a publisher of one nameless layer."""

    def __init__(self) -> None:
        self.world = World("")
        self.asked: list[str] = []
        self.rungs = Rungs(self.world.slot, 3)
        self.links = {rid: Rung(self.rungs, rid) for rid in self.rungs.rids}
        for rid, link in self.links.items():
            link.attach(lambda named, rid=rid: self.asked.append(f"{rid}{named}"))  # type: ignore[misc]

    def play(self, first: int, count: int) -> None:
        for number in range(first, first + count):
            for source, (rid, link) in enumerate(self.links.items(), 1):
                key = rid in self.asked or number == 0
                self.asked[:] = [each for each in self.asked if each != rid]
                body = (KEY if key else DELTA) + f"{rid}{number} ".encode() + bytes(100 * source**2)
                packet = plain_header(0xE0, number, number * 3_000, 7) + body
                link.use("video", VP8, self.world.viewers)
                assert link.push(Origin("video", source), packet, parse_header(packet))
            if number % 15 == 0:
                self.world.slot.tick(self.world.now)
            self.world.sleep(1 / 30)

    def speak(self, number: int) -> bool:
        packet = plain_header(111, number, number * 960, 8) + b"sound"
        self.links["2"].use("audio", OPUS, self.world.viewers)
        return self.links["2"].push(Origin("audio", 9), packet, parse_header(packet))


def test_a_viewer_is_on_the_layer_that_its_line_carries_and_asks_that_link_alone() -> None:
    ladder = Ladder()
    assert ladder.rungs.rids == RIDS
    ladder.play(0, 40)
    low, high = ladder.world.join(), ladder.world.join()
    ladder.world.pin(low, 0.0)
    ladder.world.pin(high, 1.0)
    assert set(ladder.asked) <= set(RIDS)
    ladder.play(40, 60)
    assert ladder.speak(1)
    ladder.world.sleep(0.1)
    assert low.pictures()[-1].startswith("0")
    assert high.pictures()[-1].startswith("2")
    for viewer in (low, high):
        assert viewer.steps() == {1}
        assert len(viewer.audio) == 1
    ladder.asked.clear()
    subscription = ladder.world.slot.subscriptions[low]
    ladder.world.sleep(1)
    ladder.world.slot.want_key_frame(subscription.layer)
    assert ladder.asked == ["0"]


def test_one_link_alone_has_no_layers() -> None:
    world = World("")
    rungs = Rungs(world.slot, 1)
    asked: list[str] = []
    link = Rung(rungs, rungs.rids[0])
    link.attach(asked.append)
    link.ask_for_all()
    assert [layer.rid for layer in world.slot.layers] == [""]
    world.join()
    link.use("video", VP8, world.viewers)
    packet = plain_header(0xE0, 1, 1, 7) + KEY + b"x"
    assert link.push(Origin("video", 1), packet, parse_header(packet))
    link.ask_for_all()
    assert set(asked) == {""}
