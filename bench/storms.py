"""Two storms over one web process with its usual limits: everybody comes at once, and everybody comes back at once.

Each viewer has an address of its own, so that the gate for all is what stands in the way; every second is signed in.
In the second storm all lines are cut while the room is told something 20 times a second, every fifth time by the host;
everybody resumes, and is to have each number once. SQL statements are counted by the process itself, beside a quiet
time of the same length.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

from bench.child import cpu_s
from bench.crowd import Crowd, Viewer
from bench.dialects import HOST_EVENT, Livecart
from bench.rooms import LivecartRoom

RATE = 20
HOST_EVERY = 5
# A storm that is not over by then is a failure.
PATIENCE_S = 30.0
QUIET_S = 5.0
_STATEMENTS = re.compile(rb"^livecart_sql_statements_total (\S+)", re.MULTILINE)

Say = Callable[[str], None]


async def storms(sockets: int, say: Say) -> None:
    """Prints a line of JSON for each."""
    room = await LivecartRoom.open(limited=True)
    dialect = Livecart(room.show, await room.people(sockets // 2))
    crowd = Crowd(dialect, room.address, spread=True)
    crowd.stays_away = False
    running = asyncio.ensure_future(crowd.run())
    try:
        say(f"livecart: {sockets} come at once")
        print(json.dumps(await _join(room, crowd, sockets)), flush=True)
        say(f"livecart: {sockets} come back at once")
        print(json.dumps(await _return(room, crowd)), flush=True)
        if crowd.losses:
            say(f"why connections ended: {dict(crowd.losses)}")
    finally:
        crowd.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await room.close()


async def _join(room: LivecartRoom, crowd: Crowd, sockets: int) -> dict[str, Any]:
    await asyncio.sleep(1)
    begun, cpu = time.monotonic_ns(), cpu_s(room.pid)
    sql = await statements(room)
    viewers = crowd.come(sockets)
    await _everybody_in(crowd)
    return {
        "storm": "join",
        **_admission(viewers, begun),
        "cpu_ms_join": round((cpu_s(room.pid) - cpu) / sockets * 1e3, 3),
        "sql_statements": await statements(room) - sql,
    }


async def _return(room: LivecartRoom, crowd: Crowd) -> dict[str, Any]:
    telling = asyncio.ensure_future(_tell(room))
    try:
        return await _measure_return(room, crowd, telling)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _measure_return(room: LivecartRoom, crowd: Crowd, telling: asyncio.Future[int]) -> dict[str, Any]:
    viewers = crowd.viewers
    await asyncio.sleep(1)
    quiet = await statements(room)
    await asyncio.sleep(QUIET_S)
    quiet_s = (await statements(room) - quiet) / QUIET_S
    for viewer in viewers:
        viewer.refused, viewer.waited_ns = 0, 0
    sql, begun, cpu = await statements(room), time.monotonic_ns(), cpu_s(room.pid)
    crowd.drop(viewers)
    for viewer in viewers:
        crowd.lost(viewer, None, "cut by us")
    await _everybody_in(crowd)
    passed_s = (time.monotonic_ns() - begun) / 1e9
    sql, cpu = await statements(room) - sql, cpu_s(room.pid) - cpu
    telling.cancel()
    told = await telling
    await asyncio.sleep(2)
    return {
        "storm": "return",
        **_admission(viewers, begun),
        "cpu_ms_join": round(cpu / len(viewers) * 1e3, 3),
        "gaps": sum(len(viewer.faults) for viewer in viewers),
        "left_out": sum(viewer.skipped for viewer in viewers),
        "host_lost": sum(told - viewer.host for viewer in viewers),
        "sql_statements": sql,
        "sql_when_quiet": round(quiet_s * passed_s),
    }


def _admission(viewers: list[Viewer], begun_ns: int) -> dict[str, Any]:
    """How fast they were let in, as the time from the storm's beginning until each was in."""
    times = sorted((viewer.in_ns - begun_ns) / 1e9 for viewer in viewers if viewer.in_ns > begun_ns)
    if not times:
        raise ConnectionError("nobody came in")
    return {
        "sockets": len(viewers),
        "in": len(times),
        "admitted_s": round(len(times) / times[-1]),
        "refused_503": sum(viewer.refused for viewer in viewers),
        "in_p50_s": round(times[len(times) // 2], 2),
        "in_p95_s": round(times[int(len(times) * 0.95)], 2),
        "in_last_s": round(times[-1], 2),
        "longest_answer_s": round(max(viewer.waited_ns for viewer in viewers) / 1e9, 2),
    }


async def _everybody_in(crowd: Crowd) -> None:
    """Or as many as come in time."""
    until = time.monotonic() + PATIENCE_S
    while crowd.inside() < len(crowd.viewers) and time.monotonic() < until:  # noqa: ASYNC110  nothing else tells
        await asyncio.sleep(0.02)


async def _tell(room: LivecartRoom) -> int:
    """Until it is cancelled; how much of it was the host's."""
    number = host = 0
    try:
        while True:
            number += 1
            kind = "chat" if number % HOST_EVERY else HOST_EVENT
            await room.publish(kind, {"version": number, "products": [], "text": "a line of chat like any other"})
            host += kind == HOST_EVENT
            await asyncio.sleep(1 / RATE)
    except asyncio.CancelledError:
        return host


async def statements(room: LivecartRoom) -> int:
    """How many SQL statements the process has sent."""
    page = await asyncio.to_thread(room.metrics)
    found = _STATEMENTS.search(page)
    assert found is not None, "the process does not count its SQL statements"
    return round(float(found.group(1)))
