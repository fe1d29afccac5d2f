"""What was negotiated with a publisher, as its packets are looked up: by payload type and SSRC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from media.core.codecs import Codec
from media.core.negotiation import AcceptedLine


@dataclass(frozen=True, slots=True)
class Terms:
    """`originals` is the repaired payload type by that of its retransmissions, `repaired` the same for
    SSRCs; `nacked` are the payload types whose loss may be reported, `transport_cc` is the id of the header
    extension that numbers all packets, or 0."""

    payloads: Mapping[int, Codec]
    originals: Mapping[int, int]
    repaired: Mapping[int, int]
    nacked: frozenset[int]
    transport_cc: int


def agreed(lines: Iterable[AcceptedLine]) -> Terms:
    """All m-lines of an answer together; they share one transport."""
    lines = tuple(lines)
    return Terms(
        payloads={number: codec for line in lines for number, codec in line.payloads.items()},
        originals={rtx: number for line in lines for number, rtx in line.rtx.items()},
        repaired={rtx: ssrc for line in lines for rtx, ssrc in line.repaired.items()},
        nacked=frozenset(number for line in lines for number in line.nacked),
        transport_cc=next((line.transport_cc for line in lines if line.transport_cc), 0),
    )
