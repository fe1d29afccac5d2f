"""Where things are as browsers see it: behind a proxy that gives the shop a prefix, `/images/a` is `/live/images/a`.

The prefix is one for all that a process answers and tells, so it is set once when the shop opens and not handed to
every view. Rows keep paths without it, so that a shop can move.
"""

from __future__ import annotations

from contextvars import ContextVar

# Tasks and connections that begin later have it from where they began.
_prefix: ContextVar[str] = ContextVar("path prefix", default="")


def live_under(prefix: str) -> None:
    """`prefix` is empty or such as `/live`."""
    _prefix.set(prefix)


def public(path: str) -> str:
    """The path as browsers must ask for it; what is no path, such as another site's address, stays as it is."""
    return _prefix.get() + path if path.startswith("/") else path


def kept(path: str) -> str:
    """What a client sends back of `public`, as rows have it."""
    prefix = _prefix.get()
    return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else path
