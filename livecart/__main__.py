"""The command line: `livecart serve`, its parts, and the operator's tools. The work is in livecart/commands/."""

from __future__ import annotations

import argparse
import asyncio
import pkgutil
import sys
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import uvloop

from livecart.commands.fault import EXIT_CODE, CommandError
from livecart.commands.loading import loading
from livecart.commands.nursery import opened
from livecart.domain.errors import LivecartError
from livecart.settings import Settings, SettingsError, load_settings

SERVE = "serve:serve"
Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when all is well, 1 for a finding, 2 when it could not start (one line says why)."""
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(file=given.config, **_overrides(given))
        # Loaded by name, so that a media process does not load SQL nor a web process Alembic.
        with loading():
            command: Command = pkgutil.resolve_name(f"livecart.commands.{given.command}")
        with opened(main) if given.command == SERVE else nullcontext() as given.nursery:
            return uvloop.run(command(settings, given))
    except (SettingsError, CommandError, LivecartError) as error:
        print(f"livecart: {error}", file=sys.stderr)  # noqa: T201 -- the line for the operator
        return EXIT_CODE
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


def _overrides(given: argparse.Namespace) -> dict[str, Any]:
    names = ("data", "http", "udp", "tls_cert", "tls_key")
    overrides = {name: getattr(given, name, None) for name in names}
    # `--demo` given is true; not given leaves the file and the environment to decide.
    overrides["demo"] = getattr(given, "demo", None) or None
    return overrides


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="livecart",
        description="A self-hosted live-shopping server.",
        epilog="Every setting can stand in a TOML file (--config) or in LIVECART_…; see config/livecart.example.toml.",
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    shared.add_argument("--data", metavar="DIR", help="the data folder (default: .data)")
    listening = argparse.ArgumentParser(add_help=False)
    listening.add_argument("--http", metavar="HOST:PORT", help="where HTTP and WebSocket listen (127.0.0.1:8080)")
    listening.add_argument("--udp", type=int, metavar="PORT", help="the one port of media, UDP and TCP (8443)")
    listening.add_argument("--demo", action="store_true", help="with demo people, goods and an approved topic")
    listening.add_argument("--tls-cert", metavar="FILE", help="certificate in PEM, with --tls-key")
    listening.add_argument("--tls-key", metavar="FILE", help="its key in PEM")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[shared, *parents])
        made.set_defaults(command=command)
        return made

    laptop = add("serve", SERVE, "everything on one machine: Redis, SQLite, web and media", listening)
    laptop.add_argument("--tls", choices=["self-signed"], help="HTTPS with a certificate of our own")
    laptop.add_argument("--lan", action="store_true", help="listen on all addresses, self-signed, with a QR code")
    laptop.add_argument("--web-workers", type=int, default=1, metavar="N", help="web processes (PostgreSQL only)")
    laptop.add_argument("--media-workers", type=int, default=1, metavar="N", help="media processes, one port each")
    web = add("web", "serve_parts:web", "one web process: HTTP and WebSocket", listening)
    web.add_argument("--shared-port", action="store_true", help="let several web processes share the port")
    add("media", "serve_parts:media", "one media process: the WebRTC relay", listening)
    add("jobs", "serve_parts:jobs", "outbox relay and sweepers (with PostgreSQL)")
    add("migrate", "records:migrate", "bring the database to this version's tables")
    user = add("user", "people:user", "add a person, reset a password (read from standard input), ban, invite …")
    user.add_argument("action", choices=["add", "reset", "ban", "unban", "invite", "uninvite"])
    user.add_argument("handle")
    user.add_argument("--name", help="the name that others see (default: the handle)")
    user.add_argument("--role", choices=["viewer", "creator", "moderator", "admin"], default="viewer")
    user.add_argument("--reason", metavar="TEXT", help="why somebody is banned or invited; they are told")
    user.add_argument("--cohort", metavar="NAME", default="invited", help="which list to invite to (%(default)s)")
    user.add_argument(
        "--until", metavar="TIME", help="how long a ban holds: 90m, 12h, 7d or a time (default: for good)"
    )
    add("doctor", "doctor:doctor", "check ports, Redis, database, UDP and the front end", listening)
    add("audit", "records:audit", "prove that money, stock and decisions are as they should be")
    kept = add("retention", "retention:retention", "remove what has outlived its period, and say how much")
    kept.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    log = add("log", "log:log", "the moderation log as JSON lines")
    log.add_argument("action", choices=["export"])
    keep = add("backup", "records:backup", "copy the database while the shop is open")
    keep.add_argument("file", type=Path)
    back = add("restore", "records:restore", "put a copy in the place of the database (the shop must be closed)")
    back.add_argument("file", type=Path)
    _add_chat(commands)
    _add_verify(commands)
    return parser


def _add_chat(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """A client of a server that runs somewhere: it has no use for settings."""
    text = "a show's room in the terminal: prints what is said and shown, says each line of standard input"
    more = (
        "Without --as one is a guest, who reads only. The password is asked for, or taken from LIVECART_PASSWORD. "
        "A lost connection comes back by itself and misses nothing. Ends with the input or with the show: 0; "
        "1 if a line was refused or the server sent us away; 2 if it could not start."
    )
    made = commands.add_parser("chat", help=text, description=f"{text[0].upper()}{text[1:]}. {more}")
    made.add_argument("--show", required=True, metavar="SHOW", help="its id, or the address of its page")
    made.add_argument("--url", default="http://127.0.0.1:8080", metavar="URL", help="the server (%(default)s)")
    made.add_argument("--as", dest="handle", metavar="HANDLE", help="who one is")
    made.add_argument("--insecure", action="store_true", help="take any certificate, such as a self-signed one")
    made.set_defaults(command="chat:chat", config=None)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Needs neither settings nor a server."""
    text = "check a red packet's downloaded proof, offline"
    more = "Recomputes commitment, split, root, draw and sums, and prints each; 1 if one of them is not as promised."
    made = commands.add_parser("verify-packet", help=text, description=f"{text[0].upper()}{text[1:]}. {more}")
    made.add_argument("file", type=Path, metavar="FILE", help="what /api/v1/red-packets/ID/proof answered")
    made.add_argument("--commitment", metavar="HEX", help="the commitment that was shown before the packet opened")
    made.set_defaults(command="packets:verify", config=None)


if __name__ == "__main__":
    sys.exit(main())
