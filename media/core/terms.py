"""What was negotiated with a publisher, as its packets are looked up: by payload type and SSRC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from media.core.codecs import Codec
from media.core.negotiation import AcceptedLine


@dataclass(frozen=True, slots=True)
class Terms:
    """`originals` is the repaired payload type by that of its retransmissions, `repaired` the same for
    SSRCs; `nacked` are the payload types whose loss may be reported."""

    payloads: Mapping[int, Codec]
    originals: Mapping[int, int]
    repaired: Mapping[int, int]
    nacked: frozenset[int]


def agreed(lines: Iterable[AcceptedLine]) -> Terms:
    """All m-lines of an answer together; they share one transport."""
    lines = tuple(lines)
    return Terms(
        payloads={number: codec for line in lines for number, codec in line.payloads.items()},
        originals={rtx: number for line in lines for number, rtx in line.rtx.items()},
        repaired={rtx: ssrc for line in lines for rtx, ssrc in line.repaired.items()},
        nacked=frozenset(number for line in lines for number in line.nacked),
    )
