"""The check of a packet's proof against the golden vectors, which the browser's check shares, and against rubbish."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.packet_proof import Unreadable, check, commitment, entrants_root
from livecart.domain.packet_split import SplitKind, split
from scripts.packet_vectors import VECTORS, rendered

GOLDEN: dict[str, Any] = json.loads(Path(VECTORS).read_text("utf-8"))
WHOLE = GOLDEN["proofs"][0]["proof"]


def test_the_vectors_are_those_of_this_version() -> None:
    assert VECTORS.read_text("utf-8") == rendered(), "run `python -m scripts.packet_vectors`"


@pytest.mark.parametrize("case", GOLDEN["proofs"], ids=lambda case: case["name"])
def test_a_whole_proof_is_good_in_every_step(case: dict[str, Any]) -> None:
    steps = check(case["proof"])
    assert [[step.name, step.good, step.seen] for step in steps] == case["steps"]
    assert all(step.good for step in steps)


@pytest.mark.parametrize("case", GOLDEN["tampered"], ids=lambda case: case["name"])
def test_what_was_tampered_with_is_found(case: dict[str, Any]) -> None:
    bad = [step.name for step in check(case["proof"]) if not step.good]
    assert bad == case["bad"]
    assert bad


@pytest.mark.parametrize("case", GOLDEN["splits"], ids=lambda case: f"{case['total_minor']} in {case['shares']}")
def test_splits_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    seed, kind = bytes.fromhex(case["seed"]), SplitKind(case["kind"])
    assert list(split(case["packet"], seed, kind, case["total_minor"], case["shares"])) == case["amounts"]


@pytest.mark.parametrize("name", list(WHOLE["parameters"]))
def test_the_commitment_covers_every_parameter(name: str) -> None:
    changed = dict(WHOLE["parameters"])
    changed[name] = changed[name] + 1 if isinstance(changed[name], int) else "another"
    assert commitment(changed, WHOLE["seed"]) != WHOLE["commitment"]


def test_a_text_cannot_pass_for_the_line_after_it() -> None:
    one = dict(WHOLE["parameters"], packet='p"\nshow "s', show="t")
    two = dict(WHOLE["parameters"], packet="p", show='s"\nshow "t')
    assert commitment(one, "00") != commitment(two, "00")
    assert entrants_root("p", [("a", "b")]) != entrants_root("p", [("a", "c")])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": "another"}, "no proof"),
        ({"seed": None}, "not closed yet"),
        ({"seed": "xyz"}, "not a whole proof"),
        ({"entrants": None}, "not a whole proof"),
        ({"entrants": [["a"]]}, "not a whole proof"),
        ({"entrants": [["a b", "n"]]}, "no word"),
        ({"entrants": [["a", "n\n"]]}, "no word"),
        ({"results": [{}]}, "not a whole proof"),
        ({"refunded_minor": -1}, "no amount"),
        ({"claimed_minor": 1.5}, "no amount"),
        ({"parameters": {}}, "not a whole proof"),
    ],
)
def test_what_is_no_proof_is_said_to_be_none(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        check(WHOLE | changed)


@pytest.mark.parametrize(("total", "shares"), [(5, 0), (5, 2_001), (5, 6), (0, 1), (2**70, True)])
def test_parameters_of_no_packet_are_refused_before_anything_is_computed(total: int, shares: int) -> None:
    parameters = WHOLE["parameters"] | {"total_minor": total, "shares": shares}
    with pytest.raises(Unreadable):
        check(WHOLE | {"parameters": parameters})


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.booleans(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_rubbish_in_any_place_raises_its_own_error_alone(rubbish: Any) -> None:
    for name in WHOLE:
        proof = copy.deepcopy(WHOLE) | {name: rubbish}
        try:
            check(proof)
        except Unreadable:
            continue
