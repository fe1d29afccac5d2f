"""What an answer's lines come to when packets are looked up."""

from __future__ import annotations

from media.core import transport_cc
from media.core.codecs import OPUS, VP8
from media.core.negotiation import REPAIRED_RID_URI, RID_URI, AcceptedLine
from media.core.terms import agreed

SOUND = AcceptedLine("audio", 0, {111: OPUS}, (9,), extensions={transport_cc.URI: 4})
PICTURE = AcceptedLine(
    "video",
    0,
    {96: VP8},
    (7, 8),
    {96: 97},
    frozenset({96}),
    {8: 7},
    {transport_cc.URI: 4, RID_URI: 10, REPAIRED_RID_URI: 11},
    ("l", "m", "h"),
)


def test_all_lines_are_one_transport() -> None:
    terms = agreed([SOUND, PICTURE])
    assert dict(terms.payloads) == {111: OPUS, 96: VP8}
    assert (dict(terms.originals), dict(terms.repaired), terms.nacked) == ({97: 96}, {8: 7}, frozenset({96}))
    assert (terms.transport_cc, terms.rid, terms.repaired_rid) == (4, 10, 11)
    assert terms.rids == ("l", "m", "h")


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert agreed([PICTURE, SOUND]) == agreed([SOUND, PICTURE])


def test_what_was_not_negotiated_is_nothing() -> None:
    terms = agreed([AcceptedLine("video", 0, {96: VP8}, ())])
    assert (terms.transport_cc, terms.rid, terms.repaired_rid, terms.rids) == (0, 0, 0, ())
    assert not terms.originals
    assert not terms.repaired
    assert not terms.nacked


def test_lines_may_be_read_once() -> None:
    assert agreed(iter([SOUND, PICTURE])) == agreed([SOUND, PICTURE])
