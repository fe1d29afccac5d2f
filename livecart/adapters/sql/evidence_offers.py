"""The invariants of offers and coupons, each as a query for the rows that break it."""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

# Who has bought long ago is `forgotten` (forgetting.py), who has had of everything what all of those had.
# A bundle's lines all name the same units, which count once.
_TAKEN = """SELECT DISTINCT orders.id, buyer_id, offer_id, offer_units, state, held, paid_at_ms
            FROM order_lines JOIN orders ON order_id = orders.id WHERE offer_id IS NOT NULL"""
_HELD = "state = 'reserved' AND held"
_SOLD = "paid_at_ms IS NOT NULL"
# An order has its use of a coupon until it is given up unpaid.
_USING = "coupon IS NOT NULL AND (state NOT IN ('cancelled', 'expired') OR paid_at_ms IS NOT NULL)"
QUESTIONS = (
    Question(
        "offers sell no more than their units",
        "offers",
        """SELECT id AS offer, quantity, reserved, sold FROM offers
           WHERE reserved < 0 OR sold < 0 OR reserved + sold > quantity""",
    ),
    Question(
        "reserved units of offers equal reserved orders",
        "offers",
        f"""SELECT offers.id AS offer, reserved, COALESCE(units, 0) AS in_orders FROM offers
            LEFT JOIN (SELECT offer_id, SUM(offer_units) AS units FROM ({_TAKEN}) AS taken
                       WHERE {_HELD} GROUP BY offer_id) AS held_units
            ON offer_id = offers.id WHERE reserved <> COALESCE(units, 0)""",  # noqa: S608 -- constants only
    ),
    Question(
        "sold units of offers equal paid orders",
        "offers",
        f"""SELECT offers.id AS offer, sold, COALESCE(units, 0) AS in_orders FROM offers
            LEFT JOIN (SELECT offer_id, SUM(offer_units) AS units FROM ({_TAKEN}) AS taken
                       WHERE {_SOLD} GROUP BY offer_id) AS sold_units
            ON offer_id = offers.id WHERE sold <> COALESCE(units, 0)""",  # noqa: S608 -- the same
    ),
    Question(
        "buyers' units of offers equal their orders",
        "offer_buyers",
        f"""SELECT tally.offer_id AS offer, tally.buyer_id AS buyer, tally.units, COALESCE(taken.units, 0) AS in_orders
            FROM offer_buyers AS tally
            LEFT JOIN (SELECT offer_id, buyer_id, SUM(offer_units) AS units FROM ({_TAKEN}) AS each_order
                       WHERE ({_HELD}) OR {_SOLD} GROUP BY offer_id, buyer_id) AS taken
            ON taken.offer_id = tally.offer_id AND taken.buyer_id = tally.buyer_id
            WHERE tally.units <> COALESCE(taken.units, 0)""",  # noqa: S608 -- the same
    ),
    Question(
        "buyers have no more of an offer than each may",
        "offer_buyers",
        """SELECT offer_id AS offer, buyer_id AS buyer, units, per_buyer
           FROM offer_buyers JOIN offers ON offers.id = offer_id
           WHERE units > per_buyer AND buyer_id <> 'forgotten'""",
    ),
    Question(
        "units of offers are counted for their buyers",
        "offers",
        """SELECT offers.id AS offer, reserved + sold AS taken, COALESCE(SUM(units), 0) AS by_buyers
           FROM offers LEFT JOIN offer_buyers ON offer_id = offers.id
           GROUP BY offers.id, reserved, sold HAVING reserved + sold <> COALESCE(SUM(units), 0)""",
    ),
    Question(
        "uses of coupons equal their orders",
        "coupons",
        f"""SELECT code, used, COALESCE(uses, 0) AS in_orders, total FROM coupons
            LEFT JOIN (SELECT coupon, COUNT(*) AS uses FROM orders WHERE {_USING} GROUP BY coupon) AS used_by
            ON coupon = code WHERE used <> COALESCE(uses, 0) OR used > total""",  # noqa: S608 -- the same
    ),
    Question(
        "buyers' uses of coupons equal their orders",
        "coupon_buyers",
        f"""SELECT tally.code, tally.buyer_id AS buyer, tally.uses, COALESCE(used_by.uses, 0) AS in_orders, per_person
            FROM coupon_buyers AS tally JOIN coupons ON coupons.code = tally.code
            LEFT JOIN (SELECT coupon, buyer_id, COUNT(*) AS uses FROM orders WHERE {_USING}
                       GROUP BY coupon, buyer_id) AS used_by
            ON used_by.coupon = tally.code AND used_by.buyer_id = tally.buyer_id
            WHERE tally.uses <> COALESCE(used_by.uses, 0)
                  OR (tally.uses > per_person AND tally.buyer_id <> 'forgotten')""",  # noqa: S608 -- the same
    ),
    Question(
        "discounts stay within their lines",
        "order_lines",
        """SELECT order_id AS "order", variant_id AS variant, discount_minor AS discount FROM order_lines
           WHERE discount_minor < 0 OR discount_minor > quantity * unit_price_minor""",
    ),
)
