"""Products and their variants. What is left of a variant is counted in domain/stock.py; here is what it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.domain.link import check_link
from livecart.domain.money import MAX_MINOR, Money, check_currency
from livecart.domain.text import check_text

VARIANTS_MAX = 100
IMAGES_MAX = 9
STOCK_MAX = 10**9
# In how many currencies besides the product's own a variant may have a price.
PRICES_MAX = 20


@dataclass(frozen=True, slots=True)
class Variant:
    """`prices` are those in other currencies than the product's own."""

    id: VariantId
    title: str
    price_minor: int
    stock: int
    reserved: int = 0
    sold: int = 0
    version: int = 1
    # No offer may sell it below.
    floor_minor: int | None = None
    prices: tuple[Money, ...] = ()
    # Held for those whom a waitlist invited.
    invited: int = 0

    @property
    def available(self) -> int:
        return self.stock - self.reserved - self.sold - self.invited


@dataclass(frozen=True, slots=True)
class Product:
    """What is not `on_sale` stays where it is shown, but cannot be ordered."""

    id: ProductId
    seller: PersonId
    title: str
    currency: str
    variants: tuple[Variant, ...]
    url: str | None
    images: tuple[str, ...]
    created_at_ms: int
    on_sale: bool = True


@dataclass(frozen=True, slots=True)
class VariantEdit:
    """How a variant shall be; one without an `id` known to the product is added, with nothing in stock.

    `keeps_floor`: the floor price stays as it is, whatever `floor_minor` says.
    """

    id: VariantId
    title: str
    price_minor: int
    prices: tuple[Money, ...]
    is_new: bool
    floor_minor: int | None = None
    keeps_floor: bool = True


@dataclass(frozen=True, slots=True)
class ProductEdit:
    """`currency` may be empty, or repeat the product's: what is priced in one currency stays in it."""

    title: str
    url: str | None
    on_sale: bool
    variants: tuple[VariantEdit, ...]
    currency: str = ""


def check_product(product: Product, domains: Collection[str] = ()) -> Product:
    """Returns a new product with its texts and links cleaned; raises InvalidError naming the field at fault."""
    if len(product.images) > IMAGES_MAX:
        raise InvalidError("too many images", fields={"images": f"at most {IMAGES_MAX}"})
    # On other servers, that is. Ours come by upload, which knows that the file is there.
    images = tuple(check_link(image, field="images") for image in product.images)
    return _checked(replace(product, images=images), domains)


def edited(product: Product, edit: ProductEdit, domains: Collection[str] = ()) -> Product:
    """The product as `edit` wants it. The variants come in its order; those that it leaves out stay, behind the others.

    Stock does not change. Raises InvalidError naming the field at fault.
    """
    if edit.currency not in {"", product.currency}:
        raise InvalidError("a product keeps its currency", fields={"currency": product.currency})
    known = {variant.id: variant for variant in product.variants}
    named = [variant.id for variant in edit.variants]
    if len(set(named)) != len(named):
        raise InvalidError("a variant is named twice", fields={"variants": "each once"})
    if any(not variant.is_new and variant.id not in known for variant in edit.variants):
        raise InvalidError("no such variant of this product", fields={"variants": "ids of this product's variants"})
    changed = [_edited_variant(known.get(variant.id), variant) for variant in edit.variants]
    kept = [variant for variant in product.variants if variant.id not in set(named)]
    wanted = replace(product, title=edit.title, url=edit.url, on_sale=edit.on_sale, variants=(*changed, *kept))
    # A link that was good when it was set stays, though the operator's list may have changed since.
    return _checked(wanted, domains if edit.url != product.url else ())


def raised_floors(before: Product, after: Product) -> set[VariantId]:
    """The variants that no offer may sell as cheaply any more as it could."""
    floors = {variant.id: variant.floor_minor or 0 for variant in before.variants}
    return {variant.id for variant in after.variants if (variant.floor_minor or 0) > floors.get(variant.id, 0)}


def with_image(product: Product, image: str) -> Product:
    """The product with one picture more, or as it is if it has this one. Raises ConflictError `too_many_images`."""
    if image in product.images:
        return product
    if len(product.images) >= IMAGES_MAX:
        raise ConflictError(f"a product has at most {IMAGES_MAX} pictures", code="too_many_images")
    return replace(product, images=(*product.images, image))


def arranged(product: Product, images: Sequence[str]) -> Product:
    """The product with those of its pictures that are named, in this order. Raises InvalidError."""
    if len(set(images)) != len(images) or not set(images) <= set(product.images):
        raise InvalidError("these are not the product's pictures", fields={"images": "some of its images, each once"})
    return replace(product, images=tuple(images))


def _checked(product: Product, domains: Collection[str]) -> Product:
    check_currency(product.currency)
    if not 1 <= len(product.variants) <= VARIANTS_MAX:
        raise InvalidError("a product has variants", fields={"variants": f"1 to {VARIANTS_MAX}"})
    return replace(
        product,
        title=check_text("title", product.title, 1, 120),
        url=None if product.url is None else check_link(product.url, domains),
        variants=tuple(_check_variant(variant, product.currency) for variant in product.variants),
    )


def _edited_variant(before: Variant | None, wanted: VariantEdit) -> Variant:
    if before is None:
        return Variant(
            wanted.id, wanted.title, wanted.price_minor, stock=0, prices=wanted.prices, floor_minor=wanted.floor_minor
        )
    floor_minor = before.floor_minor if wanted.keeps_floor else wanted.floor_minor
    return replace(
        before, title=wanted.title, price_minor=wanted.price_minor, prices=wanted.prices, floor_minor=floor_minor
    )


def _check_variant(variant: Variant, currency: str) -> Variant:
    if not 0 <= variant.price_minor <= MAX_MINOR or any(money.amount_minor < 0 for money in variant.prices):
        raise InvalidError("the price is not valid", fields={"price_minor": f"0 to {MAX_MINOR}"})
    if variant.floor_minor is not None and not 0 <= variant.floor_minor <= variant.price_minor:
        raise InvalidError("the floor price is not valid", fields={"floor_minor": "0 to the price"})
    if not 0 <= variant.stock <= STOCK_MAX:
        raise InvalidError("the stock is not valid", fields={"stock": f"0 to {STOCK_MAX}"})
    currencies = [currency, *(money.currency for money in variant.prices)]
    if len(set(currencies)) != len(currencies) or len(variant.prices) > PRICES_MAX:
        raise InvalidError(
            "the prices are not valid", fields={"prices": f"at most {PRICES_MAX}, each in another currency"}
        )
    return replace(
        variant,
        title=check_text("variant title", variant.title, 1, 80),
        prices=tuple(sorted(variant.prices, key=lambda money: money.currency)),
    )
