"""Rows as RFC 4180 text that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BOM = "\ufeff"
# OWASP, CSV injection: what begins a formula, full-width forms included; also behind what another program could take
# for the end of a cell.
_FORMULA = re.compile("(^|[;,|\t\r\n])(?=[ ]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])")


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """With an apostrophe before whatever would be computed."""
    return _FORMULA.sub(r"\1'", cell)
