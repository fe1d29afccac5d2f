"""/api/v1/products/{id}/images, and /images/…, where pictures are served to everybody."""

from __future__ import annotations

from pathlib import Path

import msgspec
from aiohttp import web

from livecart.domain.ids import ProductId
from livecart.domain.picture import BYTES_MAX, digest_of
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.rest.upload import FORM_TYPE, RAW_TYPES, Uploads
from livecart.services.pictures import ProductPictures

# The name is the hash of the content. Opened by itself, a picture can do nothing.
_HEADERS = {
    "Content-Type": "image/webp",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ImagesBody(msgspec.Struct, frozen=True):
    images: list[str]


class PictureRoutes:
    """`folder` is where adapters/images.py keeps them: FOLDER/ab/abcd….webp."""

    def __init__(self, identity: Identity, pictures: ProductPictures, folder: Path) -> None:
        self._identity = identity
        self._pictures = pictures
        self._folder = folder
        self._uploads = Uploads(BYTES_MAX)

    def routes(self) -> list[Route]:
        path = f"{API}/products/{{product}}/images"
        product = (201, "product")
        return [
            Route("POST", path, self.add, "Add a picture", answers=product, uploads=(*RAW_TYPES, FORM_TYPE)),
            Route(
                "PUT", path, self.arrange, "Order the pictures; those left out go", ImagesBody, answers=(200, "product")
            ),
        ]

    def files(self) -> list[web.RouteDef]:
        return [web.get("/images/{name}", self.file)]

    async def add(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        await self._pictures.require_place(person, _product_of(request), address=self._identity.address(request))
        raw = await self._uploads.read(request)
        return answer("product", await self._pictures.add(person, _product_of(request), raw), status=201)

    async def arrange(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ImagesBody)
        return answer("product", await self._pictures.arrange(person, _product_of(request), body.images))

    async def file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        # Nothing but a name of ours ever becomes part of a path.
        file = self._folder / name[:2] / name
        if digest_of(request.path) is None or not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=_HEADERS)


def _product_of(request: web.Request) -> ProductId:
    return ProductId(request.match_info["product"])
