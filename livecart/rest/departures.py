"""/api/v1/me/export and /api/v1/me/delete: all records of oneself, and the end of an account."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.rest.body import read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.departures import Departures

# Bytes gathered into one write.
_PART = 64 * 1024


class DeleteBody(msgspec.Struct, frozen=True):
    """`give_up_balance`: what is left in the wallet is the shop's."""

    password: str
    give_up_balance: bool = False


class DepartureRoutes:
    def __init__(self, identity: Identity, departures: Departures) -> None:
        self._identity = identity
        self._departures = departures

    def routes(self) -> list[Route]:
        return [
            Route("GET", f"{API}/me/export", self.export, "All records of oneself, as JSON lines"),
            Route(
                "POST",
                f"{API}/me/delete",
                self.delete,
                "Delete one's account for good",
                body=DeleteBody,
                answers=(204, ""),
            ),
        ]

    async def export(self, request: web.Request) -> web.StreamResponse:
        person = await self._identity.person(request, within="export")
        headers = {
            "Content-Type": "application/jsonl",
            "Content-Disposition": 'attachment; filename="livecart.jsonl"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        records = self._departures.records(person)
        # Read before the answer begins, while a refusal can still be one.
        part = _line(await anext(records))
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        async for record in records:
            part += _line(record)
            if len(part) >= _PART:
                await response.write(part)
                part = b""
        await response.write(part)
        await response.write_eof()
        return response

    async def delete(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, DeleteBody)
        address = self._identity.address(request)
        await self._departures.leave(person, body.password, give_up_balance=body.give_up_balance, address=address)
        response = web.Response(status=204)
        self._identity.sign_out(response)
        return response


def _line(record: dict[str, object]) -> bytes:
    return msgspec.json.encode(record) + b"\n"
