"""A PostgreSQL server of our own for one test run: made with initdb, reached by a Unix socket, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.ext.asyncio import create_async_engine

from livecart.adapters.sql.all_tables import metadata
from tests.support.families import continue_family, family, kill_family, stop_family

START_S = 30
_TEMPLATE = "livecart_template"


class PostgresServer:
    """`durable` keeps fsync on, for measurements; `mortal` keeps what it acknowledged when it is killed, but no more.

    `disk`: a folder for its files, where a disk of its own is wanted.
    """

    def __init__(self, *, durable: bool = False, mortal: bool = False, disk: Path | None = None) -> None:
        self._binaries = _binaries()
        # A socket's path has 107 bytes at most, so this is not below pytest's own deep folders.
        self._root = Path(tempfile.mkdtemp(prefix="lc-pg-"))
        self._data = (disk or self._root) / "data"
        self._options = [] if durable else ["fsync=off", "full_page_writes=off"]
        self._options += [] if durable or mortal else ["synchronous_commit=off", "autovacuum=off", "jit=off"]
        self._account = _unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._has_template = False
        self._strategy = ""

    def start(self) -> None:
        if self._account is not None:
            for folder in (self._root, self._data.parent):
                os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        initdb = [
            f"{self._binaries}/initdb",
            "-D",
            str(self._data),
            "-U",
            "livecart",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
        ]
        subprocess.run([*initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, **self._as())
        self._run()

    def crash(self) -> None:
        """Ends at once, as after a power cut; what was committed is there again after `start_again()`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(START_S)

    def kill(self) -> None:
        """All of its processes, as kill -9 does."""
        kill_family(self.pid)
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Until nothing is left of a server that somebody killed: another one may not start before."""
        assert self._process is not None
        self._process.wait(START_S)
        deadline = time.monotonic() + START_S
        while self._leaves_somebody():
            assert time.monotonic() < deadline, "PostgreSQL outlives its death"
            time.sleep(0.01)

    def pause(self) -> None:
        """It stands still: connections are accepted, and nothing is answered."""
        stop_family(self.pid)

    def resume(self) -> None:
        continue_family(self.pid)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start_again(self) -> None:
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._run()

    @property
    def socket(self) -> Path:
        return self._root / ".s.PGSQL.5432"

    def _run(self) -> None:
        options = ["listen_addresses=", f"unix_socket_directories={self._root}", "max_connections=200"]
        options += self._options
        command = [
            f"{self._binaries}/postgres",
            "-D",
            str(self._data),
            *(part for option in options for part in ("-c", option)),
        ]
        log = (self._root / "log").open("wb")
        self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as())
        log.close()
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            self._process.wait(START_S)
        shutil.rmtree(self._root, ignore_errors=True)

    def pids(self) -> list[int]:
        """Of the server and the processes that it has made."""
        return [] if self._process is None else family(self._process.pid)

    def _leaves_somebody(self) -> bool:
        """Whether a process of a dead server lives on: all of them work in its data folder."""
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and str((entry / "cwd").readlink()) == str(self._data):
                    return True
        return False

    async def new_database(self, *, empty: bool = False) -> str:
        """The URL of a fresh database, with all tables unless it shall be `empty`."""
        if not self._has_template:
            await self._admin(f"CREATE DATABASE {_TEMPLATE}")
            engine = create_async_engine(self._url(_TEMPLATE).replace("postgresql:", "postgresql+asyncpg:"))
            async with engine.begin() as connection:
                await connection.run_sync(metadata.create_all)
            await engine.dispose()
            self._has_template = True
            # From version 15 on it would write every page to its log, which takes three times as long.
            if await self._admin("SHOW server_version_num") >= "150000":
                self._strategy = "STRATEGY FILE_COPY"
        name = f"t{uuid4().hex}"
        await self._admin(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else _TEMPLATE} {self._strategy}")
        return self._url(name)

    async def drop(self, url: str) -> None:
        name = url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
        await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql://livecart@/{name}?host={self._root}"

    async def _admin(self, statement: str) -> Any:
        """What it answers, if that is a value."""
        connection = await asyncpg.connect(host=str(self._root), user="livecart", database="postgres")
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    def _as(self) -> dict[str, Any]:
        """postgres refuses to run as root."""
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": [], "cwd": "/"}

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_S
        pid_file = self._data / "postmaster.pid"
        # The last line of the file says so, in every version since 10.
        while not pid_file.exists() or "ready" not in pid_file.read_text():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._root / "log").read_text(errors="replace"))
            time.sleep(0.05)


def _binaries() -> Path:
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError("no PostgreSQL found: initdb and postgres must be on PATH or in /usr/lib/postgresql/*/bin")


def _unprivileged() -> pwd.struct_passwd:
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]
