"""A topic's cover: one picture, read at review as the text is, and shown as the poster of its show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livecart.domain.ids import TopicId
from livecart.domain.people import Permission, Person
from livecart.domain.picture import picture_path
from livecart.domain.topic import TopicStep, advance
from livecart.services.ports import Clock, Limits, Pictures
from livecart.services.store import Store
from livecart.services.topics import own_topic, view_of


class TopicCovers:
    """Another cover is another version: what was approved goes to review again."""

    def __init__(self, store: Store, pictures: Pictures, limits: Limits, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._limits = limits
        self._clock = clock

    async def require_place(self, person: Person, topic: TopicId, *, address: str) -> None:
        """Raises what `put` would raise, before anybody reads megabytes of a picture. Counts the try."""
        person.require(Permission.PROPOSE_TOPIC)
        await self._limits.check("upload", person.id, address=address)
        async with self._store.read() as tx:
            advance((await own_topic(tx, person, topic)).status, TopicStep.EDIT)
        await self._limits.count("upload", person.id, address=address)

    async def put(self, person: Person, topic: TopicId, raw: bytes) -> dict[str, Any]:
        """Raises as `remove` does, InvalidError as domain/picture.py says, UnavailableError `busy`."""
        return await self._set(person, topic, picture_path(await self._pictures.keep(raw)))

    async def remove(self, person: Person, topic: TopicId) -> dict[str, Any]:
        """Raises ForbiddenError, NotFoundError, ConflictError `topic_state`."""
        return await self._set(person, topic, None)

    async def _set(self, person: Person, topic_id: TopicId, cover: str | None) -> dict[str, Any]:
        person.require(Permission.PROPOSE_TOPIC)
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            before = await own_topic(tx, person, topic_id)
            topic = before.edit(replace(before.text, cover=cover), now_ms)
            if topic.version != before.version:
                await tx.topics.keep_version(before, now_ms)
            await tx.topics.save(topic)
            return await view_of(tx, topic, person)
