"""What is told of media sessions: their figures, and never what would be a key to them."""

from __future__ import annotations

from livecart.services.broadcasting import _figures

SESSION = {"session": "a key", "holder": "mei", "role": "publisher", "bitrate_bps": 9, "loss": 0.1, "rtt_ms": None}
SESSION |= {"fps": 30.0, "codec": "h264", "layer": None, "streams": []}
TOLD = {"role", "bitrate_bps", "loss", "rtt_ms", "fps", "codec", "layer"}


def test_a_session_is_told_without_its_id_and_its_holder() -> None:
    assert set(_figures(SESSION)) == TOLD


def test_the_layers_of_a_publisher_are_told_one_by_one() -> None:
    layer = {"rid": "h", "bitrate_bps": 8, "fps": 29.5, "watching": 3}
    told = _figures({**SESSION, "layers": [{**layer, "ssrc": 77}], "undecodable": 2})
    assert set(told) == TOLD | {"layers", "undecodable"}
    assert (told["layers"], told["undecodable"]) == ([layer], 2)
