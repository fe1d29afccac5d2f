"""People and things made through the HTTP interface, as a client would make them."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import uuid4

from livecart.app import open_shop
from livecart.domain.people import Role
from livecart.settings import load_settings
from tests.support.running_shop import Answer, RunningShop, Site

_numbers = count(1)
PASSWORD = "livecart-demo"


def new_handle(kind: str) -> str:
    return f"{kind}-{os.getpid()}-{next(_numbers)}"


def register(shop: Site) -> str:
    """A new viewer's token."""
    handle = new_handle("viewer")
    body = {"handle": handle, "password": PASSWORD, "display_name": handle}
    answer = shop.call("POST", "auth/register", body)
    assert answer.status == 201, answer
    return str(answer.body["token"])


def add_with_role(shop: RunningShop, role: str) -> str:
    """The token of somebody new whom the operator gave a role: `livecart user add`, without a process of its own."""
    handle = new_handle(role)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _add(shop, handle, Role(role))).result()
    return shop.log_in(handle)


async def _add(shop: RunningShop, handle: str, role: Role) -> None:
    async with open_shop(load_settings(data=str(shop.data))) as opened:
        await opened.accounts.add(handle, PASSWORD, handle, role)


def make_product(shop: Site, creator: str, *, stock: int = 5, price_minor: int = 100, **variant: Any) -> dict[str, Any]:
    variants = [{"title": "Plain", "price_minor": price_minor, "stock": stock, **variant}]
    answer = shop.call("POST", "products", {"title": f"Cup {uuid4()}", "variants": variants}, token=creator)
    assert answer.status == 201, answer
    product: dict[str, Any] = answer.body["product"]
    return product


def make_topic(shop: Site, creator: str, products: list[str] | None = None) -> str:
    """A draft."""
    body = {
        "title": "Cups and bowls",
        "category": "home",
        "summary": "How they are thrown, glazed and fired.",
        "language": "en",
        "products": products or [],
    }
    answer = shop.call("POST", "topics", body, token=creator)
    assert answer.status == 201, answer
    return str(answer.body["topic"]["id"])


def make_show(shop: Site, creator: str, products: list[str] | None = None) -> dict[str, Any]:
    """A show whose topic went the whole way; the answer of POST shows."""
    topic = make_topic(shop, creator, products)
    for token, step in ((creator, "submit"), (shop.log_in("mo"), "approve")):
        done = shop.call("POST", f"topics/{topic}/{step}", token=token)
        assert done.status == 200, done
    answer = shop.call("POST", "shows", {"topic": topic}, token=creator)
    assert answer.status == 201, answer
    found: dict[str, Any] = answer.body
    return found


def with_key(shop: Site, path: str, body: Any, token: str, key: str | None = None, method: str = "POST") -> Answer:
    return shop.call(method, path, body, token=token, Idempotency_Key=key or str(uuid4()))
