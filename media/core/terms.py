"""What was negotiated with a publisher, as its packets are looked up: by payload type and SSRC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from media.core import transport_cc
from media.core.codecs import Codec
from media.core.negotiation import AUDIO_LEVEL_URI, REPAIRED_RID_URI, RID_URI, AcceptedLine


@dataclass(frozen=True, slots=True)
class Terms:
    """`originals` is the repaired payload type by that of its retransmissions, `repaired` the same for
    SSRCs; `nacked` are the payload types whose loss may be reported; `transport_cc`, `rid`, `repaired_rid` and
    `audio_level` are ids of header extensions (the number of a packet, the layer it is of or repairs, how loud it
    is), or 0; `rids` are the layers; `answers_pli` is what the publisher promised."""

    payloads: Mapping[int, Codec]
    originals: Mapping[int, int]
    repaired: Mapping[int, int]
    nacked: frozenset[int]
    transport_cc: int
    rid: int
    repaired_rid: int
    audio_level: int
    rids: tuple[str, ...]
    answers_pli: bool


def agreed(lines: Iterable[AcceptedLine]) -> Terms:
    """All m-lines of an answer together; they share one transport."""
    lines = tuple(lines)
    extensions = {uri: number for line in lines for uri, number in line.extensions.items()}
    return Terms(
        payloads={number: codec for line in lines for number, codec in line.payloads.items()},
        originals={rtx: number for line in lines for number, rtx in line.rtx.items()},
        repaired={rtx: ssrc for line in lines for rtx, ssrc in line.repaired.items()},
        nacked=frozenset(number for line in lines for number in line.nacked),
        transport_cc=extensions.get(transport_cc.URI, 0),
        rid=extensions.get(RID_URI, 0),
        repaired_rid=extensions.get(REPAIRED_RID_URI, 0),
        audio_level=extensions.get(AUDIO_LEVEL_URI, 0),
        rids=next((line.rids for line in lines if line.rids), ()),
        answers_pli=any(line.answers_pli for line in lines),
    )
