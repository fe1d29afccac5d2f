"""`livecart verify-packet` as somebody without a server uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from livecart.__main__ import main
from scripts.packet_vectors import VECTORS

GOLDEN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
WHOLE = GOLDEN["proofs"][0]["proof"]


def _file(folder: Path, content: Any) -> str:
    file = folder / "proof.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return str(file)


def test_a_whole_proof_is_confirmed_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # As the server answers it, under its noun.
    assert main(["verify-packet", _file(tmp_path, {"proof": WHOLE})]) == 0
    printed = capsys.readouterr().out
    for name, _, seen in GOLDEN["proofs"][0]["steps"]:
        assert f"ok     {name}: {seen}" in printed
    assert "What this does not prove" in printed
    assert WHOLE["not_proven"][0] in printed
    assert "drawn as promised" in printed
    assert "FAULT" not in printed


def test_a_proof_that_was_tampered_with_is_exposed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for case in GOLDEN["tampered"]:
        assert main(["verify-packet", _file(tmp_path, case["proof"])]) == 1
        printed = capsys.readouterr().out
        assert [line.split()[1:] for line in printed.splitlines() if line.startswith("FAULT")]
        assert "NOT drawn as promised" in printed


def test_another_commitment_than_the_one_that_was_seen_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, WHOLE)
    assert main(["verify-packet", file, "--commitment", WHOLE["commitment"].upper()]) == 0
    assert main(["verify-packet", file, "--commitment", "00" * 32]) == 1
    assert "FAULT  as announced" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no json", "is not JSON"),
        ("[]", "is not JSON"),
        ("{}", "no proof"),
        (json.dumps(WHOLE | {"seed": None}), "not closed yet"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_proof_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    assert main(["verify-packet", _file(tmp_path, content)]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-packet", str(tmp_path / "nothing.json")]) == 2
    assert "nothing.json cannot be read" in capsys.readouterr().err


def test_what_a_file_says_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify-packet", _file(tmp_path, WHOLE | {"not_proven": ["\x1b[2Jgone", 5]})])
    assert "\x1b" not in capsys.readouterr().out
