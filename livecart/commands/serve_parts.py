"""`livecart web`, `livecart media` and `livecart jobs`: the parts, each one process, ended by SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from pathlib import Path

import msgspec

from livecart.commands.fault import CommandError
from livecart.commands.loading import loading
from livecart.observability import configure_logging
from livecart.settings import Settings, SettingsError

SAME_SIGNAL_S = 1.0
# How long clients may take to move over to another process, when the operator says nothing.
DRAIN_S = 30.0


async def web(settings: Settings, given: argparse.Namespace) -> int:
    with loading():
        from livecart.web_process import run_web  # noqa: PLC0415 -- each part loads only what it needs

    configure_logging(settings.log_level, "web")
    _require(settings)
    if settings.drain_s < 0:
        settings = msgspec.structs.replace(settings, drain_s=DRAIN_S)
    if not settings.secret:
        raise CommandError("LIVECART_SECRET is not set: web processes must share one secret")
    try:
        await run_web(settings, _stop_on_signal(), shared_port=given.shared_port)
    except OSError as error:
        what = f"HTTP cannot listen on {settings.http}" if error.filename is None else str(error.filename)
        raise CommandError(f"{what}: {error.strerror or error}") from error
    return 0


async def media(settings: Settings, _given: argparse.Namespace) -> int:
    with loading():
        from livecart.media_process import run_media  # noqa: PLC0415 -- as above: no SQL, no HTTP
        from media.errors import MediaError  # noqa: PLC0415

    configure_logging(settings.log_level, "media")
    _require(settings)
    try:
        await run_media(settings, _stop_on_signal())
    except (MediaError, SettingsError, OSError) as error:
        raise CommandError(f"media cannot start: {error}") from error
    return 0


async def jobs(settings: Settings, _given: argparse.Namespace) -> int:
    with loading():
        from livecart.chores import run_jobs  # noqa: PLC0415 -- as above

    configure_logging(settings.log_level, "jobs")
    _require(settings)
    if settings.uses_sqlite:
        raise CommandError("with SQLite the jobs run inside `livecart web`; `livecart jobs` is for PostgreSQL")
    await run_jobs(settings, _stop_on_signal())
    return 0


def _require(settings: Settings) -> None:
    if not settings.redis_url:
        raise CommandError("LIVECART_REDIS_URL is not set (`livecart serve` starts a Redis of its own)")
    if settings.uses_sqlite and not Path(settings.data_dir).is_dir():
        raise CommandError(f"there is no data folder {settings.data_dir}")


def _stop_on_signal() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; a second one ends the process at once.

    A signal to the whole process group comes twice, from the sender and from the supervisor: that is one.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    first_at = 0.0

    def on_signal() -> None:
        nonlocal first_at
        if not stop.is_set():
            first_at = loop.time()
            stop.set()
        elif loop.time() - first_at > SAME_SIGNAL_S:
            os._exit(1)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    return stop
