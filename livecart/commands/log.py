"""`livecart log export`: the moderation log as JSON lines, for an archive or for somebody who checks it elsewhere."""

from __future__ import annotations

import argparse
import os
import sys

import msgspec

from livecart.app import open_shop
from livecart.settings import Settings


async def log(settings: Settings, _given: argparse.Namespace) -> int:
    """Prints each row with what its hash was made of; docs/moderation.md says how to check it."""
    async with open_shop(settings) as shop:
        try:
            async for line in shop.moderation_log.lines():
                sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Whoever read us has seen enough; what is left must not fail once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
