"""What a committed command has to tell: to the person concerned, or to a show."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.ids import ShowId
from livecart.domain.ledger import Wallet
from livecart.domain.order import Order
from livecart.domain.payment import Payment
from livecart.domain.red_packet import RedPacket
from livecart.domain.waitlist import Waiting


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """`cause` tells this news from other news of the order in the same state: a payment that failed, a part refund."""

    order: Order
    payment: Payment | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class WalletChanged:
    wallet: Wallet
    journal: str


@dataclass(frozen=True, slots=True)
class Bought:
    """Somebody paid for something in a show; `buyer_name` is not yet shortened."""

    show: ShowId
    order: Order
    buyer_name: str


@dataclass(frozen=True, slots=True)
class PacketChanged:
    """A red packet was announced, or has opened."""

    packet: RedPacket


@dataclass(frozen=True, slots=True)
class PacketClosed:
    """A red packet is over, and what was left of it refunded."""

    packet: RedPacket


@dataclass(frozen=True, slots=True)
class PlaceChanged:
    """Somebody joined a waitlist, is invited, or has no place there any more."""

    waiting: Waiting


News = OrderChanged | WalletChanged | Bought | PacketChanged | PacketClosed | PlaceChanged
