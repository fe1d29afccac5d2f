from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.idempotency import request_hash, request_key, require_same_request
from livecart.domain.ids import PersonId

ANA = PersonId("ana")


@pytest.mark.parametrize("key", ["x", "a b", "~" * 255, "0192f0c1-7a4e"])
def test_printable_keys_up_to_255_characters_are_taken(key: str) -> None:
    assert request_key(ANA, "order.place", key, {}).scope.key == key


@pytest.mark.parametrize("key", ["~" * 256, " a", "a ", "\n", "a\nb", "\0", "é", "\ud800"])
def test_other_keys_are_invalid(key: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        request_key(ANA, "order.place", key, {})
    assert refusal.value.code == "invalid"


@pytest.mark.parametrize("key", [None, ""])
def test_no_key_is_named_as_such(key: str | None) -> None:
    with pytest.raises(InvalidError) as refusal:
        request_key(ANA, "order.place", key, {})
    assert refusal.value.code == "key_required"


BODIES = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=4)


@given(BODIES, BODIES)
def test_two_bodies_have_one_hash_only_if_they_are_equal(one: dict[str, Any], two: dict[str, Any]) -> None:
    assert (request_hash(one) == request_hash(two)) == (one == two)
    assert request_hash(one) == request_hash(dict(reversed(one.items())))


def test_a_key_belongs_to_its_first_body() -> None:
    first, other = request_key(ANA, "op", "k", {"quantity": 1}), request_key(ANA, "op", "k", {"quantity": 2})
    require_same_request(first.request_hash, first)
    with pytest.raises(ConflictError) as refusal:
        require_same_request(first.request_hash, other)
    assert refusal.value.code == "key_reused"
