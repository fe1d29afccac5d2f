"""Cutting a frame into runs of equally sized packets, for one UDP_SEGMENT call per run.

The kernel cuts a datagram at fixed offsets, so within a run only the last packet may be smaller; wrong sizes
are no error there but broken packets. A packet that is a few bytes short is padded, which aiortc's and
libwebrtc's packetizers (fragments that differ by one byte) otherwise turn into two calls a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media.core.rtp import has_padding, padded

MAX_PADDING = 16
MAX_SEGMENTS = 64  # what kernels before 6.x take
MAX_RUN_BYTES = 65_000  # below the largest UDP payload, 65,507
OVERHEAD = 16  # the longest authentication tag


class Run(NamedTuple):
    """Packets for one call: all as long as the first, the last may be shorter. Plain bytes, not yet
    encrypted."""

    packets: tuple[bytes, ...]


def plan(packets: Sequence[bytes]) -> list[Run]:
    """Runs in the given order; packets may come out padded, and must be remembered so for resending."""
    runs: list[Run] = []
    at = 0
    while at < len(packets):
        count = _run_length(packets, at)
        runs.append(_equalised(packets[at : at + count]))
        at += count
    return runs


def _run_length(packets: Sequence[bytes], start: int) -> int:
    """How many packets from `start` on can share a call."""
    smallest = largest = len(packets[start])
    grows = True  # whether all so far may be padded to a larger size
    count = 1
    for index in range(start + 1, len(packets)):
        previous = packets[index - 1]
        size = len(packets[index])
        # All but the last must reach the common size, so the one before this one has to be paddable by now.
        smallest, largest = min(smallest, len(previous)), max(largest, size)
        grows = grows and not has_padding(previous)
        fits = largest - smallest <= (MAX_PADDING if grows else 0)
        if not fits or count >= MAX_SEGMENTS or (count + 1) * (largest + OVERHEAD) > MAX_RUN_BYTES:
            break
        count += 1
    return count


def _equalised(packets: Sequence[bytes]) -> Run:
    size = max(len(packet) for packet in packets)
    body = [packet if len(packet) == size else padded(packet, size) for packet in packets[:-1]]
    return Run((*body, packets[-1]))


def cut(packets: Sequence[bytes]) -> list[Run]:
    """Runs of packets that may not be changed any more, as for a viewer who gets only some of a frame's
    packets."""
    runs: list[list[bytes]] = []
    open_size = -1  # the common size of a run that can still grow
    for packet in packets:
        size = len(packet)
        full = runs and (len(runs[-1]) >= MAX_SEGMENTS or (len(runs[-1]) + 1) * (open_size + OVERHEAD) > MAX_RUN_BYTES)
        if full or size > open_size:
            runs.append([packet])
            open_size = size
        else:
            runs[-1].append(packet)
            open_size = size if size == open_size else -1
    return [Run(tuple(run)) for run in runs]
