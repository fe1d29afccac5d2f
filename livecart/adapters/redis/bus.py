"""The News port on Redis Pub/Sub: one connection and one subscription per show that has viewers in this process.

Pub/Sub is a hint: it forgets whoever is away and says nothing about it. So every number is checked, a gap is filled
from the show's Stream, and so is whatever came while the connection was down. A process hears its own echo each
second; when three are missing it takes the connection for dead, however alive it looks, and makes a new one.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from livecart.adapters.redis.connection import end_tasks
from livecart.adapters.redis.follow import Follow, Order
from livecart.adapters.redis.news import PERSON_CHANNEL, NotNews, read_message, read_people, show_channel, show_of
from livecart.domain.errors import UnavailableError
from livecart.domain.events import LogPosition, NumberedEvent
from livecart.domain.ids import ShowId
from livecart.services.ports import NewsListener, ShowLog

FOLLOW_TIMEOUT_S = 2.0
RECONNECT_S = (0.05, 1.0)
ECHO_S = 1.0
ECHOES_MISSED = 3
LOOK_S = 0.5
# The last message before a silence can be lost without leaving a gap that a later one shows.
CHECK_S = 15.0

_log = logging.getLogger(__name__)


class RedisBus:
    """Owns its tasks between `start()` and `close()`. `healthy` is for readiness: the subscription stands and hears."""

    def __init__(self, client: Redis, commands: Redis, log: ShowLog) -> None:
        self._client = client
        self._commands = commands
        self._log = log
        self._listener: NewsListener | None = None
        self._follows: dict[ShowId, _Followed] = {}
        self._pubsub: PubSub | None = None
        self._echo_channel = f"livecart:echo:{secrets.token_hex(6)}"
        self._heard_at = 0.0
        # Since a subscription was lost, until the next one hears.
        self._missed = False
        self._gaps: set[ShowId] = set()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def healthy(self) -> bool:
        return self._pubsub is not None and self._silent_s() < ECHO_S * ECHOES_MISSED

    async def start(self, listener: NewsListener) -> None:
        """Begins to connect; a Redis that is away now is waited for in the background."""
        self._listener = listener
        self._tasks = [
            asyncio.create_task(self._stay_connected(), name="bus reader"),
            asyncio.create_task(self._heal(), name="bus healer"),
            asyncio.create_task(self._watch(), name="bus watch"),
        ]

    async def close(self) -> None:
        await end_tasks(*self._tasks)
        self._tasks = []

    async def follow(self, show: ShowId) -> LogPosition:
        followed = self._follows.setdefault(show, _Followed())
        try:
            async with asyncio.timeout(FOLLOW_TIMEOUT_S):
                await self._subscribe(show_channel(show))
                await followed.subscribed.wait()
            position = await self._log.position(show)
        except TimeoutError as error:
            await self.unfollow(show)
            raise UnavailableError("the message bus does not answer", retry_after_ms=1_000) from error
        except BaseException:
            await self.unfollow(show)
            raise
        followed.order.position = position
        # What came between the subscription and the position was dropped by an order without a position.
        self._mind(show)
        return position

    async def unfollow(self, show: ShowId) -> None:
        if self._follows.pop(show, None) is None or self._pubsub is None:
            return
        # A broken connection forgets the subscription by itself.
        with suppress(RedisError, OSError):
            await self._pubsub.unsubscribe(show_channel(show))

    async def _subscribe(self, channel: str) -> None:
        """While the connection is down nothing is sent: the reader subscribes to all that is followed later."""
        if self._pubsub is not None:
            with suppress(RedisError, OSError):
                await self._pubsub.subscribe(channel)

    async def _stay_connected(self) -> None:
        wait_s = RECONNECT_S[0]
        while True:
            reader = asyncio.create_task(self._read(), name="bus connection")
            echo = asyncio.create_task(self._listen_for_echo(), name="bus echo")
            try:
                await asyncio.wait({reader, echo}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await end_tasks(reader, echo)
            if self._heard_at:
                _log.warning("lost the message bus: %s", _why(reader) or _why(echo))
            self._missed = True
            wait_s = RECONNECT_S[0] if self._heard_at else min(wait_s * 2, RECONNECT_S[1])
            self._heard_at = 0.0
            await asyncio.sleep(wait_s * (0.5 + random.random()))

    async def _read(self) -> None:
        pubsub = self._client.pubsub()
        try:
            channels = [PERSON_CHANNEL, self._echo_channel, *map(show_channel, self._follows)]
            await pubsub.subscribe(*channels)
            self._pubsub = pubsub
            # A show that was followed while the line above waited.
            for show in set(self._follows) - {show_of(channel) for channel in channels}:
                await pubsub.subscribe(show_channel(show))
            for show in self._follows:
                self._mind(show)
            async for message in pubsub.listen():
                self._take(message)
        finally:
            self._pubsub = None
            for followed in self._follows.values():
                followed.subscribed.clear()
            with suppress(RedisError, OSError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py left it without types

    async def _listen_for_echo(self) -> None:
        started = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(ECHO_S)
            with suppress(RedisError, OSError):
                await self._commands.publish(self._echo_channel, b"")
            since = self._heard_at or started
            if asyncio.get_running_loop().time() - since > ECHO_S * (ECHOES_MISSED + 1):
                raise _Deaf("no echo")

    async def _watch(self) -> None:
        """Tells the listener when news stops coming and when it comes again."""
        assert self._listener is not None
        # Before the first news nobody can have joined, so there is nobody to tell.
        hears = True
        while True:
            await asyncio.sleep(LOOK_S)
            if self.healthy != hears:
                hears = not hears
                self._listener.hears(hears=hears)

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if channel == self._echo_channel:
            self._heard_at = asyncio.get_running_loop().time()
            if self._missed and self._listener is not None:
                self._missed = False
                self._listener.missed()
            return
        if message["type"] == "subscribe" and channel != PERSON_CHANNEL:
            if (followed := self._follows.get(show_of(channel))) is not None:
                followed.subscribed.set()
        elif message["type"] == "message":
            try:
                self._deliver(channel, message["data"])
            except NotNews:
                _log.warning("something that is not an event came on a channel of ours")

    def _deliver(self, channel: str, data: bytes) -> None:
        assert self._listener is not None
        if channel == PERSON_CHANNEL:
            for told in read_people(data):
                self._listener.loose(told)
            return
        show = show_of(channel)
        event = read_message(show, data)
        if not isinstance(event, NumberedEvent):
            self._listener.loose(event)
        elif show in self._follows:
            order = self._follows[show].order.take(event)
            if order is Order.NEXT:
                self._listener.numbered(event)
            elif order is Order.GAP:
                self._mind(show)

    def _mind(self, show: ShowId) -> None:
        self._gaps.add(show)
        self._wake.set()

    async def _heal(self) -> None:
        """Reads the log of each show that has a gap, and of all shows now and then."""
        while True:
            try:
                async with asyncio.timeout(CHECK_S):
                    await self._wake.wait()
                due = self._gaps
            except TimeoutError:
                due = set(self._follows)
            self._gaps = set()
            self._wake.clear()
            away = [show for show in due if not await self._caught_up(show)]
            if away:
                self._gaps.update(away)
                self._wake.set()
                await asyncio.sleep(RECONNECT_S[1] / 2)

    async def _caught_up(self, show: ShowId) -> bool:
        try:
            await self._catch_up(show)
        except UnavailableError:
            return False
        except Exception:  # noqa: BLE001 -- told here: one fault of ours must not leave the process deaf for good
            _log.exception("the log of show %s could not be read", show)
            return False
        return True

    async def _catch_up(self, show: ShowId) -> None:
        assert self._listener is not None
        followed = self._follows.get(show)
        if followed is None or followed.order.position is None:
            return
        missed = await self._log.since(show, followed.order.position)
        if missed is None:
            missed = await self._start_afresh(show, followed)
        for event in missed:
            if followed.order.take(event) is Order.NEXT:
                self._listener.numbered(event)

    async def _start_afresh(self, show: ShowId, followed: _Followed) -> Sequence[NumberedEvent]:
        """Turns to the log that is there now; answers all of it if it is another one than before."""
        assert self._listener is not None
        before, position = followed.order.position, await self._log.position(show)
        assert before is not None
        start = LogPosition(position.epoch, 0)
        # Of one's own log it is the middle that is gone, and the sockets have to ask for what is left themselves.
        missed = None if position.epoch == before.epoch else await self._log.since(show, start)
        followed.order.position = position if missed is None else start
        self._listener.broken(show, None if missed is None else position.epoch)
        return missed or []

    def _silent_s(self) -> float:
        return asyncio.get_running_loop().time() - self._heard_at


class _Followed:
    def __init__(self) -> None:
        self.order = Follow()
        self.subscribed = asyncio.Event()


def _why(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


class _Deaf(Exception):  # noqa: N818 -- a state of this process, told in the log
    """The connection looks alive, but nothing comes through it."""
