"""When each packet of a transport arrived, told to its sender (draft-holmer-rmcat-transport-wide-cc-extensions-01).

The sender numbers its packets over all streams in a header extension and finds its bit rate from the
differences of arrival times; REMB alone would let it climb only slowly. A feedback packet is pure encoding:
the numbers from a first one on, as runs and vectors of symbols, then a delta for each that arrived."""

from __future__ import annotations

from struct import pack

from media.core.rtp import sequence_delta

URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
INTERVAL_S = 0.075
HISTORY_S = 0.5  # a packet that comes late makes what follows it be told again
MAX_JUMP = 1_024  # more is a sender that began anew
MAX_TOLD = 400  # numbers in one packet of feedback, which stays within 1,200 bytes
TICKS_PER_S = 4_000
_TICKS_PER_REFERENCE = 256  # 64 ms

MISSING, SMALL, LARGE = 0, 1, 2
_RUN_LONGEST = 0x1FFF
_ONE_BIT, _TWO_BIT = 14, 7
_RTPFB, _FORMAT = 205, 15


class Arrivals:
    """Numbers and times in, feedback packets out."""

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}
        self._highest: int | None = None
        self._first = 0  # the first number that has not been told
        self._told_at: float | None = None
        self._count = 0

    def packet(self, sequence: int, now: float) -> None:
        """A packet with this transport-wide number has arrived; the first report of a number counts."""
        if self._highest is None or abs(ahead := sequence_delta(sequence, self._highest & 0xFFFF)) > MAX_JUMP:
            self._ticks.clear()
            # Above zero by a cycle, so that late ones stay positive.
            self._highest = self._first = sequence + 0x10000
            ahead = 0
        number = self._highest + ahead
        if number in self._ticks:
            return
        self._ticks[number] = int(now * TICKS_PER_S)
        self._highest = max(self._highest, number)
        self._first = min(self._first, number)
        if self._told_at is None:
            self._told_at = now

    def deadline(self) -> float | None:
        """When the next feedback is due; None while there is nothing to tell."""
        if self._told_at is None or self._highest is None or self._first > self._highest:
            return None
        return self._told_at + INTERVAL_S

    def feedback(self, sender: int, media: int, now: float) -> list[bytes]:
        """The RTCP packets that are due, from `sender` about the transport of `media`."""
        due = self.deadline()
        if due is None or now < due or self._highest is None:
            return []
        self._told_at = now
        made = []
        while self._first <= self._highest:
            # A packet begins with one that arrived: its time is the reference.
            while self._first not in self._ticks:
                self._first += 1
            base, ticks = self._first, self._some(self._first, self._highest)
            made.append(encode(sender, media, base & 0xFFFF, ticks, self._count))
            self._count = (self._count + 1) & 0xFF
            self._first = base + len(ticks)
        oldest = int((now - HISTORY_S) * TICKS_PER_S)
        self._ticks = {number: ticks for number, ticks in self._ticks.items() if ticks >= oldest}
        return made

    def _some(self, first: int, last: int) -> list[int | None]:
        """As many as fit: the draft has 16 bits for the difference of two neighbours. Ends with an arrival."""
        found: list[int | None] = []
        before = self._ticks[first]
        end = 0
        for number in range(first, min(last, first + MAX_TOLD - 1) + 1):
            ticks = self._ticks.get(number)
            found.append(ticks)
            if ticks is not None:
                if not -0x8000 <= ticks - before <= 0x7FFF:
                    break
                before, end = ticks, len(found)
        return found[:end]


def encode(sender: int, media: int, base: int, ticks: list[int | None], count: int) -> bytes:
    """One feedback packet; `ticks` are arrivals in units of 250 us from number `base` on, None for what did
    not arrive. The first one arrived, and neighbours differ by less than 8 s."""
    first = ticks[0]
    assert first is not None
    reference = first // _TICKS_PER_REFERENCE
    before = reference * _TICKS_PER_REFERENCE
    symbols = bytearray()
    deltas = bytearray()
    for arrived in ticks:
        if arrived is None:
            symbols.append(MISSING)
            continue
        delta, before = arrived - before, arrived
        if 0 <= delta <= 0xFF:
            symbols.append(SMALL)
            deltas.append(delta)
        else:
            symbols.append(LARGE)
            deltas += pack("!h", delta)
    head = pack("!LLHHL", sender, media, base, len(ticks), (reference & 0xFFFFFF) << 8 | count)
    body = head + _chunks(symbols) + deltas
    body += bytes(-len(body) % 4)
    return pack("!BBH", 0x80 | _FORMAT, _RTPFB, len(body) // 4) + body


def _chunks(symbols: bytearray) -> bytes:
    """Runs where they are longer than a vector would be, else vectors of one bit or two bits a symbol."""
    made = bytearray()
    at, end = 0, len(symbols)
    while at < end:
        symbol = symbols[at]
        run = 1
        while at + run < end and symbols[at + run] == symbol and run < _RUN_LONGEST:
            run += 1
        narrow = symbols[at : at + _ONE_BIT]
        if run >= _ONE_BIT or at + run == end or (symbol == LARGE and run >= _TWO_BIT):
            made += pack("!H", symbol << 13 | run)
            at += run
        elif LARGE not in narrow:
            made += pack("!H", 0x8000 | _vector(narrow, 1, _ONE_BIT))
            at += len(narrow)
        else:
            wide = symbols[at : at + _TWO_BIT]
            made += pack("!H", 0xC000 | _vector(wide, 2, _TWO_BIT))
            at += len(wide)
    return bytes(made)


def _vector(symbols: bytearray, width: int, places: int) -> int:
    value = 0
    for symbol in symbols:
        value = value << width | symbol
    return value << width * (places - len(symbols))
