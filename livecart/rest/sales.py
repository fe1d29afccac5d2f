"""/api/v1/sales and /api/v1/sales.csv: a seller's orders."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.domain.order import OrderState
from livecart.rest.body import answer, flag, page_of
from livecart.rest.csv_text import BOM, csv_text
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.sales import COLUMNS, Sales

_CSV_HEADERS = {
    "Content-Type": "text/csv; charset=utf-8; header=present",
    "Content-Disposition": 'attachment; filename="sales.csv"',
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


class SalesRoutes:
    def __init__(self, identity: Identity, sales: Sales) -> None:
        self._identity = identity
        self._sales = sales

    def routes(self) -> list[Route]:
        wanted = ("state", "show")
        return [
            Route(
                "GET",
                f"{API}/sales",
                self.find,
                "Orders of own goods, newest first, and what own goods and gifts brought so far",
                answers=(200, "sales"),
                query=(*wanted, "cursor", "limit"),
            ),
            Route(
                "GET",
                f"{API}/sales.csv",
                self.export,
                "The same as CSV, a row for each line (bom=1 for Excel)",
                query=(*wanted, "bom"),
            ),
        ]

    async def find(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, following = await self._sales.find(
            person, page_of(request), state=_state_of(request), show=_show_of(request)
        )
        return answer("sales", found, next=following, proceeds=await self._sales.proceeds(person))

    async def export(self, request: web.Request) -> web.StreamResponse:
        person = await self._identity.person(request)
        rows = self._sales.export(person, state=_state_of(request), show=_show_of(request))
        # The first rows are read before the answer begins, while a refusal can still be one.
        first = await anext(rows)
        response = web.StreamResponse(headers=_CSV_HEADERS)
        await response.prepare(request)
        head = BOM if flag(request, "bom") else ""
        await response.write((head + csv_text([COLUMNS, *first])).encode())
        async for more in rows:
            await response.write(csv_text(more).encode())
        await response.write_eof()
        return response


def _state_of(request: web.Request) -> OrderState | None:
    state = request.query.get("state") or None
    if state is not None and state not in set(OrderState):
        raise InvalidError("there is no such state", fields={"state": ", ".join(OrderState)})
    return None if state is None else OrderState(state)


def _show_of(request: web.Request) -> ShowId | None:
    show = request.query.get("show") or None
    if show is not None and not (show.isascii() and show.isprintable() and len(show) <= 128):
        raise InvalidError("there is no such show", fields={"show": "an id"})
    return None if show is None else ShowId(show)
