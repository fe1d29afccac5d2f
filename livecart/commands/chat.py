"""`livecart chat --show SHOW`: a show's room in the terminal, for people, for pipes and for looking after a server."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import re
import signal
import sys

import aiohttp

from livecart.commands.fault import CommandError
from livecart.settings import Settings
from livecart.terminal.keyboard import lines_of
from livecart.terminal.server import CONNECT_S, Server, origin_of
from livecart.terminal.visit import Visit

PASSWORD = "LIVECART_PASSWORD"  # noqa: S105 -- the name of the variable
_ROOM = re.compile(r"(https?://[^/]+(?:/[^/]+)*?)/s/([^/]+)/?$")


async def chat(_settings: Settings, given: argparse.Namespace) -> int:
    """0 when the show or the input ended, 1 if a line was refused or we were sent away, 2 if it could not start."""
    url, show = _place(given.url, given.show)
    password = None if given.handle is None else _password(given.handle)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal of another encoding
    timeout = aiohttp.ClientTimeout(total=CONNECT_S)
    connector = aiohttp.TCPConnector(ssl=not given.insecure)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        server = Server(http, origin_of(url))
        if given.handle is not None and password is not None:
            await server.log_in(given.handle, password)
        visit = Visit(server, show, _tell, _notice)
        try:
            return await _until_one_ends(visit, speaks=given.handle is not None)
        except BrokenPipeError:
            # Whoever read us has seen enough; what is left must not fail once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


async def _until_one_ends(visit: Visit, *, speaks: bool) -> int:
    """Guests may not speak, so their input is not read and does not end anything."""
    tasks = [asyncio.create_task(visit.stay(), name="stay")]
    if speaks:
        tasks.append(asyncio.create_task(visit.say(lines_of(sys.stdin.fileno())), name="say"))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return max(task.result() for task in done)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _place(url: str, show: str) -> tuple[str, str]:
    """The show may be given as the address of its page, which says where its server is."""
    page = _ROOM.fullmatch(show)
    return (page.group(1), page.group(2)) if page else (url, show)


def _password(handle: str) -> str:
    """From the environment or typed without echo; never an argument, which `ps` shows."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        # getpass would take the first line that is to be said.
        raise CommandError(f"no password: there is no terminal to ask at, and {PASSWORD} is not set") from None
    # Ctrl-C ends the question; nothing else runs yet that would have to be ended in order.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return getpass.getpass(f"Password of {handle}: ")
    except EOFError:
        raise CommandError("no password was given") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the command's output


def _notice(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 -- about the connection, not of the room
