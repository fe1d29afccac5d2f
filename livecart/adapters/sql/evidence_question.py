"""One invariant of the books as a question to the database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """`broken` selects the rows of `table` that break the invariant; the columns' names explain them.

    `figures` selects the sums that it is about, such as what each provider holds.
    """

    invariant: str
    table: str
    broken: str
    figures: str = ""
