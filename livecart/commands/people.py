"""`livecart user add HANDLE` and `livecart user reset HANDLE`; the password comes from standard input."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from livecart.app import open_shop
from livecart.domain.people import Role
from livecart.settings import Settings


async def user(settings: Settings, given: argparse.Namespace) -> int:
    password = await asyncio.to_thread(_read_password)
    async with open_shop(settings) as shop:
        if given.action == "add":
            person = await shop.accounts.add(given.handle, password, given.name or given.handle, Role(given.role))
            _say(f"added {person.handle} ({person.role.value})")
        else:
            person = await shop.accounts.set_password(given.handle, password)
            _say(f"new password for {person.handle}; every session of theirs has ended")
    return 0


def _read_password() -> str:
    """Typed without echo on a terminal, one line of standard input otherwise; never an argument, which `ps` shows."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
