"""The pictures of docs/ui.md."""

from __future__ import annotations

from scripts.ui_pictures import PAGE, SHOWN, shown


def test_all_pictures_of_the_page_are_there_and_no_others() -> None:
    names = shown(PAGE.read_text())
    assert len(names) > 5
    assert {each.name for each in SHOWN.glob("*.png")} == set(names)
