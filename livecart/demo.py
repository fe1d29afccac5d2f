"""The demo shop: people, goods with pictures, a funded wallet each, one approved topic. Made once, then left alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from livecart.demo_pictures import cover_picture, goods_picture
from livecart.domain.catalog import Product, Variant
from livecart.domain.ids import ProductId, TopicId, VariantId
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.accounts import Accounts
from livecart.services.catalog import Catalog
from livecart.services.pictures import ProductPictures
from livecart.services.ports import Clock, Ids
from livecart.services.store import Page, Store
from livecart.services.topic_covers import TopicCovers
from livecart.services.topics import TopicReview
from livecart.services.wallets import Wallets

_PAGE = Page(100)
PASSWORD = "livecart-demo"  # noqa: S105 -- published on purpose; `serve --lan` makes random ones
PEOPLE = (
    ("mei", "Mei", Role.CREATOR),
    ("ana", "Ana", Role.VIEWER),
    ("lin", "Lin", Role.VIEWER),
    ("mo", "Mo", Role.MODERATOR),
    ("root", "Root", Role.ADMIN),
)
FUNDS_MINOR = 200_000
GOODS = (
    ("Hand-poured candle", (("Cedar", 4_900, 40), ("Fig", 4_900, 25))),
    ("Linen tote bag", (("Natural", 8_900, 30), ("Indigo", 9_900, 12))),
    ("Pu'er tea, 100 g", (("Raw, 2018", 12_800, 20), ("Ripe, 2015", 15_800, 8))),
)
TOPIC = (
    "An evening with slow things",
    "home",
    "Candles, linen and tea from three small makers: how they are made, how to use them, and what they cost.",
    "en",
)


@dataclass(frozen=True, slots=True)
class Demo:
    store: Store
    clock: Clock
    ids: Ids
    accounts: Accounts
    catalog: Catalog
    pictures: ProductPictures
    topics: TopicReview
    covers: TopicCovers
    wallets: Wallets
    currency: str

    async def is_there(self) -> bool:
        """The approved topic is made last, so it stands for everything; it may have expired since."""
        async with self.store.read() as tx:
            found = await tx.people.by_handle("mei")
            if found is None:
                return False
            return any(
                topic.status in {"approved", "expired"} for topic in await tx.topics.search(_PAGE, creator=found[0].id)
            )

    async def make(self, passwords: dict[str, str]) -> None:
        """Makes what is missing; `passwords` by handle, PASSWORD where none is given."""
        if await self.is_there():
            return
        people: dict[str, Person] = {}
        for handle, name, role in PEOPLE:
            async with self.store.read() as tx:
                found = await tx.people.by_handle(handle)
            password = passwords.get(handle, PASSWORD)
            people[handle] = found[0] if found else await self.accounts.add(handle, password, name, role)
            await self.wallets.top_up(people[handle], "demo", amount_minor=FUNDS_MINOR, currency=self.currency)
        mei, mo = people["mei"], people["mo"]
        async with self.store.read() as tx:
            goods = [product.id for product in await tx.products.search(_PAGE, seller=mei.id)]
        if len(goods) < len(GOODS):
            goods = [await self._add(mei, self._product(mei, *each)) for each in GOODS]
        title, category, summary, language = TOPIC
        text = TopicText(title, category, summary, language, None, tuple(goods))
        topic = TopicId((await self.topics.propose(mei, text))["id"])
        await self.covers.put(mei, topic, await asyncio.to_thread(cover_picture))
        await self.topics.submit(mei, topic)
        await self.topics.approve(mo, topic)

    async def _add(self, seller: Person, product: Product) -> ProductId:
        await self.catalog.add(seller, product)
        await self.pictures.add(seller, product.id, await asyncio.to_thread(goods_picture, product.title))
        return product.id

    def _product(self, seller: Person, title: str, variants: tuple[tuple[str, int, int], ...]) -> Product:
        return Product(
            id=ProductId(self.ids.new()),
            seller=seller.id,
            title=title,
            currency=self.currency,
            variants=tuple(Variant(VariantId(self.ids.new()), *variant) for variant in variants),
            url=None,
            images=(),
            created_at_ms=self.clock.now_ms(),
        )
