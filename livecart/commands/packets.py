"""`livecart verify-packet`: checks a red packet's downloaded proof, offline and with nothing but the file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from livecart.commands.fault import CommandError
from livecart.domain.packet_proof import Step, Unreadable, check
from livecart.settings import Settings

# The list of a hundred thousand entrants has about 8 MB.
_SIZE_MAX = 64 * 1024 * 1024


async def verify(_settings: Settings, given: argparse.Namespace) -> int:
    """Prints each step; 1 if one of them fails, 2 for a file that is no proof."""
    proof = _read(given.file)
    try:
        steps = check(proof)
    except Unreadable as error:
        raise CommandError(f"{given.file}: {error}") from error
    if given.commitment:
        same = str(proof["commitment"]) == given.commitment.lower()
        steps.append(Step("as announced", same, "the commitment is the one that was shown before the packet opened"))
    for step in steps:
        _say(f"{'ok' if step.good else 'FAULT':<6} {step.name}: {step.seen}")
    _say("")
    _say("What this does not prove:")
    for line in _strings(proof.get("not_proven")):
        _say(f"  {line}")
    if not given.commitment:
        _say("  That the commitment is the one shown before the packet opened: compare it, or give --commitment.")
    good = all(step.good for step in steps)
    _say("")
    _say("This packet was drawn as promised." if good else "This packet was NOT drawn as promised.")
    return 0 if good else 1


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _SIZE_MAX:
            raise CommandError(f"{file} is too large for a proof")
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CommandError(f"{file} is not JSON: {error}") from error
    # As the server answers it, or the proof alone.
    inner = found.get("proof")
    return inner if isinstance(inner, dict) else found


def _strings(value: Any) -> list[str]:
    """What a file says, without what could move a terminal's cursor."""
    lines = [line for line in value if isinstance(line, str)] if isinstance(value, list) else []
    return ["".join(char for char in line if char.isprintable()) for line in lines]


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
