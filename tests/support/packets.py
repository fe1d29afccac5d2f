"""Red packets in the small shop: the service with a seed that tests know, and conditions that tests decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any

from livecart.adapters.sql.tables_packets import red_packet_claims, red_packets
from livecart.domain.ids import PacketId, PersonId, ShowId
from livecart.domain.packet_terms import Condition
from livecart.domain.people import Person, Role
from livecart.services.packet_conditions import PacketConditions
from livecart.services.packet_requests import PacketRequest, PacketTiming
from livecart.services.red_packets import PacketPorts, RedPackets
from livecart.services.store import Page
from tests.support.shop import SHOW, CountedIds, Shop

MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)
FUNDS = 1_000_000


class CountedSeeds:
    def __init__(self, word: str = "seed") -> None:
        self._word = word
        self._numbers = count()

    def new(self) -> str:
        return sha256(f"{self._word}-{next(self._numbers)}".encode()).hexdigest()


class Watching:
    def __init__(self) -> None:
        self.ms: dict[str, int] = {}

    async def watched_ms(self, _show: ShowId, person: PersonId) -> int:
        return self.ms.get(person, 0)


@dataclass(slots=True)
class PacketShop:
    shop: Shop
    packets: RedPackets
    watching: Watching = field(default_factory=Watching)

    async def fund(self, amount_minor: int = FUNDS, **topup: Any) -> None:
        await self.shop.wallets.top_up(MEI, self.shop.key(), amount_minor=amount_minor, **topup)

    async def send(self, sender: Person = MEI, **changed: Any) -> dict[str, Any]:
        key = changed.pop("key", None) or self.shop.key()
        show = changed.pop("show", SHOW)
        wanted: dict[str, Any] = {"total_minor": 1_000, "shares": 3, "kind": "lucky", "mode": "speed"} | changed
        return await self.packets.open(sender, key, show, PacketRequest(**wanted))

    async def claim(self, person: Person, packet: dict[str, Any], **more: Any) -> dict[str, Any]:
        return await self.packets.claim(person, PacketId(packet["id"]), **more)

    async def get(self, packet: dict[str, Any], person: Person | None = None, page: Page | None = None) -> Any:
        return await self.packets.get(person, PacketId(packet["id"]), page or Page(200))

    async def proof(self, packet: dict[str, Any], person: Person | None = None) -> dict[str, Any]:
        return await self.packets.proof(person, PacketId(packet["id"]))

    async def later(self, ms: int) -> int:
        """Lets time pass and does what is due then."""
        self.shop.clock.ms += ms
        return await self.packets.do_due(self.shop.clock.ms)

    async def row(self, packet: dict[str, Any]) -> Any:
        (found,) = [row for row in await self.shop.rows(red_packets) if row.id == packet["id"]]
        return found

    async def claims(self, packet: dict[str, Any]) -> list[Any]:
        return [row for row in await self.shop.rows(red_packet_claims) if row.packet_id == packet["id"]]

    async def balance(self, person: Person, currency: str = "CNY") -> int:
        balances = (await self.shop.wallets.get(person))["balances"]
        return sum(money["amount_minor"] for money in balances if money["currency"] == currency)


def with_packets(shop: Shop, prefix: str = "packet", *, timing: PacketTiming | None = None) -> PacketShop:
    """`prefix` tells the ids of two branches apart."""
    watching = Watching()
    conditions = PacketConditions(shop.store, watching)
    ports = PacketPorts(shop.store, shop.committer, shop.clock, CountedIds(prefix), CountedSeeds(prefix), conditions)
    return PacketShop(shop, RedPackets(ports, timing or PacketTiming()), watching)


def needs(**asked: Any) -> Condition:
    return Condition(**asked)
