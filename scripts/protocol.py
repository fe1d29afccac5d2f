"""Writes what follows from the message types: `types` (TypeScript), `vectors` (their bytes), `docs` (docs/protocol.md).

The examples in tests/vectors/protocol.json are written by hand as JSON; `vectors` gives each its bytes in msgpack. What
is wrong or stale in the vectors or the document is found by the tests. The TypeScript is never committed: `npm run
types` makes it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack

from signaling.messages import EVENTS, REQUESTS
from signaling.replies import REPLIES
from signaling.schema import shape_of, typescript, words_of

ROOT = Path(__file__).resolve().parents[1]
TYPES = ROOT / "web" / "src" / "core" / "protocol.ts"
VECTORS = ROOT / "tests" / "vectors" / "protocol.json"
DOCUMENT = ROOT / "docs" / "protocol.md"
WIDTH = 118
BEGIN, END = "<!-- {}: made by scripts/protocol.py -->", "<!-- end of {} -->"

Vectors = dict[str, list[dict[str, Any]]]


def read_vectors() -> Vectors:
    vectors: Vectors = json.loads(VECTORS.read_text("utf-8"))
    return vectors


def with_bytes(vectors: Vectors) -> str:
    """The vectors' file with the bytes of each frame beside it: one entry a line, so that a change shows as such."""
    for example in _examples(vectors):
        example["msgpack"] = msgpack.packb(example["frame"]).hex()
    kinds = []
    for kind, entries in vectors.items():
        lines = ",\n".join("    " + json.dumps(entry, ensure_ascii=False) for entry in entries)
        kinds.append(f"  {json.dumps(kind)}: [\n{lines}\n  ]")
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def _examples(vectors: Vectors) -> Iterator[dict[str, Any]]:
    for entry in [*vectors["exchanges"], *vectors["refusals"]]:
        yield entry["request"]
        yield entry["reply"]
    yield from vectors["events"]


def documented(text: str, vectors: Vectors) -> str:
    """The document with its generated parts made anew; raises ValueError when one of their marks is missing."""
    for name, made in (("ops", _ops(vectors)), ("events", _events(vectors)), ("refusals", _refusals(vectors))):
        begin, end = BEGIN.format(name), END.format(name)
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"docs/protocol.md needs {begin} and {end} once")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n\n{made}\n\n{end}{rest.partition(end)[2]}"
    return text


def _ops(vectors: Vectors) -> str:
    rows = ["| op | d | ok | |", "|---|---|---|---|"]
    for op, body in REQUESTS.items():
        ok = " or ".join(f"`{shape_of(reply)}`" for reply in REPLIES[op])
        rows.append(f"| `{op}` | `{shape_of(body)}` | {ok} | {words_of(body)} |")
    pairs = [_pair(entry) for entry in vectors["exchanges"]]
    return "\n".join([*rows, "", "One example each, in JSON:", "", "```", "\n\n".join(pairs), "```"])


def _events(vectors: Vectors) -> str:
    numbered = {entry["type"]: entry["frame"]["ev"][0][0] is not None for entry in vectors["events"]}
    rows = ["| event | data | seq | lane | |", "|---|---|---|---|---|"]
    for name, (struct, lane) in EVENTS.items():
        seq = "yes" if numbered[name] else "null"
        rows.append(f"| `{name}` | `{shape_of(struct)}` | {seq} | {lane.value} | {words_of(struct)} |")
    frames = [_laid_out(entry["frame"]) for entry in vectors["events"]]
    return "\n".join([*rows, "", "One example each, in JSON:", "", "```", "\n".join(frames), "```"])


def _refusals(vectors: Vectors) -> str:
    pairs = [_pair(entry) for entry in vectors["refusals"]]
    return "\n".join(["```", "\n\n".join(pairs), "```"])


def _pair(entry: dict[str, Any]) -> str:
    return f"→ {_laid_out(entry['request']['frame'], 2)}\n← {_laid_out(entry['reply']['frame'], 2)}"


def _laid_out(value: Any, indent: int = 0) -> str:
    """JSON on one line where it fits, else one line for each of its parts."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not value or not isinstance(value, (dict, list)):
        return line
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_laid_out(each, indent + 1)}" for name, each in value.items()]
        return "{" + f",\n{inner}".join(parts) + "}"
    return "[" + f",\n{inner}".join(_laid_out(each, indent + 1) for each in value) + "]"


def _write(path: Path, text: str) -> None:
    """Leaves a file alone that is right, so that nothing is built anew because of its date."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["types", "vectors", "docs"], nargs="+")
    for what in parser.parse_args().what:
        match what:
            case "types":
                _write(TYPES, typescript())
            case "vectors":
                _write(VECTORS, with_bytes(read_vectors()))
            case _:
                _write(DOCUMENT, documented(DOCUMENT.read_text("utf-8"), read_vectors()))


if __name__ == "__main__":
    main()
