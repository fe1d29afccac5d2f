"""The invariants of gifts, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

_HELD = "'held:' || sender_id || ':' || currency"
QUESTIONS = (
    Question(
        "what is held is that of open streaks",
        "gift_streaks",
        f"""SELECT account, SUM(off_by) AS off_by FROM (
                SELECT {_HELD} AS account, total_minor AS off_by FROM gift_streaks WHERE ended_at_ms IS NULL
                UNION ALL
                SELECT id, -balance_minor FROM accounts WHERE kind = 'held'
            ) AS sides GROUP BY account HAVING SUM(off_by) <> 0""",  # noqa: S608 -- constants only
        """SELECT currency, COUNT(*) AS open_streaks, SUM(total_minor) AS held FROM gift_streaks
           WHERE ended_at_ms IS NULL GROUP BY currency ORDER BY currency""",
    ),
    Question(
        "streaks add up to what was taken from wallets for them",
        "gift_streaks",
        f"""SELECT account, SUM(sends) AS sends_off_by, SUM(off_by) AS off_by FROM (
                SELECT {_HELD} AS account, sends, total_minor AS off_by FROM gift_streaks
                UNION ALL
                SELECT account_id, -1, -amount_minor FROM entries JOIN journals ON journals.id = journal_id
                WHERE kind = 'gift_held' AND amount_minor > 0
            ) AS sides GROUP BY account HAVING SUM(sends) <> 0 OR SUM(off_by) <> 0""",  # noqa: S608 -- the same
    ),
    Question(
        "streaks that have ended are paid once with their total, and no others",
        "gift_streaks",
        f"""SELECT gift_streaks.id AS streak, total_minor AS total, ended_at_ms, taken FROM gift_streaks
            LEFT JOIN (SELECT journal_id, account_id, -SUM(amount_minor) AS taken FROM entries
                       WHERE journal_id LIKE 'gift_paid:%' AND amount_minor < 0 GROUP BY journal_id, account_id) AS paid
            ON journal_id = 'gift_paid:' || gift_streaks.id
            WHERE (ended_at_ms IS NULL) <> (taken IS NULL)
            OR taken IS NOT NULL AND (taken <> total_minor OR account_id <> {_HELD})
            UNION ALL
            SELECT cause, 0, 0, 0 FROM journals LEFT JOIN gift_streaks ON gift_streaks.id = cause
            WHERE kind = 'gift_paid' AND gift_streaks.id IS NULL""",  # noqa: S608 -- the same
    ),
    Question(
        "hosts got their streaks' totals less the fee",
        "gift_streaks",
        """SELECT gift_streaks.id AS streak, total_minor AS total, fee_minor AS fee, got FROM gift_streaks
           JOIN shows ON shows.id = show_id
           LEFT JOIN (SELECT journal_id, account_id, SUM(amount_minor) AS got FROM entries
                      WHERE journal_id LIKE 'gift_paid:%' GROUP BY journal_id, account_id) AS paid
           ON journal_id = 'gift_paid:' || gift_streaks.id
              AND account_id = 'proceeds:' || creator_id || ':' || gift_streaks.currency
           WHERE gift_streaks.ended_at_ms IS NOT NULL AND (got IS NULL OR got <> total_minor - fee_minor)
           OR gift_streaks.ended_at_ms IS NULL AND fee_minor <> 0""",
    ),
)
