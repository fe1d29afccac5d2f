"""/api/v1/products…"""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from livecart.domain.catalog import Product, ProductEdit, Variant, VariantEdit
from livecart.domain.ids import ProductId, VariantId
from livecart.domain.money import Money
from livecart.rest.body import answer, flag, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.catalog import Catalog
from livecart.services.ports import Clock, Ids

QUERY_MAX = 120


class PriceBody(msgspec.Struct, frozen=True):
    amount_minor: int
    currency: str


class VariantBody(msgspec.Struct, frozen=True):
    title: str
    price_minor: int
    stock: int
    # In other currencies than the product's.
    prices: list[PriceBody] = []
    # No offer may sell it below.
    floor_minor: int | None = None


class ProductBody(msgspec.Struct, frozen=True):
    title: str
    variants: Annotated[list[VariantBody], msgspec.Meta(min_length=1)]
    # Empty: the shop's currency.
    currency: str = ""
    url: str | None = None
    images: list[str] = []


class VariantEditBody(msgspec.Struct, frozen=True):
    title: str
    price_minor: int
    # Empty: a new variant, with nothing in stock.
    id: str = ""
    prices: list[PriceBody] = []
    # No offer may sell it below. Left out: as it is; null: none.
    floor_minor: int | msgspec.UnsetType | None = msgspec.UNSET


class ProductEditBody(msgspec.Struct, frozen=True):
    title: str
    variants: list[VariantEditBody] = []
    url: str | None = None
    on_sale: bool = True
    # A product keeps its currency; this may only repeat it.
    currency: str = ""


class ProductRoutes:
    def __init__(self, identity: Identity, catalog: Catalog, clock: Clock, ids: Ids, *, currency: str) -> None:
        self._identity = identity
        self._catalog = catalog
        self._clock = clock
        self._ids = ids
        self._currency = currency

    def routes(self) -> list[Route]:
        one = f"{API}/products/{{product}}"
        return [
            Route(
                "POST",
                f"{API}/products",
                self.add,
                "Add a product with its variants",
                body=ProductBody,
                answers=(201, "product"),
            ),
            Route(
                "GET",
                f"{API}/products",
                self.search,
                "Find products by title",
                answers=(200, "products"),
                query=("q", "mine", "cursor", "limit"),
                public=True,
            ),
            Route("GET", one, self.get, "One product", answers=(200, "product"), public=True),
            Route("PUT", one, self.edit, "Change a product, but for its stock", ProductEditBody, (200, "product")),
        ]

    async def add(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ProductBody)
        product = Product(
            id=ProductId(self._ids.new()),
            seller=person.id,
            title=body.title,
            currency=body.currency or self._currency,
            variants=tuple(
                Variant(
                    VariantId(self._ids.new()),
                    variant.title,
                    variant.price_minor,
                    variant.stock,
                    prices=_prices(variant.prices),
                    floor_minor=variant.floor_minor,
                )
                for variant in body.variants
            ),
            url=body.url,
            images=tuple(body.images),
            created_at_ms=self._clock.now_ms(),
        )
        return answer("product", await self._catalog.add(person, product), status=201)

    async def edit(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ProductEditBody)
        variants = tuple(
            VariantEdit(
                VariantId(variant.id or self._ids.new()),
                variant.title,
                variant.price_minor,
                _prices(variant.prices),
                is_new=not variant.id,
                floor_minor=None if variant.floor_minor is msgspec.UNSET else variant.floor_minor,
                keeps_floor=variant.floor_minor is msgspec.UNSET,
            )
            for variant in body.variants
        )
        edit = ProductEdit(body.title, body.url, body.on_sale, variants, body.currency)
        product = ProductId(request.match_info["product"])
        return answer("product", await self._catalog.edit(person, product, edit))

    async def search(self, request: web.Request) -> web.Response:
        seller = await self._identity.person(request) if flag(request, "mine") else None
        text = request.query.get("q", "").strip()[:QUERY_MAX] or None
        found, following = await self._catalog.search(page_of(request), text=text, seller=seller)
        return answer("products", found, next=following)

    async def get(self, request: web.Request) -> web.Response:
        return answer("product", await self._catalog.get(ProductId(request.match_info["product"])))


def _prices(prices: list[PriceBody]) -> tuple[Money, ...]:
    return tuple(Money(price.amount_minor, price.currency) for price in prices)
