"""The data folder of a laptop's shop: writable, locked by one `serve`, with the secret made once."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livecart.commands.fault import CommandError

_SECRET_BYTES = 32


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Makes the folder if needed and holds it for this process. Raises CommandError."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(data / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CommandError(f"the data folder {data} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise CommandError(f"another `livecart serve` already uses the data folder {data}") from error
    try:
        yield
    finally:
        os.close(file)


def secret(data: Path) -> str:
    """The shop's secret, made on the first call and kept."""
    file = data / "secret"
    if not file.exists():
        made = data / "secret.new"
        made.unlink(missing_ok=True)
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(_SECRET_BYTES))
        made.rename(file)
    return file.read_text().strip()
