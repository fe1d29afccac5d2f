"""What the audit asks the database: for each invariant of the books, the rows that break it.

Plain SQL, the same on both engines, and on purpose none of the code that wrote the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.services.store import Finding

# Enough to see what is wrong; a broken book may have millions.
FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Question:
    invariant: str
    table: str
    broken: str


_SOLD_STATES = "('paid', 'fulfilled')"
_PAID_STATES = "('paid', 'fulfilled', 'refunded')"
_QUESTIONS = (
    _Question(
        "every journal sums to zero per currency",
        "journals",
        """SELECT journal_id AS journal, currency, SUM(amount_minor) AS off_by
           FROM entries GROUP BY journal_id, currency HAVING SUM(amount_minor) <> 0
           UNION ALL
           SELECT id, 'without entries', 0 FROM journals
           WHERE NOT EXISTS (SELECT 1 FROM entries WHERE journal_id = journals.id)""",
    ),
    _Question(
        "balances equal entries",
        "accounts",
        """SELECT accounts.id AS account, balance_minor AS balance, COALESCE(SUM(amount_minor), 0) AS entries
           FROM accounts LEFT JOIN entries ON account_id = accounts.id
           GROUP BY accounts.id, balance_minor HAVING balance_minor <> COALESCE(SUM(amount_minor), 0)""",
    ),
    _Question(
        "entries are in their account's currency",
        "entries",
        """SELECT entries.id AS entry, account_id AS account, entries.currency
           FROM entries JOIN accounts ON account_id = accounts.id WHERE entries.currency <> accounts.currency""",
    ),
    _Question(
        "no account but external is below zero",
        "accounts",
        "SELECT id AS account, balance_minor AS balance FROM accounts WHERE kind <> 'external' AND balance_minor < 0",
    ),
    _Question(
        "all accounts together are zero per currency",
        "accounts",
        """SELECT currency, SUM(balance_minor) AS off_by FROM accounts
           GROUP BY currency HAVING SUM(balance_minor) <> 0""",
    ),
    _Question(
        "reserved and sold stay within the stock",
        "variants",
        """SELECT id AS variant, stock, reserved, sold FROM variants
           WHERE reserved < 0 OR sold < 0 OR reserved + sold > stock""",
    ),
    _Question(
        "reserved equals reserved orders",
        "variants",
        """SELECT id AS variant, reserved, COALESCE(held, 0) AS in_orders FROM variants
           LEFT JOIN (SELECT variant_id, SUM(quantity) AS held FROM order_lines
                      JOIN orders ON order_id = orders.id WHERE state = 'reserved' GROUP BY variant_id) AS held
           ON variant_id = variants.id WHERE reserved <> COALESCE(held, 0)""",
    ),
    _Question(
        "sold equals paid orders",
        "variants",
        f"""SELECT id AS variant, sold, COALESCE(bought, 0) AS in_orders FROM variants
            LEFT JOIN (SELECT variant_id, SUM(quantity) AS bought FROM order_lines
                       JOIN orders ON order_id = orders.id WHERE state IN {_SOLD_STATES} GROUP BY variant_id) AS bought
            ON variant_id = variants.id WHERE sold <> COALESCE(bought, 0)""",  # noqa: S608 -- constants only
    ),
    _Question(
        "stock equals movements",
        "stock_movements",
        """SELECT id AS variant, stock, COALESCE(m_stock, 0) AS moved_stock, reserved,
                  COALESCE(m_reserved, 0) AS moved_reserved, sold, COALESCE(m_sold, 0) AS moved_sold
           FROM variants LEFT JOIN (
               SELECT variant_id,
                      SUM(CASE kind WHEN 'received' THEN quantity ELSE 0 END) AS m_stock,
                      SUM(CASE kind WHEN 'reserved' THEN quantity WHEN 'released' THEN -quantity
                                    WHEN 'sold' THEN -quantity ELSE 0 END) AS m_reserved,
                      SUM(CASE kind WHEN 'sold' THEN quantity WHEN 'returned' THEN -quantity ELSE 0 END) AS m_sold
               FROM stock_movements GROUP BY variant_id) AS moved ON variant_id = variants.id
           WHERE stock <> COALESCE(m_stock, 0) OR reserved <> COALESCE(m_reserved, 0) OR sold <> COALESCE(m_sold, 0)""",
    ),
    _Question(
        "orders equal their lines",
        "orders",
        """SELECT orders.id AS "order", total_minor AS total, COALESCE(SUM(quantity * unit_price_minor), 0) AS lines
           FROM orders LEFT JOIN order_lines ON order_id = orders.id
           GROUP BY orders.id, total_minor
           HAVING COUNT(order_id) = 0 OR total_minor <> COALESCE(SUM(quantity * unit_price_minor), 0)""",
    ),
    _Question(
        "paid orders are booked with their amount",
        "orders",
        f"""SELECT orders.id AS "order", total_minor AS total, booked FROM orders
            LEFT JOIN (SELECT cause, account_id, -SUM(amount_minor) AS booked FROM journals
                       JOIN entries ON journal_id = journals.id WHERE kind = 'payment'
                       GROUP BY cause, account_id) AS paid
            ON cause = orders.id AND account_id = 'wallet:' || buyer_id || ':' || currency
            WHERE state IN {_PAID_STATES} AND (booked IS NULL OR booked <> total_minor)""",  # noqa: S608 -- the same
    ),
    _Question(
        "payments belong to paid orders",
        "journals",
        f"""SELECT journals.id AS journal, cause AS "order", state FROM journals LEFT JOIN orders ON cause = orders.id
            WHERE kind = 'payment' AND (state IS NULL OR state NOT IN {_PAID_STATES})""",  # noqa: S608 -- the same
    ),
)


class SqlEvidence:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def findings(self) -> Sequence[Finding]:
        if self._connection.dialect.name == "postgresql":
            # Otherwise each statement would see its own moment of a sale that goes on.
            await self._connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        return [await self._finding(question) for question in _QUESTIONS]

    async def _finding(self, question: _Question) -> Finding:
        count = f"SELECT COUNT(*) FROM {question.table}"  # noqa: S608 -- a constant above
        checked = (await self._connection.execute(text(count))).scalar_one()
        rows = (await self._connection.execute(text(question.broken))).mappings()
        return Finding(question.invariant, checked, tuple(_fault(row) for row in islice(rows, FAULTS_SHOWN)))


def _fault(row: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
