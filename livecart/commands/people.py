"""`livecart user add`, `reset`, `ban`, `unban`, `invite`, `uninvite HANDLE`; a password comes from standard input."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import getpass
import re
import sys

from livecart.app import Shop, open_shop
from livecart.commands.fault import CommandError
from livecart.domain.people import Role
from livecart.settings import Settings

_SPAN = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_MINUTES = {"m": 1, "h": 60, "d": 1_440}


async def user(settings: Settings, given: argparse.Namespace) -> int:
    async with open_shop(settings) as shop:
        match given.action:
            case "add":
                role, name = Role(given.role), given.name or given.handle
                person = await shop.accounts.add(given.handle, await _password(), name, role)
                _say(f"added {person.handle} ({person.role.value})")
            case "reset":
                person = await shop.accounts.set_password(given.handle, await _password())
                _say(f"new password for {person.handle}; every session of theirs has ended")
            case "ban":
                await _ban(shop, given)
            case "invite" | "uninvite":
                await _invite(shop, given)
            case _:
                await shop.bans.lift(None, await shop.bans.person_of(given.handle))
                _say(f"{given.handle} may sign in again")
    return 0


async def _ban(shop: Shop, given: argparse.Namespace) -> None:
    if not given.reason:
        raise CommandError("a ban needs its --reason")
    now = dt.datetime.fromtimestamp(shop.clock.now_ms() / 1000, dt.UTC)
    until = None if given.until is None else int(_until(given.until, now).timestamp() * 1000)
    view = await shop.bans.ban(None, await shop.bans.person_of(given.handle), given.reason, until)
    _say(f"{given.handle} is banned {'until ' + view['until'] if view['until'] else 'for good'}")


async def _invite(shop: Shop, given: argparse.Namespace) -> None:
    """Into a cohort, or out of it."""
    if not given.reason:
        raise CommandError(f"{given.action} needs its --reason")
    invitations = shop.gate.invitations
    if given.action == "uninvite":
        await invitations.uninvite(None, given.cohort, await shop.bans.person_of(given.handle), given.reason)
        _say(f"{given.handle} is no longer in the cohort {given.cohort}")
        return
    found = await invitations.invite(None, given.cohort, [given.handle], given.reason)
    _say(f"{given.handle} is in the cohort {given.cohort}{'' if found['added'] else ' already'}")
    if not found["let_in"]:
        _say("the rules do not let this cohort in: an admin adds it to them")


def _until(text: str, now: dt.datetime) -> dt.datetime:
    """`90m`, `12h`, `7d` from now, or a time such as 2030-01-31T12:00Z. Raises CommandError."""
    span = _SPAN.fullmatch(text)
    if span:
        return now + dt.timedelta(minutes=int(span[1]) * _MINUTES[span[2]])
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--until '{text}': neither a span such as 90m, 12h or 7d nor a time") from error
    if at.tzinfo is None:
        raise CommandError(f"--until '{text}': a time needs its zone, such as 2030-01-31T12:00Z")
    return at


async def _password() -> str:
    return await asyncio.to_thread(_read_password)


def _read_password() -> str:
    """Typed without echo on a terminal, one line of standard input otherwise; never an argument, which `ps` shows."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
