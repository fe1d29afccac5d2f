"""A person's own settings: read and changed by that person alone."""

from __future__ import annotations

from typing import Any

from livecart.domain.people import Person
from livecart.domain.preferences import Preferences
from livecart.services.store import Store


class OwnPreferences:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, person: Person) -> dict[str, Any]:
        async with self._store.read() as tx:
            return _view(await tx.preferences.of(person.id))

    async def put(self, person: Person, preferences: Preferences) -> dict[str, Any]:
        async with self._store.write() as tx:
            await tx.preferences.put(person.id, preferences)
        return _view(preferences)


def _view(preferences: Preferences) -> dict[str, Any]:
    return {"show_my_purchases": preferences.show_my_purchases}
