"""/sandbox/pay/{payment}: the sandbox's page, plain HTML without a script, where a provider's own would be."""

from __future__ import annotations

import html
from collections.abc import Sequence

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import PaymentId
from livecart.domain.money import Money
from livecart.domain.places import public
from livecart.rest.sandbox_words import words_for
from livecart.services.sandbox import LATE_S, Press, Sandbox, SandboxPage

PATH = "/sandbox/pay/{payment}"
_STYLE = "/sandbox/style.css"
# Digits after the point; the others have two. ISO 4217.
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3, "IQD": 3}
_CSS = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 1.5rem auto; padding: 0 1rem; color: #1a1a1a; }
button { display: block; width: 100%; font: inherit; padding: 0.75rem; margin: 0 0 0.75rem; border: 1px solid #767676;
  border-radius: 0.5rem; background: #fff; color: inherit; }
button[value=succeed] { background: #0b57d0; border-color: #0b57d0; color: #fff; }
input { font: inherit; width: 6rem; padding: 0.25rem; }
.sum { font-size: 1.75rem; font-weight: 600; margin: 0; }
.note { background: #fff4ce; border-radius: 0.5rem; padding: 0.75rem; }
"""


class SandboxRoutes:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        return [web.get(_STYLE, self.style), web.get(PATH, self.show), web.post(PATH, self.press)]

    async def show(self, request: web.Request) -> web.Response:
        page = await self._sandbox.page(_payment_of(request))
        return _html(request, page)

    async def press(self, request: web.Request) -> web.Response:
        form = await request.post()
        try:
            press, after_s = Press(str(form.get("do", ""))), float(str(form.get("after_s", LATE_S)))
        except ValueError as error:
            raise InvalidError("no such button", fields={"do": ", ".join(Press)}) from error
        payment = _payment_of(request)
        answers = await self._sandbox.press(payment, press, after_s)
        page = await self._sandbox.page(payment)
        if all(200 <= status < 300 for status in answers):
            raise web.HTTPSeeOther(public(page.return_to))
        return _html(request, page, answers)

    async def style(self, _request: web.Request) -> web.Response:
        return web.Response(text=_CSS, content_type="text/css")


def _payment_of(request: web.Request) -> PaymentId:
    return PaymentId(request.match_info["payment"])


def _html(request: web.Request, page: SandboxPage, answers: Sequence[int] = ()) -> web.Response:
    words = words_for(request.headers.get("Accept-Language", ""))
    what = words.top_up if page.order is None else page.order.lines[0].title
    buttons = "".join(f'<button name="do" value="{press}">{label}</button>' for press, label in words.buttons.items())
    said = ", ".join(words.unanswered if status == 0 else str(status) for status in answers)
    back = html.escape(public(page.return_to))
    told = f'<p class="note" role="status">{words.answered.format(said)}</p>' if answers else ""
    late = words.late.format(f'<input name="after_s" type="number" min="0" max="3600" value="{LATE_S:.0f}">')
    text = (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>{words.title}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="{public("/favicon.svg")}">'
        f'<link rel="stylesheet" href="{public(_STYLE)}"></head><body><main><h1>{words.title}</h1>'
        f"<p>{html.escape(what)}</p>"
        f'<p class="sum">{html.escape(shown(page.payment.amount))}</p>'
        f'<p class="note">{words.note}</p>'
        f"{told}<p>{words.states[page.payment.state]}</p>"
        f'<form method="post">{buttons}<p><label>{late}</label></p></form>'
        f'<p><a href="{back}">{words.back}</a></p></main></body></html>'
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def shown(money: Money) -> str:
    """The amount as people write it: "19.90 CNY"."""
    decimals = _DECIMALS.get(money.currency, 2)
    if not decimals:
        return f"{money.amount_minor} {money.currency}"
    whole, rest = divmod(money.amount_minor, 10**decimals)
    return f"{whole}.{rest:0{decimals}d} {money.currency}"
