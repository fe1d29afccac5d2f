"""The servers that the media benchmark compares, each behind the same few calls.

`start`, `publish(source)`, `watch(peer)` for each viewer, `figures()` and `stop`. Ours and aiortc's are processes of
this folder; Janus is Debian's package with its streaming plugin, asked over its UNIX socket."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from bench.child import Child, pin
from bench.lean_peer import LeanPeer

SERVER_CORE = 0


class Server(Protocol):
    """What is measured; `pid` is the process whose CPU time and memory count."""

    pid: int

    async def start(self) -> None:
        """Until it can be asked."""

    async def publish(self, source: Child) -> None:
        """The source sends from now on."""

    async def watch(self, peer: LeanPeer) -> None:
        """One more viewer, connected; raises TimeoutError or ConnectionError."""

    async def figures(self) -> dict[str, Any]:
        """What the server knows of itself since the last call."""

    async def stop(self) -> None:
        """End it."""


class Relaying:
    """A server of ours or one made of stock aiortc: both are children with the same requests."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        """See `Server`."""
        self._child = await Child.start(self._module, core=SERVER_CORE)
        self.pid = self._child.pid
        await self._child.ask(do="figures")

    async def publish(self, source: Child) -> None:
        """See `Server`."""
        number = f"p{next(self._numbers)}"
        answer = await self._child.ask(do="publish", session=number, offer=await source.ask(do="offer"))
        await source.ask(do="connect", answer=answer)

    async def watch(self, peer: LeanPeer) -> None:
        """See `Server`."""
        number = f"v{next(self._numbers)}"
        await peer.connect(await self._child.ask(do="watch", session=number, offer=peer.offer("recvonly")))

    async def figures(self) -> dict[str, Any]:
        """See `Server`."""
        found: dict[str, Any] = await self._child.ask(do="figures")
        return found

    async def stop(self) -> None:
        """See `Server`."""
        await self._child.stop()


class Janus:
    """Janus's streaming plugin with one RTP mountpoint. `event_loops` 0 is what Debian ships: a thread a viewer."""

    def __init__(self, event_loops: int) -> None:
        self._event_loops = event_loops
        self._folder = Path(tempfile.mkdtemp(prefix="lc-"))
        self._ports = _free_port(), _free_port()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._session = 0

    async def start(self) -> None:
        """See `Server`."""
        self._configure()
        command = [shutil.which("janus") or "janus", "-F", str(self._folder), "-C", str(self._folder / "janus.jcfg")]
        path = self._folder / "api"
        for _ in range(5):  # now and then it finds its UNIX socket's plugin unusable, says so and ends
            with (self._folder / "log").open("w") as log:
                self._process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
            self.pid = self._process.pid
            async with asyncio.timeout(20):
                while not path.exists() and self._process.returncode is None:  # noqa: ASYNC110  nothing else tells
                    await asyncio.sleep(0.1)
            if path.exists():
                break
        # Threads that it starts later stay where their parent is.
        pin(self.pid, SERVER_CORE)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.connect(str(path))
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)
        self._session = (await self._ask(janus="create"))["data"]["id"]

    async def publish(self, source: Child) -> None:
        """See `Server`."""
        await source.ask(do="plain", audio=self._ports[0], video=self._ports[1])

    async def watch(self, peer: LeanPeer) -> None:
        """See `Server`."""
        handle = (await self._ask(janus="attach", plugin="janus.plugin.streaming"))["data"]["id"]
        offer = (await self._message(handle, {"request": "watch", "id": 1}))["jsep"]["sdp"]
        answer = {"type": "answer", "sdp": peer.answer(offer)}
        await self._message(handle, {"request": "start"}, jsep=answer)
        await peer.connect(offer, controlling=False)

    async def figures(self) -> dict[str, Any]:
        """See `Server`. Keeps the session alive too."""
        await self._ask(janus="keepalive")
        return {}

    async def stop(self) -> None:
        """See `Server`."""
        with contextlib.suppress(AttributeError):
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        shutil.rmtree(self._folder)

    async def _message(self, handle: int, body: dict[str, Any], **more: Any) -> Any:
        answer = await self._ask(janus="message", handle_id=handle, body=body, **more)
        if "error" in answer.get("plugindata", {}).get("data", {}):
            raise ConnectionError(str(answer["plugindata"]["data"]))
        return answer

    async def _ask(self, **request: Any) -> Any:
        number = f"{request['janus']}-{next(self._numbers)}"
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        if self._session:
            request["session_id"] = self._session
        self._socket.send(json.dumps({**request, "transaction": number}).encode())
        async with asyncio.timeout(15):
            return await future

    def _read(self) -> None:
        while True:
            try:
                data = self._socket.recv(1 << 20)
            except OSError:
                return
            if not data:
                return
            answer = json.loads(data)
            number = answer.get("transaction", "")
            # A message is acknowledged first and answered by an event later; a keepalive is only acknowledged.
            if answer["janus"] in {"success", "event", "error"} or number.startswith("keepalive"):
                future = self._waiting.pop(number, None)
                if future is not None and not future.done():
                    if answer["janus"] == "error":
                        future.set_exception(ConnectionError(str(answer["error"])))
                    else:
                        future.set_result(answer)

    def _configure(self) -> None:
        library = next(Path("/usr/lib").glob("*/janus"))
        loops = f"event_loops = {self._event_loops}\n" if self._event_loops else ""
        others = ",".join(item.name for item in (library / "plugins").glob("*.so") if "streaming" not in item.name)
        transports = ",".join(item.name for item in (library / "transports").glob("*.so") if "pfunix" not in item.name)
        audio, video = self._ports
        files = {
            "janus.jcfg": f'general: {{\nconfigs_folder = "{self._folder}"\nplugins_folder = "{library}/plugins"\n'
            f'transports_folder = "{library}/transports"\ndebug_level = 4\n{loops}}}\n'
            'nat: {\nice_ignore_list = "vmnet"\n}\n'
            f'plugins: {{\ndisable = "{others}"\n}}\ntransports: {{\ndisable = "{transports}"\n}}\n',
            "janus.transport.pfunix.jcfg": "general: {\nenabled = true\n"
            f'json = "compact"\npath = "{self._folder}/api"\n}}\n',
            "janus.plugin.streaming.jcfg": 'general: {\n}\nlive: {\ntype = "rtp"\nid = 1\nmedia = (\n'
            f'{{ type = "audio", mid = "a", port = {audio}, pt = 111, codec = "opus" }},\n'
            f'{{ type = "video", mid = "v", port = {video}, pt = 102, codec = "h264", '
            'fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f" }\n)\n}\n',
        }
        for name, text in files.items():
            (self._folder / name).write_text(text)


def janus_missing() -> str | None:
    """Why there is no Janus here, after trying to install Debian's; None when it is here."""
    if shutil.which("janus"):
        return None
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return "janus is not installed (Debian: apt-get install janus)"
    print("installing Debian's janus to compare with: apt-get install janus", file=sys.stderr)
    done = subprocess.run(["apt-get", "install", "-y", "janus"], capture_output=True, check=False)
    return None if shutil.which("janus") else f"apt-get install janus failed with {done.returncode}"


def _free_port() -> int:
    """An even port whose successor is likely free too."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port: int = sock.getsockname()[1]
            if port % 2 == 0:
                return port


SERVERS: dict[str, Callable[[], Server]] = {
    "livecart": lambda: Relaying("bench.relay_process"),
    "janus-1": lambda: Janus(1),
    "janus": lambda: Janus(0),
    "aiortc": lambda: Relaying("bench.aiortc_process"),
}
