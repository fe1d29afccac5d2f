"""Whether what admins decided about who may go live, and about what must be kept, stands in the moderation log."""

from __future__ import annotations

from livecart.adapters.sql.evidence_moderation import LOG_BEGAN
from livecart.adapters.sql.evidence_question import Question

QUESTIONS = (
    Question(
        "every version of the rules of eligibility is in the moderation log",
        "eligibility_rule_sets",
        f"""SELECT CAST(version AS TEXT) AS version, eligibility_rule_sets.by_id AS by FROM eligibility_rule_sets
            LEFT JOIN moderation_log ON evidence = 'eligibility_rules:' || version
            WHERE (number IS NULL AND eligibility_rule_sets.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> eligibility_rule_sets.by_id
                 OR moderation_log.at_ms <> eligibility_rule_sets.at_ms)
            UNION ALL
            SELECT CAST(version AS TEXT), 'rewritten' FROM eligibility_rule_sets
            JOIN moderation_log ON evidence = 'eligibility_rules:' || version
            JOIN moderation_words ON moderation_words.number = moderation_log.number
            WHERE COALESCE(quote, '') <> body
            UNION ALL
            SELECT evidence, 'removed' FROM moderation_log WHERE kind = 'eligibility.rules'
            AND NOT EXISTS (SELECT 1 FROM eligibility_rule_sets WHERE evidence = 'eligibility_rules:' || version)""",  # noqa: S608 -- constants
    ),
    Question(
        "every legal hold and its end is in the moderation log",
        "legal_holds",
        f"""SELECT legal_holds.id AS hold, 'placed' AS what FROM legal_holds
            LEFT JOIN moderation_log ON evidence = 'legal_hold:' || legal_holds.id
            WHERE (number IS NULL AND legal_holds.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> legal_holds.by_id
                 OR subject <> legal_holds.kind || ':' || subject_id)
            UNION ALL
            SELECT legal_holds.id, 'its end' FROM legal_holds
            LEFT JOIN moderation_log ON evidence = 'legal_hold_lifted:' || legal_holds.id
            WHERE (number IS NULL AND lifted_at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (lifted_at_ms IS NULL OR moderation_log.by_id <> lifted_by_id)
            UNION ALL
            SELECT evidence, 'removed' FROM moderation_log WHERE kind = 'hold.placed'
            AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE evidence = 'legal_hold:' || legal_holds.id)""",  # noqa: S608 -- the same
    ),
)
