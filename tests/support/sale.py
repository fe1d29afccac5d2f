"""A sale in a shop whose parts are processes of their own and may be killed: SQLite with one, PostgreSQL with several.

`reckon()` is the pass mark of every fault: what is in the books is what buyers were told, to the unit and the cent.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from redis.asyncio import Redis
from sqlalchemy import func, select

from livecart.adapters.redis.show_log import RedisShowLog
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.adapters.sql.tables import accounts, order_lines, orders, outbox, variants
from livecart.domain.events import CHAT
from livecart.domain.ids import EventId, ShowId
from livecart.services.audit import Audit, in_order
from tests.support.crowd import FUNDS_MINOR, Buyer, Crowd, Goods
from tests.support.doom import Doom
from tests.support.fault_proxy import FaultProxy
from tests.support.fleet import Part, WebPart, environment_of, furnish, wait_until_open
from tests.support.full import FULL
from tests.support.operator import livecart
from tests.support.people import make_product, make_show, register
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.regulars import Regular
from tests.support.running_shop import Answer, Site

BUYERS = 6
STOCK, PRICE_MINOR = 1_000_000, 100
BACK_S = 20.0
TOLD_S = 15.0


@dataclass(frozen=True, slots=True)
class Giving:
    """People who sent gifts beside the sale: what they had, and what of it their hosts were paid."""

    funds_minor: int
    given_minor: int


@dataclass(frozen=True, slots=True)
class Sale:
    """`web` and `jobs` (the same on SQLite) run with their dooms; `line` leads from `web` to PostgreSQL.

    `environment` has no line but those of the others. `funds_minor`: all the money there was when the sale began.
    """

    environment: dict[str, str]
    web: WebPart
    jobs: Part
    dooms: dict[Part, Doom]
    redis: RedisServer
    crowd: Crowd
    funds_minor: int
    postgres: PostgresServer | None = None
    line: FaultProxy | None = None
    # Orders that were in a reckoning.
    reckoned: set[str] = field(default_factory=set)
    # What wallets were filled with and what left them for gifts since the sale began.
    given: list[Giving] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        return self.environment["LIVECART_DATABASE_URL"]

    @property
    def parts(self) -> list[Part]:
        return list(self.dooms)

    def begin(self, part: Part) -> None:
        part.program = self.dooms[part].words
        part.start()

    async def revive(self, part: Part) -> float:
        """Starts again what was killed; how many seconds it takes until all is well."""
        await asyncio.to_thread(part.kill)
        began = time.monotonic()
        self.begin(part)
        await self.all_is_well()
        return time.monotonic() - began

    async def all_is_well(self, within_s: float = BACK_S) -> float:
        """Until the shop is ready; how many seconds it takes."""
        began = time.monotonic()
        while not await asyncio.to_thread(self._is_well):
            assert time.monotonic() - began < within_s, f"not ready:\n{self.web.log[-4000:]}"
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    def _is_well(self) -> bool:
        try:
            return not self.web.faults.keys() - {"media"}
        except OSError:
            return False

    async def struck(self, part: Part, within_s: float = BACK_S) -> None:
        began = time.monotonic()
        while not self.dooms[part].has_struck:
            assert time.monotonic() - began < within_s, "the doom never struck"
            await asyncio.sleep(0.005)

    def audit(self) -> str:
        """What `livecart audit` prints; raises AssertionError if it finds anything."""
        done = livecart("audit", LIVECART_DATABASE_URL=self.database_url)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def reckon(self, *, log_is_whole: bool = True) -> None:
        """Raises AssertionError unless books, buyers and the room's log agree. Nobody buys meanwhile.

        `log_is_whole`: Redis has not lost anything since the last reckoning.
        """
        assert [fault for buyer in self.crowd.buyers for fault in buyer.faults] == []
        assert {refusal.status for refusal in self.crowd.refusals} <= {503}
        database = Database(self.database_url)
        try:
            await self._reckon_orders(database)
            await self._reckon_goods_and_money(database)
            findings = await Audit(SqlStore(database)).run()
            assert in_order(findings), [finding for finding in findings if finding.faults]
            await self._until_all_is_told(database)
        finally:
            await database.close()
        fresh = [order for order in self.crowd.bought if order not in self.reckoned]
        if log_is_whole:
            await self._reckon_log(fresh)
        self.reckoned.update(fresh)

    async def _reckon_orders(self, database: Database) -> None:
        """Every order that was acknowledged, once, and no other."""
        query = select(orders.c.id, orders.c.state, func.sum(order_lines.c.quantity).label("units"))
        query = query.join(order_lines, order_lines.c.order_id == orders.c.id).group_by(orders.c.id, orders.c.state)
        query = query.where(order_lines.c.variant_id == self.crowd.goods.variant)
        async with database.read() as connection:
            kept = {row.id: (row.state, row.units) for row in await connection.execute(query)}
        assert kept == {order: (each.state, each.quantity) for order, each in self.crowd.bought.items()}
        keys = {bought.key for bought in self.crowd.bought.values()}
        assert len(keys) == len(kept), "two orders for one key"

    async def _reckon_goods_and_money(self, database: Database) -> None:
        wanted = select(variants).where(variants.c.id == self.crowd.goods.variant)
        async with database.read() as connection:
            row = (await connection.execute(wanted)).one()
        sold = self.crowd.units("paid")
        assert (row.stock, row.reserved, row.sold) == (STOCK, self.crowd.units("reserved"), sold)
        takings = sold * self.crowd.goods.price_minor
        found, funds_minor = await balances(database), self.funds_minor + sum(each.funds_minor for each in self.given)
        takings += sum(each.given_minor for each in self.given)
        assert (found["external"], found.get("proceeds", 0)) == (-funds_minor, takings)
        assert found["wallet"] == funds_minor - takings

    async def _until_all_is_told(self, database: Database) -> None:
        """The outbox runs dry."""
        waiting = select(func.count()).where(outbox.c.published.is_(False), outbox.c.type != CHAT)
        began = time.monotonic()
        while True:
            async with database.read() as connection:
                left = (await connection.execute(waiting)).scalar_one()
            if not left:
                return
            assert time.monotonic() - began < TOLD_S, f"{left} events wait in the outbox"
            await asyncio.sleep(0.05)

    async def _reckon_log(self, fresh: Sequence[str]) -> None:
        """Every sale has its one number in the room's log, which remembers some thousands."""
        paid = [EventId(f"toast:{order}") for order in fresh if self.crowd.bought[order].state == "paid"][-1_000:]
        async with Redis(unix_socket_path=str(self.redis.socket)) as client:
            numbers = await RedisShowLog(client).numbers(ShowId(self.crowd.goods.show), paid)
        assert numbers.keys() == set(paid)
        assert len(set(numbers.values())) == len(paid)


