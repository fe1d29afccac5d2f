"""/api/v1/moderation/word-lists and /api/v1/shows/{show}/word-list: lists as plain text, one entry a line."""

from __future__ import annotations

from aiohttp import web

from livecart.domain.errors import InvalidError
from livecart.domain.ids import ShowId
from livecart.rest.body import answer, flag
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.rest.upload import Uploads
from livecart.services.word_lists import Replacing, WordLists

TEXT_TYPES = ("text/plain",)
# 200,000 lines of ordinary length take 3 MB; the longest lines that are taken would take eight times that.
BYTES_MAX = 24 * 1024 * 1024
SHOW_BYTES_MAX = 256 * 1024
_VERSION_DIGITS = 9


class WordListRoutes:
    def __init__(self, identity: Identity, lists: WordLists) -> None:
        self._identity = identity
        self._lists = lists
        self._uploads = Uploads(BYTES_MAX, types=TEXT_TYPES, at_once=2)
        self._show_uploads = Uploads(SHOW_BYTES_MAX, types=TEXT_TYPES)

    def routes(self) -> list[Route]:
        lists, of_show = f"{API}/moderation/word-lists", f"{API}/shows/{{show}}/word-list"
        one, query = (200, "word_list"), ("version", "dry_run")
        return [
            Route("GET", lists, self.all, "The word lists that hold in all shows", answers=(200, "word_lists")),
            Route("GET", f"{lists}/{{list}}", self.get, "One of them, with its text", answers=one),
            Route(
                "PUT",
                f"{lists}/{{list}}",
                self.put,
                "Make or replace one of them, if every line is in order",
                answers=one,
                query=query,
                uploads=TEXT_TYPES,
            ),
            Route("GET", of_show, self.of_show, "A show's own word list, for its host and moderators", answers=one),
            Route("PUT", of_show, self.put_of_show, "Replace it", answers=one, query=query, uploads=TEXT_TYPES),
        ]

    async def all(self, request: web.Request) -> web.Response:
        return answer("word_lists", await self._lists.for_all(await self._identity.person(request)), next=None)

    async def get(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("word_list", await self._lists.get(person, request.match_info["list"]))

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        await self._lists.require(person, None)
        new = await _replacing(request, self._uploads)
        return answer("word_list", await self._lists.put(person, request.match_info["list"], new))

    async def of_show(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("word_list", await self._lists.of_show(person, _show(request)))

    async def put_of_show(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        await self._lists.require(person, _show(request))
        new = await _replacing(request, self._show_uploads)
        return answer("word_list", await self._lists.put_of_show(person, _show(request), new))


async def _replacing(request: web.Request, uploads: Uploads) -> Replacing:
    version = request.query.get("version")
    if version is not None and not (version.isascii() and version.isdigit() and len(version) <= _VERSION_DIGITS):
        raise InvalidError("the version is not valid", fields={"version": "the one that was read"})
    raw = await uploads.read(request)
    return Replacing(raw, None if version is None else int(version), flag(request, "dry_run"))


def _show(request: web.Request) -> ShowId:
    return ShowId(request.match_info["show"])
