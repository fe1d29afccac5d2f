from __future__ import annotations

import contextvars

from livecart.domain.places import kept, live_under, public

IMAGE = "/images/a.webp"


def test_without_a_prefix_paths_are_as_they_are() -> None:
    assert (public(IMAGE), kept(IMAGE)) == (IMAGE, IMAGE)


def test_a_prefix_stands_before_our_own_paths_only() -> None:
    def below() -> None:
        live_under("/live")
        assert public(IMAGE) == "/live/images/a.webp"
        assert public("https://shop.example/a") == "https://shop.example/a"
        assert kept(public(IMAGE)) == IMAGE
        # From before the shop moved.
        assert kept(IMAGE) == IMAGE
        assert kept("/lively/a") == "/lively/a"

    contextvars.copy_context().run(below)
    assert public(IMAGE) == IMAGE
