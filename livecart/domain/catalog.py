"""Products and their variants. What is left of a variant is counted in domain/stock.py; here is what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.domain.money import MAX_MINOR, check_currency
from livecart.domain.text import check_text

VARIANTS_MAX = 100
IMAGES_MAX = 9
STOCK_MAX = 10**9
URL_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Variant:
    id: VariantId
    title: str
    price_minor: int
    stock: int
    reserved: int = 0
    sold: int = 0
    version: int = 1
    # No offer may sell it below.
    floor_minor: int | None = None

    @property
    def available(self) -> int:
        return self.stock - self.reserved - self.sold


@dataclass(frozen=True, slots=True)
class Product:
    id: ProductId
    seller: PersonId
    title: str
    currency: str
    variants: tuple[Variant, ...]
    url: str | None
    images: tuple[str, ...]
    created_at_ms: int


def check_product(product: Product) -> Product:
    """Returns the product with its texts cleaned; raises InvalidError naming the field at fault."""
    title = check_text("title", product.title, 1, 120)
    check_currency(product.currency)
    if not 1 <= len(product.variants) <= VARIANTS_MAX:
        raise InvalidError("a product has variants", fields={"variants": f"1 to {VARIANTS_MAX}"})
    if len(product.images) > IMAGES_MAX:
        raise InvalidError("too many images", fields={"images": f"at most {IMAGES_MAX}"})
    for url in (product.url, *product.images):
        if url is not None:
            _check_url(url)
    return replace(product, title=title, variants=tuple(_check_variant(variant) for variant in product.variants))


def _check_variant(variant: Variant) -> Variant:
    if not 0 <= variant.price_minor <= MAX_MINOR:
        raise InvalidError("the price is not valid", fields={"price_minor": f"0 to {MAX_MINOR}"})
    if variant.floor_minor is not None and not 0 <= variant.floor_minor <= variant.price_minor:
        raise InvalidError("the floor price is not valid", fields={"floor_minor": "0 to the price"})
    if not 0 <= variant.stock <= STOCK_MAX:
        raise InvalidError("the stock is not valid", fields={"stock": f"0 to {STOCK_MAX}"})
    return replace(variant, title=check_text("variant title", variant.title, 1, 80))


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or len(url) > URL_MAX or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidError("the address is not valid", fields={"url": "an http or https address"})
