"""`livecart retention`: the purge that otherwise runs by the clock, with a line for each kind of record."""

from __future__ import annotations

import argparse

from livecart.app import open_shop
from livecart.services.views import rfc3339
from livecart.settings import Settings


async def retention(settings: Settings, given: argparse.Namespace) -> int:
    """With `--dry-run` it changes nothing."""
    async with open_shop(settings) as shop:
        looks = await shop.purge.look()
        done = {} if given.dry_run else {purged.kind: purged for purged in await shop.purge.run()}
    for each in looks:
        if each.before_ms is None:
            _say(f"{each.kind:<12} kept for good")
        elif given.dry_run:
            _say(f"{each.kind:<12} before {rfc3339(each.before_ms)}: {each.found.due} due, {each.found.held} held")
        else:
            purged = done[each.kind]
            _say(f"{each.kind:<12} before {rfc3339(purged.before_ms)}: {purged.removed} removed, {purged.held} held")
    if given.dry_run:
        _say("nothing was removed")
    return 0


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
