"""The message types as other languages read them: TypeScript for the front end, shapes for docs/protocol.md.

Everything follows from messages.py, replies.py, objects.py and stage_objects.py; `scripts/protocol.py`
writes the files.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from enum import EnumType
from typing import Any

import msgspec
from msgspec import inspect as shape

from signaling import duel_messages, objects, stage_objects
from signaling.messages import EVENTS, REQUESTS, WireEvent
from signaling.replies import REPLIES, Resumed, Snapshot, WireError

Struct = type[msgspec.Struct]

# Of the messages only these have a name in TypeScript; the others stand where they are used.
_NOUNS = (objects, stage_objects, duel_messages)
_NAMED: tuple[Struct, ...] = (Snapshot, Resumed, WireError)
_HEAD = """\
// Made by scripts/protocol.py from signaling/messages.py, replies.py and objects.py: edit those. git has no copy.
// Types only; what checks bytes from the network is in codec.ts.
"""
_FRAMES = """\
export type Op = keyof Operations;

export interface ClientFrame {
  readonly id: number;
  readonly op: Op;
  readonly d: Operations[Op]["d"];
}

/** The answer to `show.join`: a snapshot, or only the events that were missed. */
export type Joined = Operations["show.join"]["ok"];

/** How much of the host's picture a viewer is sent; `auto` follows the line. */
export type Quality = Operations["quality"]["d"]["layer"];

/** How large a page shows a slot of the stage. */
export type TileSize = Operations["tiles"]["d"]["sizes"][number];

export type EventType = keyof EventData;

/** `[seq, type, data, at_ms]`; seq is the show's gap-free number, null for what may be lost. */
export type RoomEvent = {
  [T in EventType]: readonly [seq: number | null, type: T, data: EventData[T], at_ms: number];
}[EventType];

export type ServerFrame =
  | { readonly re: number; readonly ok: unknown }
  | { readonly re: number; readonly err: WireError }
  | { readonly ev: readonly RoomEvent[] };
"""


def typescript() -> str:
    """The whole of web/src/core/protocol.ts."""
    defined = [each for module in _NOUNS for each in vars(module).values() if _is_struct(each) and _is_noun(each)]
    nouns = list(dict.fromkeys(defined))
    named: list[Struct] = [*nouns, *_NAMED]
    parts = [_HEAD]
    parts += [_union_of(enum) for enum in _enums()]
    parts += [_interface(struct) for struct in named]
    ops = [
        f'  "{op}": {{\n    readonly d: {_inline(body)};\n    readonly ok: {_alternatives(REPLIES[op])};\n  }};\n'
        for op, body in REQUESTS.items()
    ]
    parts.append(f"export interface Operations {{\n{''.join(ops)}}}\n")
    events = [f'  "{name}": {_reference(struct)};\n' for name, (struct, _) in EVENTS.items()]
    parts.append(f"export interface EventData {{\n{''.join(events)}}}\n")
    return "\n".join([*parts, _FRAMES])


def shape_of(struct: Struct) -> str:
    """The names of its fields, as docs/protocol.md writes them: `{show, epoch?}`."""
    names = [field.encode_name + ("" if field.required else "?") for field in _fields(struct)]
    return f"{{{', '.join(names)}}}"


def words_of(struct: Struct) -> str:
    """Its docstring in one line, or nothing."""
    return " ".join((vars(struct).get("__doc__") or "").split())


def _is_struct(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, msgspec.Struct)


def _fields(struct: Struct) -> tuple[shape.Field, ...]:
    info = shape.type_info(struct)
    if not isinstance(info, shape.StructType):
        raise TypeError(f"{struct} is no message")
    return info.fields


def _enums() -> list[EnumType]:
    """Every enum that any message carries, however deep."""
    replies = [struct for structs in REPLIES.values() for struct in structs]
    roots = [*REQUESTS.values(), *replies, *(struct for struct, _ in EVENTS.values())]
    kinds: list[Any] = list(shape.multi_type_info(roots))
    found: dict[EnumType, None] = {}
    while kinds:
        match kinds.pop(0):
            case shape.EnumType(cls=enum):
                found[enum] = None
            case shape.StructType(fields=fields):
                kinds += [field.type for field in fields]
            case shape.UnionType(types=types):
                kinds += types
            case shape.ListType(item_type=inner) | shape.DictType(value_type=inner):
                kinds.append(inner)
    return list(found)


def _union_of(enum: EnumType) -> str:
    members: Iterable[Any] = enum.__members__.values()
    values = " | ".join(json.dumps(member.value) for member in members)
    return f"export type {enum.__name__} = {values};\n"


def _interface(struct: Struct) -> str:
    words = words_of(struct)
    comment = f"/** {words} */\n" if words else ""
    fields = "".join(f"  {_member(field)};\n" for field in _fields(struct))
    return f"{comment}export interface {struct.__name__} {{\n{fields}}}\n"


def _inline(struct: Struct) -> str:
    fields = _fields(struct)
    return f"{{ {'; '.join(map(_member, fields))} }}" if fields else "Record<string, never>"


def _is_noun(struct: Struct) -> bool:
    return struct.__module__ in {module.__name__ for module in _NOUNS}


def _reference(struct: Struct) -> str:
    return struct.__name__ if _is_noun(struct) or struct in _NAMED else _inline(struct)


def _alternatives(structs: Iterable[Struct]) -> str:
    return " | ".join(map(_reference, structs))


def _member(field: shape.Field) -> str:
    """A field with a default may be left out; that null says the same is not told, one way is enough."""
    kind = field.type
    if field.required:
        return f"readonly {field.encode_name}: {_typed(kind)}"
    if isinstance(kind, shape.UnionType):
        return f"readonly {field.encode_name}?: {_union(kind, without_null=True)}"
    return f"readonly {field.encode_name}?: {_typed(kind)}"


def _union(kind: shape.UnionType, *, without_null: bool = False) -> str:
    return " | ".join(_typed(each) for each in kind.types if not (without_null and isinstance(each, shape.NoneType)))


def _typed(kind: shape.Type) -> str:
    """Raises TypeError for what no message has had so far."""
    match kind:
        case shape.StrType():
            return "string"
        case shape.IntType() | shape.FloatType():
            return "number"
        case shape.BoolType():
            return "boolean"
        case shape.NoneType():
            return "null"
        case shape.AnyType():
            return "unknown"
        case shape.EnumType(cls=enum):
            return str(enum.__name__)
        case shape.LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case shape.UnionType():
            return _union(kind)
        case shape.ListType(item_type=item):
            inner = _typed(item)
            return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
        case shape.DictType(key_type=key, value_type=value):
            return f"Readonly<Record<{_typed(key)}, {_typed(value)}>>"
        case shape.StructType(cls=struct):
            return "RoomEvent" if struct is WireEvent else _reference(struct)
        case _:
            raise TypeError(f"a {type(kind).__name__} has no form in TypeScript yet")
