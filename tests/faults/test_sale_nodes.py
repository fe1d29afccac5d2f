"""Row 24 over HTTP: a thousand buyers, a hundred units, three processes, and everybody asks three times."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import order_lines, orders
from livecart.adapters.sql.tables_offers import offers
from livecart.services.audit import Audit, in_order
from tests.support.fleet import WebPart, wait_until_open
from tests.support.people import make_product, make_show, with_key
from tests.support.sale import Sale
from tests.support.strangers import sign_in

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

BUYERS, UNITS, TRIES = 1_000, 100, 3
AT_ONCE = 300


@pytest.fixture
def webs(postgres_sale: Sale, tmp_path: Path) -> Iterator[list[WebPart]]:
    """Three, beside the sale's own, which has a proxy before it."""
    found = [WebPart(postgres_sale.environment, tmp_path / f"web-{number}.log") for number in range(3)]
    try:
        for web in found:
            web.start()
        wait_until_open(*found)
        yield found
    finally:
        for web in found:
            web.stop()


def open_offer(web: WebPart) -> str:
    """Of a product with twice as many units."""
    mei = web.log_in("mei")
    product = make_product(web, mei, stock=2 * UNITS, price_minor=1_000)
    show = make_show(web, mei)["show"]["id"]
    assert web.call("PUT", f"shows/{show}/bag", {"products": [product["id"]]}, token=mei).status == 200
    terms = {"variant": product["variants"][0]["id"], "price_minor": 500, "quantity": UNITS, "per_buyer": 1}
    opened = with_key(web, f"shows/{show}/offers", terms, mei)
    assert opened.status == 201, opened
    found: str = opened.body["offer"]["id"]
    return found


async def test_a_thousand_buyers_at_three_processes_get_exactly_a_hundred_units(
    postgres_sale: Sale, webs: list[WebPart]
) -> None:
    chances = random.Random(24)
    offer = await asyncio.to_thread(open_offer, postgres_sale.web)
    tokens = await sign_in(postgres_sale.database_url, BUYERS)
    asked = [(token, chances.choice(webs).url) for token in tokens for _ in range(TRIES)]
    chances.shuffle(asked)
    answers: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    turn = asyncio.Semaphore(AT_ONCE)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as http:

        async def ask(token: str, url: str) -> None:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "row-24"}
            body = {"offer": offer, "quantity": 1}
            async with turn, http.post(f"{url}/api/v1/orders", json=body, headers=headers) as response:
                found = await response.json()
            answers[token].append((response.status, found["order"]["id"] if "order" in found else found["code"]))

        await asyncio.gather(*(ask(*each) for each in asked))
    won = {token: {word for status, word in said if status == 201} for token, said in answers.items()}
    assert sum(len(found) for found in won.values()) == UNITS
    assert all(len(found) <= 1 for found in won.values()), "the same key got two orders"
    assert {said for each in answers.values() for said in each if said[0] != 201} == {(409, "sold_out")}
    await _check_books(postgres_sale.database_url, offer, {order for found in won.values() for order in found})


async def _check_books(url: str, offer: str, sold: set[str]) -> None:
    database = Database(url)
    try:
        async with database.read() as connection:
            row = (await connection.execute(select(offers).where(offers.c.id == offer))).one()
            kept = (
                select(orders.c.id)
                .join(order_lines, order_lines.c.order_id == orders.c.id)
                .where(order_lines.c.offer_id == offer)
            )
            found = set((await connection.execute(kept)).scalars())
            units = select(func.sum(order_lines.c.quantity)).where(order_lines.c.offer_id == offer)
            assert (await connection.execute(units)).scalar_one() == UNITS
        assert found == sold
        assert (row.reserved, row.sold) == (UNITS, 0)
        assert in_order(await Audit(SqlStore(database)).run())
    finally:
        await database.close()
