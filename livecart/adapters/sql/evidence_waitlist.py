"""The invariants of waitlists, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

QUESTIONS = (
    Question(
        "units held of variants equal open invitations",
        "variants",
        """SELECT variants.id AS variant, invited, COALESCE(held, 0) AS in_invitations FROM variants
           LEFT JOIN (SELECT variant_id, SUM(held) AS held FROM (
                          SELECT thing_id AS variant_id, units AS held FROM waitlist_places WHERE kind = 'variant'
                          UNION ALL
                          SELECT variant_id, units * offer_lines.quantity FROM waitlist_places
                          JOIN offer_lines ON offer_id = thing_id WHERE kind = 'offer') AS each_place
                      GROUP BY variant_id) AS in_places
           ON variant_id = variants.id WHERE invited <> COALESCE(held, 0)""",
    ),
    Question(
        "units held of offers equal open invitations",
        "offers",
        """SELECT offers.id AS offer, invited, COALESCE(held, 0) AS in_invitations FROM offers
           LEFT JOIN (SELECT thing_id, SUM(units) AS held FROM waitlist_places WHERE kind = 'offer'
                      GROUP BY thing_id) AS in_places
           ON thing_id = offers.id WHERE invited <> COALESCE(held, 0)""",
    ),
    Question(
        "reserved, sold and held stay within what there is",
        "variants",
        """SELECT 'variant' AS kind, id, stock AS there, reserved, sold, invited FROM variants
           WHERE invited < 0 OR reserved + sold + invited > stock
           UNION ALL
           SELECT 'offer', id, quantity, reserved, sold, invited FROM offers
           WHERE invited < 0 OR reserved + sold + invited > quantity""",
    ),
    Question(
        "nobody has two places in a line",
        "waitlist_places",
        """SELECT kind, thing_id AS thing, person_id AS person, COUNT(*) AS places FROM waitlist_places
           GROUP BY kind, thing_id, person_id HAVING COUNT(*) > 1""",
    ),
    Question(
        "places are in the line of something that exists",
        "waitlist_places",
        """SELECT id AS place, kind, thing_id AS thing FROM waitlist_places
           WHERE (kind = 'variant' AND thing_id NOT IN (SELECT id FROM variants))
                 OR (kind = 'offer' AND thing_id NOT IN (SELECT id FROM offers))""",
    ),
    Question(
        "a line is served from its front",
        "waitlist_places",
        """SELECT late.id AS place, late.kind, late.thing_id AS thing, late.number, early.number AS still_waiting
           FROM waitlist_places AS late JOIN waitlist_places AS early
           ON early.kind = late.kind AND early.thing_id = late.thing_id AND early.show_id = late.show_id
              AND early.number < late.number
           WHERE late.until_ms IS NOT NULL AND early.until_ms IS NULL""",
    ),
)
