"""A product's pictures: added, ordered, taken away, and thrown away once no product has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livecart.domain.catalog import Product, arranged, with_image
from livecart.domain.ids import ProductId
from livecart.domain.people import Person
from livecart.domain.picture import digest_of, picture_path
from livecart.domain.places import kept
from livecart.services.catalog import own_product, tell_shows
from livecart.services.ports import Clock, Limits, Pictures
from livecart.services.store import Store, Transaction
from livecart.services.views import product_view

# Between an upload and its commit the picture belongs to no product; backups may hold products of a while ago.
KEPT_UNUSED_MS = 24 * 3600 * 1000


class ProductPictures:
    def __init__(self, store: Store, pictures: Pictures, limits: Limits, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._limits = limits
        self._clock = clock

    async def require_place(self, person: Person, product: ProductId, *, address: str) -> None:
        """Raises what `add` would raise, before anybody reads megabytes of a picture. Counts the try."""
        await self._limits.check("upload", person.id, address=address)
        async with self._store.read() as tx:
            with_image(await own_product(tx, person, product), "")
        await self._limits.count("upload", person.id, address=address)

    async def add(self, person: Person, product_id: ProductId, raw: bytes) -> dict[str, Any]:
        """Puts the picture last. One that the product has already changes nothing.

        Raises ConflictError `too_many_images`, InvalidError as domain/picture.py says, UnavailableError `busy`.
        """
        path = picture_path(await self._pictures.keep(raw))
        async with self._store.write() as tx:
            before = await own_product(tx, person, product_id)
            return await self._save(tx, before, with_image(before, path))

    async def arrange(self, person: Person, product_id: ProductId, images: Sequence[str]) -> dict[str, Any]:
        """Leaves the product those of its pictures that are named, in this order."""
        async with self._store.write() as tx:
            before = await own_product(tx, person, product_id)
            return await self._save(tx, before, arranged(before, [kept(image) for image in images]))

    async def forget_unused(self) -> int:
        """Deletes files that belong to no product, topic or show; returns how many.

        Safe to run twice, and on two machines.
        """
        async with self._store.read() as tx:
            used = {digest async for image in tx.products.holding_images() if (digest := digest_of(image))}
            used |= {digest for cover in await tx.topics.holding_covers() if (digest := digest_of(cover))}
        return await self._pictures.forget_unused(used, self._clock.now_ms() - KEPT_UNUSED_MS)

    async def _save(self, tx: Transaction, before: Product, product: Product) -> dict[str, Any]:
        if product != before:
            await tx.products.save(product)
            await tell_shows(tx, product.id, self._clock.now_ms())
        return product_view(product)
