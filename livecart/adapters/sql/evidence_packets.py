"""The invariants of red packets, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

_ESCROW = "'escrow:' || red_packets.id || ':' || red_packets.currency"
QUESTIONS = (
    Question(
        "escrow holds what is unclaimed",
        "red_packets",
        f"""SELECT red_packets.id AS packet, total_minor - claimed_minor - refunded_minor AS unclaimed,
                   COALESCE(balance_minor, 0) AS escrow
            FROM red_packets LEFT JOIN accounts ON accounts.id = {_ESCROW}
            WHERE COALESCE(balance_minor, 0) <> total_minor - claimed_minor - refunded_minor
            UNION ALL
            SELECT accounts.id, 0, balance_minor FROM accounts LEFT JOIN red_packets ON accounts.id = {_ESCROW}
            WHERE accounts.kind = 'escrow' AND red_packets.id IS NULL AND balance_minor <> 0""",  # noqa: S608 -- constants
    ),
    Question(
        "packets are funded, claimed and refunded as booked",
        "red_packets",
        f"""SELECT red_packets.id AS packet, total_minor AS total, funded, claimed_minor AS claimed, gave,
                   refunded_minor AS refunded, gave_back
            FROM red_packets LEFT JOIN (
                SELECT account_id,
                       SUM(CASE kind WHEN 'packet_funded' THEN amount_minor ELSE 0 END) AS funded,
                       SUM(CASE WHEN kind IN ('packet_claimed', 'packet_drawn') THEN -amount_minor ELSE 0 END) AS gave,
                       SUM(CASE kind WHEN 'packet_refunded' THEN -amount_minor ELSE 0 END) AS gave_back
                FROM entries JOIN journals ON journals.id = journal_id GROUP BY account_id) AS booked
            ON account_id = {_ESCROW}
            WHERE account_id IS NULL OR funded <> total_minor OR gave <> claimed_minor
            OR gave_back <> refunded_minor""",  # noqa: S608 -- the same
    ),
    Question(
        "of closed packets all is claimed or refunded",
        "red_packets",
        """SELECT id AS packet, total_minor AS total, claimed_minor AS claimed, refunded_minor AS refunded
           FROM red_packets
           WHERE (closed_at_ms IS NOT NULL AND claimed_minor + refunded_minor <> total_minor)
           OR (closed_at_ms IS NULL AND refunded_minor <> 0)
           OR (closed_at_ms IS NULL) <> (state IN ('announced', 'open'))""",
    ),
    Question(
        "packets equal their claims",
        "red_packet_claims",
        """SELECT red_packets.id AS packet, claimed, COALESCE(people, 0) AS people, claimed_minor,
                  COALESCE(amount, 0) AS amount
           FROM red_packets
           LEFT JOIN (SELECT packet_id, COUNT(*) AS people, SUM(amount_minor) AS amount, MAX(share) AS last
                      FROM red_packet_claims GROUP BY packet_id) AS claims ON packet_id = red_packets.id
           WHERE (sender_id <> 'forgotten' AND (claimed <> COALESCE(people, 0) OR claimed_minor <> COALESCE(amount, 0)
                  OR COALESCE(last, -1) <> claimed - 1))
           OR (sender_id = 'forgotten' AND people IS NOT NULL)""",
    ),
    Question(
        "one claim per person, paid to him",
        "red_packet_claims",
        """SELECT packet_id AS packet, person_id AS person, COUNT(*) AS claims FROM red_packet_claims
           GROUP BY packet_id, person_id HAVING COUNT(*) <> 1
           UNION ALL
           SELECT packet_id, person_id, 0 FROM red_packet_claims JOIN red_packets ON red_packets.id = packet_id
           WHERE amount_minor < 1 OR NOT EXISTS (
               SELECT 1 FROM entries JOIN accounts ON accounts.id = account_id
               WHERE journal_id = CASE mode WHEN 'draw' THEN 'packet_drawn:' || packet_id
                                  ELSE 'packet_claimed:' || packet_id || ':' || person_id END
               AND owner_id = person_id AND entries.amount_minor = red_packet_claims.amount_minor)""",
    ),
    Question(
        "packets equal their entries",
        "red_packet_entries",
        """SELECT red_packets.id AS packet, entrants, COALESCE(entered, 0) AS entered FROM red_packets
           LEFT JOIN (SELECT packet_id, COUNT(*) AS entered FROM red_packet_entries GROUP BY packet_id) AS entries_of
           ON packet_id = red_packets.id
           WHERE COALESCE(entered, 0) <> CASE sender_id WHEN 'forgotten' THEN 0 ELSE entrants END
           UNION ALL
           SELECT packet_id, 0, 0 FROM red_packet_claims AS claims JOIN red_packets ON red_packets.id = packet_id
           WHERE mode = 'draw' AND NOT EXISTS (SELECT 1 FROM red_packet_entries AS entered
               WHERE entered.packet_id = claims.packet_id AND entered.person_id = claims.person_id)""",
    ),
    Question(
        "packets that a purge took the people off paid as many as they say, and name none",
        "red_packets",
        f"""SELECT red_packets.id AS packet, claimed, COUNT(CASE WHEN amount > 0 AND given THEN 1 END) AS paid,
                   COUNT(CASE WHEN owner_id <> 'forgotten' THEN 1 END) AS named
            FROM red_packets LEFT JOIN (
                SELECT mine.account_id AS escrow, owner_id, theirs.amount_minor AS amount,
                       journals.kind IN ('packet_claimed', 'packet_drawn') AS given
                FROM entries AS mine JOIN journals ON journals.id = mine.journal_id
                JOIN entries AS theirs ON theirs.journal_id = mine.journal_id
                JOIN accounts ON accounts.id = theirs.account_id
                WHERE mine.account_id IN (SELECT {_ESCROW} FROM red_packets WHERE sender_id = 'forgotten')
                AND owner_id IS NOT NULL) AS booked
            ON escrow = {_ESCROW}
            WHERE sender_id = 'forgotten' GROUP BY red_packets.id, claimed
            HAVING claimed <> COUNT(CASE WHEN amount > 0 AND given THEN 1 END)
            OR COUNT(CASE WHEN owner_id <> 'forgotten' THEN 1 END) > 0""",  # noqa: S608 -- the same
    ),
)
