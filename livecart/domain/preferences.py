"""What a person chose for himself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preferences:
    """`show_my_purchases`: a show's room is told, with a shortened name, that this person bought something."""

    show_my_purchases: bool = True
