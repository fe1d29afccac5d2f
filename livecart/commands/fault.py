"""A command that cannot start says so in one line and ends with exit code 2."""

from __future__ import annotations

EXIT_CODE = 2


class CommandError(Exception):
    """The message is the line that the operator reads: what is wrong and, if we know, what to do."""
