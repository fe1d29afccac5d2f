"""Our relay as a process of its own under uvloop, as in production but asked over pipes instead of Redis."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import uvloop

from bench.child import answer_requests
from bench.lean_peer import HOST
from media import report
from media.options import MediaOptions
from media.relay import Relay
from media.shows import Standing


async def main() -> None:
    """Serve until the input ends."""
    relay = Relay(MediaOptions(node="bench", udp_host=HOST, udp_port=0))
    await relay.open()

    async def answer(request: dict[str, Any]) -> Any:
        match request:
            case {"do": "publish", "session": session, "offer": offer, "slot": int(slot)}:
                answer = await relay.publish("s", session, f"caller {slot}", offer, slot)
                relay.stage("s", slot, f"caller {slot}", Standing(shown=True))
                return answer
            case {"do": "publish", "session": session, "offer": offer}:
                return await relay.publish("s", session, "source", offer)
            case {"do": "watch", "session": session, "offer": offer}:
                return await relay.watch("s", session, offer)
            case _:
                figures = report.counters(relay)
                # A second of joins has some sixty frames, of which one or two are key frames: p99 is those alone.
                figures["forward_latency_p90_ms"] = relay.counters.latency_ms(0.9)
                figures["tasks"] = len(asyncio.all_tasks())
                relay.counters.forget_latencies()
                return figures

    await answer_requests(answer)
    await relay.close()


if __name__ == "__main__":
    profile = os.environ.get("LIVECART_BENCH_PROFILE")
    if profile:
        import cProfile

        with cProfile.Profile() as profiler:
            uvloop.run(main())
        profiler.dump_stats(profile)
    else:
        uvloop.run(main())
