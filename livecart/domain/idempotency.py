"""Exactly once: the client names a command with a key, and the same key gets the first answer again.

A key is kept together with what its command changed. A refusal changes nothing and keeps nothing, so that the same key
may succeed later (goods that came back, a wallet that was topped up).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import PersonId

KEY_MAX = 255
# Made once: `json.dumps` makes one for each call that has wishes.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
_PRINTABLE = re.compile(rf"[\x21-\x7e](?:[\x20-\x7e]{{0,{KEY_MAX - 2}}}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class KeyScope:
    """Whose key for what: two people, or two operations, may use the same key."""

    person: PersonId
    operation: str
    key: str


@dataclass(frozen=True, slots=True)
class RequestKey:
    scope: KeyScope
    request_hash: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What is kept under a key: the hash of the first request, and its answer."""

    request_hash: str
    answer: Any


def request_key(person: PersonId, operation: str, key: str | None, body: Mapping[str, Any]) -> RequestKey:
    """The key of one command. Raises InvalidError `key_required` when it is missing, `invalid` when it is malformed."""
    if not key:
        raise InvalidError("this needs an idempotency key", code="key_required")
    if not _PRINTABLE.fullmatch(key):
        raise InvalidError("the idempotency key is not valid", fields={"key": f"1 to {KEY_MAX} printable characters"})
    return RequestKey(KeyScope(person, operation, key), request_hash(body))


def request_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of the body as canonical JSON: the order of its fields does not matter."""
    return hashlib.sha256(_canonical(body).encode()).hexdigest()


def require_same_request(kept_hash: str, request: RequestKey) -> None:
    """Raises ConflictError `key_reused` if the key was first used with another body."""
    if kept_hash != request.request_hash:
        raise ConflictError("this key was used for another request", code="key_reused")
