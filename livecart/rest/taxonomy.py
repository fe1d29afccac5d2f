"""/api/v1/topic-categories, /topic-reasons and /staff-groups: what topics may be about, and who looks at which."""

from __future__ import annotations

import msgspec
from aiohttp import web

from livecart.domain.errors import NotFoundError
from livecart.domain.ids import PersonId, may_be_id
from livecart.rest.body import answer, read_json
from livecart.rest.identity import Identity
from livecart.rest.route import API, Route
from livecart.services.taxonomy import CategoryWish, TaxonomyDesk, reason_views


class CategoryBody(msgspec.Struct, frozen=True):
    """`version`: the one that was read; 0 makes a new category. `names` by language: en, zh."""

    version: int
    policy: str
    restricted: list[str] = []
    group: str = "general"
    names: dict[str, str] = {}
    retired: bool = False


class GroupsBody(msgspec.Struct, frozen=True):
    groups: list[str]


class TaxonomyRoutes:
    def __init__(self, identity: Identity, taxonomy: TaxonomyDesk) -> None:
        self._identity = identity
        self._taxonomy = taxonomy

    def routes(self) -> list[Route]:
        path = f"{API}/topic-categories"
        return [
            Route(
                "GET",
                path,
                self.categories,
                "What topics may be about, with each category's policy",
                answers=(200, "categories"),
                public=True,
            ),
            Route(
                "PUT",
                f"{path}/{{category}}",
                self.put,
                "Change a category, or make one; for admins",
                body=CategoryBody,
                answers=(200, "category"),
            ),
            Route(
                "GET",
                f"{path}/{{category}}/versions",
                self.versions,
                "A category's versions, newest first; for moderators",
                answers=(200, "versions"),
            ),
            Route(
                "GET",
                f"{API}/topic-reasons",
                self.reasons,
                "Reason codes of decisions, in English and Chinese",
                answers=(200, "reasons"),
                public=True,
            ),
            Route("GET", f"{API}/staff-groups", self.groups, "Who is in which group", answers=(200, "members")),
            Route(
                "PUT",
                f"{API}/users/{{user}}/groups",
                self.put_groups,
                "Put a member of the staff into groups; for admins",
                body=GroupsBody,
                answers=(200, "member"),
            ),
        ]

    async def categories(self, _request: web.Request) -> web.Response:
        return answer("categories", await self._taxonomy.categories(), next=None)

    async def put(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, CategoryBody)
        wish = CategoryWish(
            body.version, body.policy, tuple(body.restricted), body.group, body.names, retired=body.retired
        )
        return answer("category", await self._taxonomy.put(person, request.match_info["category"], wish))

    async def versions(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        key = request.match_info["category"]
        if not may_be_id(key):
            raise NotFoundError("no such category")
        return answer("versions", await self._taxonomy.versions(person, key), next=None)

    async def reasons(self, _request: web.Request) -> web.Response:
        return answer("reasons", reason_views(), next=None)

    async def groups(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        return answer("members", await self._taxonomy.groups(person), next=None)

    async def put_groups(self, request: web.Request) -> web.Response:
        person = await self._identity.person(request)
        body = await read_json(request, GroupsBody)
        return answer(
            "member", await self._taxonomy.put_groups(person, PersonId(request.match_info["user"]), body.groups)
        )
