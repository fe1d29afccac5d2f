"""The servers that the fan-out benchmark compares, each behind the same few calls, and each with a Redis of its own.

Messages come to both from Redis, as from another process of the same service: what is measured is the fan-out. Ours is
the web process of a whole `livecart serve` on SQLite; the peer is socket.io in peers/socketio.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Protocol

import msgpack
from aiohttp import ClientSession
from redis.asyncio import Redis

from bench.child import pin
from bench.dialects import Dialect, Livecart, SocketIo
from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.tokens import RandomTokens
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Person, Role
from signaling.codec import JSON
from tests.support.people import make_product, make_show
from tests.support.redis_server import RedisServer
from tests.support.running_shop import RunningShop

ROOT = Path(__file__).resolve().parent.parent
PEER = Path(__file__).parent / "peers" / "socketio"
INSTALLED = ROOT / ".cache" / "bench-socketio"
SERVER_CORE = 0
NOBODY = "192.0.2.1/32"
# As many lines as a room shows to whoever comes in.
BACKLOG = 50


class Room(Protocol):
    """One show on one server process; `pid` is the process whose CPU time and memory count."""

    pid: int
    address: tuple[str, int]
    dialect: Dialect

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Tells everybody in the room; returns when Redis has it."""
        ...

    async def close(self) -> None:
        """Ends it."""
        ...


class LivecartRoom:
    """`open` it; takes some seconds."""

    def __init__(self, exempt: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lc-"))
        self.shop = RunningShop(self._folder / "data", LIVECART_LIMITS_EXEMPT=exempt)
        self.shop.start()
        (self.pid,) = self.shop.parts("web")
        pin(self.pid, SERVER_CORE)
        creator = self.shop.log_in("mei")
        self.show: str = make_show(self.shop, creator, [make_product(self.shop, creator)["id"]])["show"]["id"]
        self.address = ("127.0.0.1", self.shop.port)
        self.dialect: Dialect = Livecart(self.show)
        self._redis = connect(f"unix://{self.shop.data / 'redis.sock'}")
        self._log = RedisShowLog(self._redis)
        self._told = 0

    @classmethod
    async def open(cls, *, limited: bool = False) -> LivecartRoom:
        """`limited`: with the rate limits that everybody meets; otherwise this machine is exempt."""
        room = await asyncio.to_thread(cls, NOBODY if limited else "127.0.0.0/8")
        await room.talk()
        return room

    async def talk(self) -> None:
        """A room has a chat, and whoever comes in is given the end of it: said as anybody says it."""
        head = {"Authorization": f"Bearer {self.shop.log_in('ana')}"}
        url = f"{self.shop.url}/ws"
        async with ClientSession() as http, http.ws_connect(url, headers=head, protocols=[JSON.subprotocol]) as ws:
            asks = [("show.join", {"show": self.show})]
            asks += [("chat.send", {"text": f"a line of chat like any other, {n}"}) for n in range(BACKLOG)]
            for number, (op, d) in enumerate(asks):
                await ws.send_json({"id": number, "op": op, "d": d})
                while (answer := await ws.receive_json()).get("re") != number:
                    pass
                if "ok" not in answer and answer["err"]["code"] != "rate_limited":
                    raise ConnectionError(str(answer))

    async def people(self, count: int) -> tuple[str, ...]:
        """The tokens of so many new people. Registering that many would take minutes of hashing passwords."""
        database, digest = Database(f"sqlite:///{self.shop.data / 'livecart.db'}"), RandomTokens().digest
        now_ms = time.time_ns() // 1_000_000
        tokens = tuple(f"bench-{number}" for number in range(count))
        async with SqlStore(database).write() as tx:
            for number, token in enumerate(tokens):
                person = Person(PersonId(f"{number:032x}"), f"bench-{number}", f"Viewer {number}", Role.VIEWER)
                await tx.people.add(person, "", now_ms)
                await tx.sessions.add(digest(token), person.id, now_ms, now_ms + 3_600_000)
        await database.close()
        return tokens

    def metrics(self) -> bytes:
        """What the process says of itself, as Prometheus reads it."""
        with urllib.request.urlopen(f"{self.shop.url}/metrics") as answer:
            page: bytes = answer.read()
        return page

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        """See `Room`."""
        self._told += 1
        await self._log.publish(ShowEvent(EventId(f"bench-{self._told}"), ShowId(self.show), kind, data, 1))

    async def close(self) -> None:
        """See `Room`."""
        await self._redis.aclose()
        self.shop.stop()
        shutil.rmtree(self._folder)


class SocketIoRoom:
    """What the emitter of socket.io's Redis adapter publishes is published from here."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lc-"))
        self._server = RedisServer(self._folder)
        self._server.start()
        self._redis: Redis = connect(self._server.url)
        command = ["node", "server.mjs", self._server.url.removeprefix("unix://"), "show"]
        environment = {**os.environ, "NODE_ENV": "production"}
        self._process = subprocess.Popen(
            command, cwd=INSTALLED, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.address = ("127.0.0.1", int(self._process.stdout.readline()))
        self.pid = self._process.pid
        pin(self.pid, SERVER_CORE)
        self.dialect: Dialect = SocketIo()

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        """See `Room`."""
        packet = {"type": 2, "data": [kind, data], "nsp": "/"}
        message = ["bench", packet, {"rooms": ["show"], "except": [], "flags": {}}]
        await self._redis.publish("socket.io#/#show#", msgpack.packb(message))

    async def close(self) -> None:
        """See `Room`."""
        await self._redis.aclose()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._server.stop()
        shutil.rmtree(self._folder)


def socketio_missing() -> str | None:
    """Why there is no socket.io here, after trying to install what its lock names; None when it is here."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node and npm are not installed"
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = INSTALLED / "package-lock.json"
    fresh = lock.exists() and lock.read_bytes() == (PEER / lock.name).read_bytes()
    for file in PEER.iterdir():
        if file.is_file():
            shutil.copy(file, INSTALLED / file.name)
    if fresh and (INSTALLED / "node_modules" / "socket.io").is_dir():
        return None
    print("installing socket.io to compare with: npm ci", file=sys.stderr)
    done = subprocess.run([npm, "ci", "--loglevel=error"], cwd=INSTALLED, capture_output=True, text=True, check=False)
    if done.returncode:
        lock.unlink()
        return f"npm ci failed: {done.stderr.strip()[-300:]}"
    return None


async def open_room(name: str) -> Room:
    """A server from nothing; takes some seconds."""
    if name == "livecart":
        return await LivecartRoom.open()
    return await asyncio.to_thread(SocketIoRoom)
