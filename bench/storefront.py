"""A whole shop for a crowd: `livecart serve` on SQLite or PostgreSQL, a show, one product, people signed in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.child import cpu_s
from tests.support.postgres import PostgresServer
from tests.support.running_shop import RunningShop
from tests.support.strangers import sign_in

PARTS = ("web", "jobs", "redis", "postgres")


@dataclass(frozen=True, slots=True)
class Storefront:
    running: RunningShop
    postgres: PostgresServer | None
    environment: dict[str, str]
    tokens: list[str]
    show: str
    variant: str

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far of each part; those that have ended are left out."""
        pids = {
            "web": self.running.parts("web"),
            "jobs": self.running.parts("jobs"),
            "redis": self.running.redis(),
            "postgres": self.postgres.pids() if self.postgres else [],
        }
        return {part: sum(map(cpu_s, pids[part])) for part in PARTS}


@asynccontextmanager
async def open_storefront(
    engine: str, *, buyers: int, stock: int, more: Mapping[str, str] | None = None
) -> AsyncIterator[Storefront]:
    """`engine`: sqlite or postgresql. The buyers are signed in and have nothing in their wallets. `more`: settings."""
    postgres = PostgresServer(durable=True) if engine == "postgresql" else None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        environment = {"LIVECART_RESERVATION_S": "3600", "LIVECART_LOG_LEVEL": "warning", **(more or {})}
        if postgres is not None:
            postgres.start()
            environment["LIVECART_DATABASE_URL"] = await postgres.new_database(empty=True)
        url = environment.get("LIVECART_DATABASE_URL", f"sqlite:///{data / 'livecart.db'}")
        try:
            with RunningShop(data, secure=False, **environment) as running:
                tokens = await sign_in(url, buyers)
                show, variant = _furnish(running, stock)
                yield Storefront(running, postgres, {**os.environ, **environment}, tokens, show, variant)
        finally:
            if postgres is not None:
                postgres.stop()


def _furnish(running: RunningShop, stock: int) -> tuple[str, str]:
    mei = running.log_in("mei")
    body = {
        "title": "Lipstick",
        "currency": "CNY",
        "variants": [{"title": "Red", "price_minor": 9_900, "stock": stock}],
    }
    product = made(running.call("POST", "products", body, token=mei), "product")
    topics = running.call("GET", "topics?status=approved", token=mei).body["topics"]
    show = made(running.call("POST", "shows", {"topic": topics[0]["id"]}, token=mei), "show")
    made(running.call("PUT", f"shows/{show['id']}/bag", {"products": [product["id"]]}, token=mei), "bag")
    return show["id"], product["variants"][0]["id"]


def made(answer: Any, noun: str) -> Any:
    """What an answer holds under its noun; raises RuntimeError when it is a refusal."""
    if answer.status not in {200, 201}:
        raise RuntimeError(f"{noun}: {answer}")
    return answer.body[noun]
