"""The invariants of payments and refunds, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

_CAPTURED = "('captured', 'refunded')"
QUESTIONS = (
    Question(
        "captured payments are booked once with their amount",
        "payments",
        f"""SELECT payments.id AS payment, state, amount_minor AS amount, COALESCE(SUM(booked), 0) AS booked
            FROM payments LEFT JOIN (
                SELECT journals.id AS journal, account_id, -amount_minor AS booked
                FROM journals JOIN entries ON journal_id = journals.id WHERE kind IN ('payment', 'topup', 'late')
            ) AS of_clearing
            ON account_id = 'clearing:' || provider || ':' || currency AND (
                journal IN ('topup:' || payments.id, 'late:' || payments.id)
                OR journal = 'payment:' || order_id
                   AND payments.id = (SELECT payment_id FROM orders WHERE orders.id = order_id)
            )
            GROUP BY payments.id, state, amount_minor
            HAVING COALESCE(SUM(booked), 0) <> CASE WHEN state IN {_CAPTURED} THEN amount_minor ELSE 0 END""",  # noqa: S608 -- constants only
        """SELECT provider, currency, state, COUNT(*) AS payments, SUM(amount_minor) AS amount,
                  SUM(refunded_minor) AS refunded
           FROM payments GROUP BY provider, currency, state ORDER BY provider, currency, state""",
    ),
    Question(
        "clearing equals what providers captured less what they gave back",
        "payments",
        f"""SELECT provider, currency, SUM(held) AS off_by FROM (
                SELECT provider, currency, amount_minor AS held FROM payments WHERE state IN {_CAPTURED}
                UNION ALL
                SELECT provider, currency, -amount_minor FROM refunds WHERE state = 'done' AND provider <> 'wallet'
                UNION ALL
                SELECT REPLACE(REPLACE(id, 'clearing:', ''), ':' || currency, ''), currency, balance_minor
                FROM accounts WHERE kind = 'clearing'
            ) AS sides GROUP BY provider, currency HAVING SUM(held) <> 0""",  # noqa: S608 -- the same
        """SELECT id AS account, -balance_minor AS held FROM accounts WHERE kind = 'clearing' ORDER BY id""",
    ),
    Question(
        "what is owed equals the refunds that wait",
        "refunds",
        """SELECT provider, currency, SUM(owed) AS off_by FROM (
               SELECT provider, currency, amount_minor AS owed FROM refunds WHERE state = 'pending'
               UNION ALL
               SELECT REPLACE(REPLACE(id, 'owed:', ''), ':' || currency, ''), currency, -balance_minor
               FROM accounts WHERE kind = 'owed'
           ) AS sides GROUP BY provider, currency HAVING SUM(owed) <> 0""",
        "SELECT id AS account, balance_minor AS owed FROM accounts WHERE kind = 'owed' ORDER BY id",
    ),
    Question(
        "payments' refunds add up and stay within the payment",
        "payments",
        """SELECT payments.id AS payment, payments.amount_minor AS amount, refunded_minor AS refunded,
                  COALESCE(SUM(refunds.amount_minor), 0) AS refunds
           FROM payments LEFT JOIN refunds ON payment_id = payments.id
           GROUP BY payments.id, payments.amount_minor, refunded_minor, payments.state
           HAVING refunded_minor <> COALESCE(SUM(refunds.amount_minor), 0) OR refunded_minor > payments.amount_minor
                  OR (payments.state = 'refunded') <> (refunded_minor = payments.amount_minor)""",
    ),
    Question(
        "orders' refunds are booked and stay within the order",
        "orders",
        """SELECT orders.id AS "order", state, total_minor AS total, refunded_minor AS refunded,
                  COALESCE(booked, 0) AS booked
           FROM orders LEFT JOIN (
               SELECT refunds.order_id, SUM(entries.amount_minor) AS booked
               FROM refunds JOIN entries ON journal_id = 'refund:' || refunds.id
               WHERE entries.amount_minor > 0 GROUP BY refunds.order_id
           ) AS given ON order_id = orders.id
           WHERE refunded_minor <> COALESCE(booked, 0) OR refunded_minor > total_minor
                 OR (state = 'refunded' AND refunded_minor <> total_minor)
                 OR (state IN ('paid', 'fulfilled') AND total_minor > 0 AND refunded_minor = total_minor)""",
    ),
    Question(
        "every refund is booked with its amount",
        "refunds",
        """SELECT refunds.id AS refund, refunds.amount_minor AS amount, COALESCE(SUM(entries.amount_minor), 0) AS booked
           FROM refunds LEFT JOIN entries
           ON journal_id IN ('refund:' || refunds.id, 'late:' || refunds.id) AND entries.amount_minor > 0
           GROUP BY refunds.id, refunds.amount_minor
           HAVING refunds.amount_minor <> COALESCE(SUM(entries.amount_minor), 0)""",
    ),
    Question(
        "refunds that a provider took are booked as sent, and no others",
        "refunds",
        """SELECT refunds.id AS refund, state, provider FROM refunds
           WHERE (state = 'done' AND provider <> 'wallet')
              <> EXISTS (SELECT 1 FROM journals WHERE journals.id = 'refund_sent:' || refunds.id)""",
    ),
    Question(
        "refund journals belong to refunds",
        "journals",
        """SELECT journals.id AS journal FROM journals LEFT JOIN refunds ON refunds.id = cause
           WHERE kind IN ('refund', 'refund_sent', 'late') AND refunds.id IS NULL""",
    ),
)
