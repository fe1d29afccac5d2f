"""The key that signs heads of the moderation log (Ed25519, from the shop's secret) and the file that keeps copies."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from livecart.domain.errors import ConflictError, UnavailableError
from livecart.domain.moderation_log import Mark, mark_bytes

FILE = "moderation-heads.jsonl"
# A line has about 350 bytes; the newest heads stand for all before them.
_TAIL = 32 * 1024


class Ed25519MarkKey:
    def __init__(self, secret: str) -> None:
        """An empty secret: signs nothing, and still tells whether others have signed."""
        self._private: Ed25519PrivateKey | None = None
        self._public: str | None = None
        if secret:
            seed = hashlib.sha256(b"livecart moderation log\0" + secret.encode()).digest()
            self._private = Ed25519PrivateKey.from_private_bytes(seed)
            self._public = self._private.public_key().public_bytes_raw().hex()

    @property
    def public(self) -> str | None:
        return self._public

    def signed(self, mark: Mark) -> Mark:
        assert self._private is not None
        assert self._public is not None
        return replace(mark, key=self._public, signature=self._private.sign(mark_bytes(mark)).hex())

    def is_signed(self, mark: Mark) -> bool:
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(mark.key))
            key.verify(bytes.fromhex(mark.signature), mark_bytes(mark))
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True


class MarkFile:
    """JSON lines, only ever appended to: one for each time that a new head was signed. The newest are read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def read(self) -> Sequence[Mark]:
        return await asyncio.to_thread(self._read)

    async def add(self, marks: Sequence[Mark]) -> None:
        if marks:
            await asyncio.to_thread(self._add, marks)

    def _read(self) -> list[Mark]:
        try:
            with self._file.open("rb") as held:
                begin = max(0, held.seek(0, os.SEEK_END) - _TAIL)
                held.seek(begin)
                lines = held.read(_TAIL).split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnavailableError(f"{self._file} cannot be read: {error.strerror}") from error
        # Without its line feed the last line was cut off while it was written; it is written again. The first one may
        # be a half.
        return [self._mark(line) for line in lines[1 if begin else 0 : -1]]

    def _mark(self, line: bytes) -> Mark:
        try:
            return msgspec.json.decode(line, type=Mark)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ConflictError(f"a line of {self._file} is damaged: {error}", code="copies_damaged") from error

    def _add(self, marks: Sequence[Mark]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as out:
                _cut_torn_line(out.fileno())
                out.seek(0, os.SEEK_END)
                out.write(b"".join(msgspec.json.encode(mark) + b"\n" for mark in marks))
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise UnavailableError(f"{self._file} cannot be written: {error.strerror}") from error


def _cut_torn_line(file: int) -> None:
    """Takes away what stands behind the last line feed."""
    size = os.fstat(file).st_size
    tail = os.pread(file, min(size, 4_096), max(0, size - 4_096))
    os.ftruncate(file, size - len(tail) + tail.rfind(b"\n") + 1)
