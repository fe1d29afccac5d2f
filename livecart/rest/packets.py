"""/api/v1/…/red-packets…: send, claim, look, and the proof. What moves money needs an Idempotency-Key."""

from __future__ import annotations

from typing import Literal

import msgspec
from aiohttp import web

from livecart.domain.ids import PacketId, ShowId
from livecart.domain.packet_terms import Condition
from livecart.rest.body import answer, key_of, page_of, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.packet_requests import PacketRequest
from livecart.services.red_packets import RedPackets


class ConditionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    follow: bool = False
    phrase: str | None = None
    watched_s: int = 0
    bought: bool = False


class PacketBody(msgspec.Struct, frozen=True):
    total_minor: int
    shares: int
    kind: str
    mode: str = "draw"
    opens_in_s: int = 0
    draw_in_s: int | None = None
    condition: ConditionBody | None = None
    currency: str | None = None


class ClaimBody(msgspec.Struct, frozen=True):
    nonce: str | None = None


class PacketRulesBody(msgspec.Struct, frozen=True):
    senders: Literal["host", "everyone"]


class PacketRoutes:
    def __init__(self, identity: Identity, packets: RedPackets) -> None:
        self._identity = identity
        self._packets = packets

    def routes(self) -> list[Route]:
        one = f"{API}/red-packets/{{packet}}"
        rules = f"{API}/shows/{{show}}/red-packet-rules"
        return [
            Route(
                "POST",
                f"{API}/shows/{{show}}/red-packets",
                self.send,
                "Send a red packet, paid from one's wallet",
                body=PacketBody,
                answers=(201, "packet"),
                needs_key=True,
            ),
            Route(
                "POST",
                f"{one}/claim",
                self.claim,
                "Claim a share, or a place in the draw; the body is optional",
                body=ClaimBody,
                answers=(200, "claim"),
                needs_key=True,
            ),
            Route(
                "GET",
                one,
                self.get,
                "A red packet, what one has of it, and who got what",
                answers=(200, "packet"),
                query=("cursor", "limit"),
                public=True,
            ),
            Route(
                "GET", f"{one}/proof", self.proof, "What anybody can check it with", answers=(200, "proof"), public=True
            ),
            Route("GET", rules, self.rules, "Who may send red packets in one's show", answers=(200, "rules")),
            Route("PUT", rules, self.put_rules, "Say who may", body=PacketRulesBody, answers=(200, "rules")),
        ]

    async def send(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request, within="packets")
        body = await read_json(request, PacketBody)
        condition = body.condition or ConditionBody()
        wanted = PacketRequest(
            total_minor=body.total_minor,
            shares=body.shares,
            kind=body.kind,
            mode=body.mode,
            opens_in_s=body.opens_in_s,
            draw_in_s=body.draw_in_s,
            condition=Condition(condition.follow, condition.phrase, condition.watched_s, condition.bought),
            currency=body.currency,
        )
        packet = await self._packets.open(person, key_of(request), _show_of(request), wanted)
        return answer("packet", packet, status=201)

    async def claim(self, request: web.Request) -> web.Response:
        """The claim under its noun, and its fields as the WebSocket answers them."""
        person = await self._identity.person(request, within="packets")
        body = await read_json(request, ClaimBody) if request.can_read_body else ClaimBody()
        # A missing key is refused like an empty one: here, other than on a socket, one is asked for.
        key = key_of(request) or ""
        claim = await self._packets.claim(person, _packet_of(request), key=key, nonce=body.nonce)
        return answer(
            "claim", claim, state=claim["state"], **({"amount": claim["amount"]} if "amount" in claim else {})
        )

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person_or_guest(request)
        found = await self._packets.get(person, _packet_of(request), page_of(request))
        return answer("packet", found.pop("packet"), **found)

    async def proof(self, request: web.Request) -> web.Response:
        return answer(
            "proof", await self._packets.proof(await self._identity.person_or_guest(request), _packet_of(request))
        )

    async def rules(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("rules", await self._packets.rules(person, _show_of(request)))

    async def put_rules(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, PacketRulesBody)
        return answer("rules", await self._packets.rules(person, _show_of(request), anybody=body.senders == "everyone"))


def _show_of(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])


def _packet_of(request: web.Request) -> PacketId:
    return PacketId(request.match_info["packet"])