class Onlooker(Regular):
    """Somebody in the room. `toasts`: how many sales he saw; `left`: what he was last told is left, and its version."""

    toasts = 0
    left = (0, 0)

    def _enter(self, ok: dict[str, Any], *, resumes: bool) -> None:
        super()._enter(ok, resumes=resumes)
        for product in ok.get("bag", {}).get("products", ()):
            for variant in product["variants"]:
                self._count(variant)

    def _hear(self, events: list[list[Any]]) -> None:
        super()._hear(events)
        for _, kind, data, _ in events:
            self.toasts += kind == "order.toast"
            if kind == "stock":
                self._count(data)

    def _count(self, stock: dict[str, Any]) -> None:
        self.left = max(self.left, (stock["version"], stock["available"]))


@asynccontextmanager
async def looking_on(sale: Sale, count: int = 2) -> AsyncIterator[list[Onlooker]]:
    async with aiohttp.ClientSession() as http:
        found = [Onlooker(http, [sale.web.url], sale.crowd.goods.show) for _ in range(count)]
        stays = [asyncio.create_task(each.stay()) for each in found]
        try:
            yield found
        finally:
            for stay in stays:
                stay.cancel()
            await asyncio.gather(*stays, return_exceptions=True)


@contextmanager
def open_sale(engine: str, data: Path, disk: Path | None = None) -> Iterator[Sale]:
    """`engine`: sqlite or postgresql; all parts run, and everybody has money. `disk`: where the database is kept."""
    with ExitStack() as stack:
        redis = RedisServer(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lc-"))), durable=True)
        redis.start()
        stack.callback(redis.stop)
        postgres, line = None, None
        url = web_url = f"sqlite:///{(disk or data) / 'livecart.db'}"
        if engine == "postgresql":
            postgres = PostgresServer(durable=FULL, mortal=True, disk=disk)
            stack.callback(postgres.stop)
            postgres.start()
            url = asyncio.run(postgres.new_database(empty=True))
            line = stack.enter_context(FaultProxy(postgres.socket))
            name = url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
            web_url = f"postgresql://livecart@{line.address}/{name}"
        asyncio.run(furnish(data, url))
        environment = environment_of(data, url, redis.url)
        # Twenty kills at each point take longer than goods are reserved for otherwise.
        environment |= {"LIVECART_RESERVATION_S": "7200", "LIVECART_GIFT_STREAK_S": "1"}
        environment |= {"LIVECART_DATABASE_PATIENCE_MS": "200"}
        web = WebPart({**environment, "LIVECART_DATABASE_URL": web_url}, data / "web.log")
        jobs = Part(["jobs"], environment, data / "jobs.log") if postgres else web
        dooms = {part: Doom(data / f"doom-{number}") for number, part in enumerate({web: 0, jobs: 0})}
        for part, doom in dooms.items():
            part.program = doom.words
            part.start()
            stack.callback(part.stop)
        wait_until_open(web)
        crowd = gather_crowd(web.url)
        funds_minor = asyncio.run(_fill_wallets(crowd, url))
        yield Sale(environment, web, jobs, dooms, redis, crowd, funds_minor, postgres, line)


class _Caller(Site):
    """Comes again when he is told to, as every client does.

    A sale's web process waits for PostgreSQL no longer than a shop should; a machine full of tests may hold it longer.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> Answer:
        until = time.monotonic() + BACK_S
        while True:
            answer = super().call(method, path, body, token=token, **headers)
            if answer.status != 503 or time.monotonic() > until:
                return answer
            time.sleep(int(answer.headers["Retry-After"]))


def gather_crowd(url: str, count: int = BUYERS) -> Crowd:
    """Buyers, and something to buy in a show."""
    web = _Caller(url)
    mei = web.log_in("mei")
    product = make_product(web, mei, stock=STOCK, price_minor=PRICE_MINOR)
    show = make_show(web, mei, [product["id"]])["show"]["id"]
    answer = web.call("PUT", f"shows/{show}/bag", {"products": [product["id"]]}, token=mei)
    assert answer.status == 200, json.dumps(answer.body)
    goods = Goods(show, product["variants"][0]["id"], PRICE_MINOR)
    return Crowd(goods, [Buyer([url], register(web), goods, seed) for seed in range(count)])


async def _fill_wallets(crowd: Crowd, url: str) -> int:
    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(buyer.fill_wallet(http) for buyer in crowd.buyers))
    database = Database(url)
    funds_minor = -(await balances(database))["external"]
    await database.close()
    assert funds_minor >= len(crowd.buyers) * FUNDS_MINOR
    return funds_minor


async def balances(database: Database) -> dict[str, int]:
    """The sum of all accounts of each kind."""
    query = select(accounts.c.kind, func.sum(accounts.c.balance_minor)).group_by(accounts.c.kind)
    async with database.read() as connection:
        return {kind: int(total) for kind, total in await connection.execute(query)}
