"""The invariants of orders, stock and ledger, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

_PAID_STATES = "('paid', 'fulfilled', 'refunded')"
QUESTIONS = (
    Question(
        "every journal sums to zero per currency",
        "journals",
        """SELECT journal_id AS journal, currency, SUM(amount_minor) AS off_by
           FROM entries GROUP BY journal_id, currency HAVING SUM(amount_minor) <> 0
           UNION ALL
           SELECT id, 'without entries', 0 FROM journals
           WHERE NOT EXISTS (SELECT 1 FROM entries WHERE journal_id = journals.id)""",
    ),
    Question(
        "balances equal entries",
        "accounts",
        """SELECT accounts.id AS account, balance_minor AS balance, COALESCE(SUM(amount_minor), 0) AS entries
           FROM accounts LEFT JOIN entries ON account_id = accounts.id
           GROUP BY accounts.id, balance_minor HAVING balance_minor <> COALESCE(SUM(amount_minor), 0)""",
    ),
    Question(
        "entries are in their account's currency",
        "entries",
        """SELECT entries.id AS entry, account_id AS account, entries.currency
           FROM entries JOIN accounts ON account_id = accounts.id WHERE entries.currency <> accounts.currency""",
    ),
    Question(
        "no account but external and clearing is below zero",
        "accounts",
        """SELECT id AS account, balance_minor AS balance FROM accounts
           WHERE kind NOT IN ('external', 'clearing') AND balance_minor < 0""",
    ),
    Question(
        "all accounts together are zero per currency",
        "accounts",
        """SELECT currency, SUM(balance_minor) AS off_by FROM accounts
           GROUP BY currency HAVING SUM(balance_minor) <> 0""",
        """SELECT kind, currency, COUNT(*) AS accounts, SUM(balance_minor) AS balance FROM accounts
           GROUP BY kind, currency ORDER BY kind, currency""",
    ),
    Question(
        "reserved and sold stay within the stock",
        "variants",
        """SELECT id AS variant, stock, reserved, sold FROM variants
           WHERE reserved < 0 OR sold < 0 OR reserved + sold > stock""",
    ),
    Question(
        "reserved equals reserved orders",
        "variants",
        """SELECT id AS variant, reserved, COALESCE(held, 0) AS in_orders FROM variants
           LEFT JOIN (SELECT variant_id, SUM(quantity) AS held FROM order_lines
                      JOIN orders ON order_id = orders.id WHERE state = 'reserved' AND orders.held
                      GROUP BY variant_id) AS held
           ON variant_id = variants.id WHERE reserved <> COALESCE(held, 0)""",
    ),
    Question(
        "sold equals paid orders whose goods did not come back",
        "variants",
        f"""SELECT id AS variant, sold, COALESCE(bought, 0) AS in_orders FROM variants
            LEFT JOIN (SELECT variant_id, SUM(quantity) AS bought FROM order_lines
                       JOIN orders ON order_id = orders.id WHERE state IN {_PAID_STATES} AND NOT returned
                       GROUP BY variant_id) AS bought
            ON variant_id = variants.id WHERE sold <> COALESCE(bought, 0)""",  # noqa: S608 -- constants only
    ),
    Question(
        "stock equals movements",
        "stock_movements",
        """SELECT id AS variant, stock, COALESCE(m_stock, 0) AS moved_stock, reserved,
                  COALESCE(m_reserved, 0) AS moved_reserved, sold, COALESCE(m_sold, 0) AS moved_sold
           FROM variants LEFT JOIN (
               SELECT variant_id,
                      SUM(CASE kind WHEN 'received' THEN quantity WHEN 'removed' THEN -quantity ELSE 0 END) AS m_stock,
                      SUM(CASE kind WHEN 'reserved' THEN quantity WHEN 'released' THEN -quantity
                                    WHEN 'sold' THEN -quantity ELSE 0 END) AS m_reserved,
                      SUM(CASE kind WHEN 'sold' THEN quantity WHEN 'returned' THEN -quantity ELSE 0 END) AS m_sold
               FROM stock_movements GROUP BY variant_id) AS moved ON variant_id = variants.id
           WHERE stock <> COALESCE(m_stock, 0) OR reserved <> COALESCE(m_reserved, 0) OR sold <> COALESCE(m_sold, 0)""",
    ),
    Question(
        "orders equal their lines",
        "orders",
        """SELECT orders.id AS "order", total_minor AS total,
                  COALESCE(SUM(quantity * unit_price_minor - discount_minor), 0) AS lines
           FROM orders LEFT JOIN order_lines ON order_id = orders.id
           GROUP BY orders.id, total_minor
           HAVING COUNT(order_id) = 0
                  OR total_minor <> COALESCE(SUM(quantity * unit_price_minor - discount_minor), 0)""",
    ),
    Question(
        "paid orders are booked with their amount",
        "orders",
        f"""SELECT orders.id AS "order", total_minor AS total, booked FROM orders
            LEFT JOIN (SELECT cause, account_id, -SUM(amount_minor) AS booked FROM journals
                       JOIN entries ON journal_id = journals.id WHERE kind = 'payment'
                       GROUP BY cause, account_id) AS paid
            ON cause = orders.id AND account_id = COALESCE(
                (SELECT 'clearing:' || provider FROM payments WHERE payments.id = payment_id), 'wallet:' || buyer_id
            ) || ':' || currency
            WHERE state IN {_PAID_STATES} AND (booked IS NULL OR booked <> total_minor)""",  # noqa: S608 -- the same
    ),
    Question(
        "payments belong to paid orders",
        "journals",
        f"""SELECT journals.id AS journal, cause AS "order", state FROM journals LEFT JOIN orders ON cause = orders.id
            WHERE kind = 'payment' AND (state IS NULL OR state NOT IN {_PAID_STATES})""",  # noqa: S608 -- the same
    ),
)
