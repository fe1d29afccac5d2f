"""/api/v1/shows/{show}/referral…: links that people pass on, and the same as a code for a camera."""

from __future__ import annotations

import io
from urllib.parse import quote

import msgspec
import segno
from aiohttp import web

from livecart.domain.ids import ShowId
from livecart.domain.people import check_handle
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.sharing import Sharing
from livecart.services.shows import Shows


class ReferralBody(msgspec.Struct, frozen=True):
    by: str


class SharingRoutes:
    """`address`: the shop's, where the operator has set one; else the host that was asked."""

    def __init__(self, identity: Identity, sharing: Sharing, shows: Shows, address: str = "") -> None:
        self._identity = identity
        self._sharing = sharing
        self._shows = shows
        self._address = address.rstrip("/")

    def routes(self) -> list[Route]:
        one = f"{API}/shows/{{show}}"
        return [
            Route(
                "POST",
                f"{one}/referral",
                self.came,
                "Say whose link brought you; the first one stays",
                body=ReferralBody,
                answers=(200, "referral"),
            ),
            Route(
                "GET",
                f"{one}/referrals",
                self.brought,
                "How many came by links, and by whose; for the host and moderators",
                answers=(200, "referrals"),
            ),
            Route("GET", f"{one}/qr.svg", self.code, "The link to a show as a QR code", query=("by",), public=True),
        ]

    async def came(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, ReferralBody)
        address = self._identity.address(request)
        return answer("referral", await self._sharing.came(person, _show_of(request), body.by, address=address))

    async def brought(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("referrals", await self._sharing.brought(person, _show_of(request)))

    async def code(self, request: web.Request) -> web.Response:
        """Only of shows that are there: this is no maker of codes for anything."""
        show = _show_of(request)
        await self._shows.show_view(show)
        by = request.query.get("by")
        address = self._address or f"{request.scheme}://{request.host}"
        link = f"{address}/s/{quote(show)}" + (f"?by={check_handle(by)}" if by else "")
        out = io.BytesIO()
        segno.make(link, error="m").save(out, kind="svg", scale=8, border=3, xmldecl=False)
        # Whose link it is stands in the address.
        headers = {"Cache-Control": "private, max-age=3600"}
        return web.Response(body=out.getvalue(), content_type="image/svg+xml", headers=headers)


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
