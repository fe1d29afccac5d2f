"""CSV that any reader reads back and no spreadsheet computes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.rest.csv_text import csv_text

STARTS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("  =1", "'  =1"),
        ('a;=HYPERLINK("x")', 'a;\'=HYPERLINK("x")'),
        ("a\n=1", "a\n'=1"),
        ("a-b", "a-b"),
        ("2026-11-22", "2026-11-22"),
        ("19.90", "19.90"),
        ("茶, 100 g", "茶, 100 g"),
        ("", ""),
    ],
)
def test_what_would_be_computed_gets_an_apostrophe(cell: str, written: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text([[cell, "end"]]), newline=""))) == [[written, "end"]]


def test_rows_end_and_cells_are_quoted_as_rfc_4180_says() -> None:
    assert csv_text([["a", 'b "c", d'], ["e", ""]]) == 'a,"b ""c"", d"\r\ne,\r\n'


@given(st.lists(st.lists(st.text(), min_size=2, max_size=5), min_size=1, max_size=5))
def test_every_text_comes_back_but_for_apostrophes_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    rows = [[cell.replace("\0", "") for cell in row] for row in rows]
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert [[cell.replace("'", "") for cell in row] for row in read] == [
        [cell.replace("'", "") for cell in row] for row in rows
    ]
    assert not [cell for row in read for cell in row if cell.lstrip(" ").startswith(tuple(STARTS))]
