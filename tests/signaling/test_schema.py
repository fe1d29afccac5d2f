from __future__ import annotations

import msgspec
import pytest

from signaling.messages import EVENTS, REQUESTS, Ping, ShowJoin, Skipped
from signaling.replies import Snapshot
from signaling.schema import shape_of, typescript, words_of


def test_each_op_and_event_is_in_the_typescript() -> None:
    made = typescript()
    for name in (*REQUESTS, *EVENTS):
        assert f'  "{name}": ' in made


def test_what_may_be_left_out_null_and_renamed_is_told() -> None:
    made = typescript()
    joining = "readonly show: string; readonly epoch?: string; readonly after?: number; readonly invisible?: boolean"
    assert f"readonly d: {{ {joining} }};" in made
    assert "readonly d: { readonly product: string | null };" in made
    assert '  "skipped": { readonly from: number; readonly to: number; readonly count: number };' in made
    assert 'export type Role = "viewer" | "creator" | "moderator" | "admin";' in made
    assert "readonly chat: readonly ChatMessage[];" in made


def test_shapes_and_words_are_of_the_type_itself() -> None:
    assert shape_of(ShowJoin) == "{show, epoch?, after?, invisible?}"
    assert shape_of(Skipped) == "{from, to, count}"
    assert shape_of(Ping) == "{}"
    assert shape_of(Snapshot).endswith("you, gap?, mine?}")
    assert words_of(type("Silent", (msgspec.Struct,), {})) == ""


def test_a_type_without_a_form_in_typescript_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(msgspec.Struct):
        raw: bytes

    monkeypatch.setitem(EVENTS, "odd", (Odd, EVENTS["chat"][1]))
    with pytest.raises(TypeError, match="no form in TypeScript"):
        typescript()
