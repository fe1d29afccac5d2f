"""`livecart web`, `livecart media` and `livecart jobs`: the parts, each one process, ended by SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from pathlib import Path

from livecart.app import run_jobs, run_media
from livecart.commands.fault import CommandError
from livecart.observability import configure_logging
from livecart.settings import Settings
from livecart.web_process import run_web


async def web(settings: Settings, given: argparse.Namespace) -> int:
    configure_logging(settings.log_level, "web")
    _require(settings)
    if not settings.secret:
        raise CommandError("LIVECART_SECRET is not set: web processes must share one secret")
    try:
        await run_web(settings, _stop_on_signal(), shared_port=given.shared_port)
    except OSError as error:
        raise CommandError(f"HTTP cannot listen on {settings.http}: {error.strerror or error}") from error
    return 0


async def media(settings: Settings, _given: argparse.Namespace) -> int:
    configure_logging(settings.log_level, "media")
    _require(settings)
    await run_media(settings, _stop_on_signal())
    return 0


async def jobs(settings: Settings, _given: argparse.Namespace) -> int:
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
    """Set by the first SIGTERM or SIGINT; a second one ends the process at once."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    return stop
