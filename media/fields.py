"""Arguments of requests, as other processes send them: what is wrong is said of its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media.errors import BadRequestError

Args = Mapping[str, Any]
MAX_ID = 200


def text_of(args: Args, name: str, limit: int = MAX_ID) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value or len(value) > limit:
        raise BadRequestError(f"{name} must be a text of 1 to {limit} characters")
    return value


def optional_of(args: Args, name: str) -> str | None:
    return None if args.get(name) is None else text_of(args, name)


def slot_of(args: Args) -> int:
    value = args.get("slot", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 3:
        raise BadRequestError("slot must be a number from 0 to 3")
    return value


def flag_of(args: Args, name: str) -> bool:
    value = args.get(name)
    if not isinstance(value, bool):
        raise BadRequestError(f"{name} must be true or false")
    return value
