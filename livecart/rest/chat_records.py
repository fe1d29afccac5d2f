"""/api/v1/shows/{show}/chat and its exports: searching, deleting many at once, and taking along what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from aiohttp import web

from livecart.domain.ids import MessageId, ShowId
from livecart.rest.body import answer, flag, page_of, read_json
from livecart.rest.csv_text import BOM, csv_text
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.chat_records import ChatRecords
from livecart.services.chat_staff import ChatStaff
from livecart.services.store_filter import ChatQuery
from livecart.services.views import rfc3339

COLUMNS = ("id", "at", "handle", "display_name", "text", "reply_to")


class MessagesBody(msgspec.Struct, frozen=True):
    messages: list[str]


class ChatRecordRoutes:
    def __init__(self, identity: Identity, records: ChatRecords, staff: ChatStaff) -> None:
        self._identity = identity
        self._records = records
        self._staff = staff

    def routes(self) -> list[Route]:
        chat, wanted = f"{API}/shows/{{show}}/chat", ("q", "author")
        return [
            Route(
                "GET",
                chat,
                self.find,
                "What was said, newest first; for the host and moderators",
                answers=(200, "messages"),
                query=(*wanted, "cursor", "limit"),
            ),
            Route(
                "POST",
                f"{chat}/delete",
                self.delete,
                "Take several messages away, or none of them",
                body=MessagesBody,
                answers=(200, "deleted"),
            ),
            Route("GET", f"{chat}.csv", self.as_csv, "The same as CSV (bom=1 for Excel)", query=(*wanted, "bom")),
            Route("GET", f"{chat}.jsonl", self.as_json_lines, "The same as JSON lines", query=wanted),
        ]

    async def find(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        found, cursor = await self._records.search(person, _query(request), page_of(request))
        return answer("messages", found, next=cursor)

    async def delete(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, MessagesBody)
        messages = [MessageId(message) for message in body.messages]
        deleted = await self._staff.delete_all(person, ShowId(request.match_info["show"]), messages)
        return answer("deleted", deleted)

    async def as_csv(self, request: web.Request) -> web.StreamResponse:
        head = (BOM if flag(request, "bom") else "") + csv_text([COLUMNS])
        return await self._stream(request, "csv", head, lambda part: csv_text(map(_row, part)))

    async def as_json_lines(self, request: web.Request) -> web.StreamResponse:
        return await self._stream(request, "jsonl", "", _json_lines)

    async def _stream(
        self, request: web.Request, kind: str, head: str, text: Callable[[Sequence[dict[str, Any]]], str]
    ) -> web.StreamResponse:
        person = await self._identity.person(request)
        parts = self._records.export(person, _query(request))
        # The first part is read before the answer begins, while a refusal can still be one.
        first = await anext(parts)
        media_type = "text/csv; charset=utf-8; header=present" if kind == "csv" else "application/jsonl"
        headers = {
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="chat.{kind}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write((head + text(first)).encode())
        async for part in parts:
            await response.write(text(part).encode())
        await response.write_eof()
        return response


def _query(request: web.Request) -> ChatQuery:
    return ChatQuery(ShowId(request.match_info["show"]), request.query.get("q"), request.query.get("author"))


def _row(message: dict[str, Any]) -> list[str]:
    author, answered = message["author"], message.get("reply_to")
    names = [author["handle"], author["display_name"]]
    return [message["id"], rfc3339(message["at_ms"]), *names, message["text"], answered["id"] if answered else ""]


def _json_lines(part: Sequence[dict[str, Any]]) -> str:
    return "".join(msgspec.json.encode(message).decode() + "\n" for message in part)
