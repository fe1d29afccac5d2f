from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.webhook_signature import TOLERANCE_MS, sign, verify

KEY, BODY, NOW_MS = b"key", b'{"id":1}', 1_800_000_000_123


def refused(header: str, *, body: bytes = BODY, now_ms: int = NOW_MS) -> bool:
    """Anything but this one refusal is a fault."""
    try:
        verify(KEY, body, header, now_ms)
    except InvalidError as error:
        return error.code == "bad_signature"
    return False


def test_a_signature_is_the_scheme_that_stripe_documents() -> None:
    mac = hmac.new(KEY, b"1800000000." + BODY, hashlib.sha256).hexdigest()
    assert sign(KEY, BODY, NOW_MS) == f"t=1800000000,v1={mac}"
    verify(KEY, BODY, f"t=1800000000,v1={'0' * 64},v0=old,v1={mac}", NOW_MS)


@pytest.mark.parametrize(("late_ms", "good"), [(0, True), (TOLERANCE_MS, True), (TOLERANCE_MS + 1_000, False)])
def test_it_holds_for_five_minutes_in_both_directions(late_ms: int, good: bool) -> None:
    header = sign(KEY, BODY, NOW_MS)
    assert refused(header, now_ms=NOW_MS + late_ms) is not good
    assert refused(header, now_ms=NOW_MS - late_ms) is not good


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_any_changed_byte_of_the_body_is_noticed(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    assert refused(sign(KEY, BODY, NOW_MS), body=bytes(changed))


@given(st.text(max_size=200))
def test_any_other_header_is_refused_and_nothing_else_happens(header: str) -> None:
    assert refused(header)
    assert refused(f"t=1800000000,v1={header}")


def test_another_key_is_refused() -> None:
    assert refused(sign(b"other", BODY, NOW_MS))
