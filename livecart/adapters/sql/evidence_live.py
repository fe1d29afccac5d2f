"""Whether each mute, ban from a show, warning, stop and closed product stands in the moderation log."""

from __future__ import annotations

from livecart.adapters.sql.evidence_moderation import LOG_BEGAN
from livecart.adapters.sql.evidence_question import Question

QUESTIONS = (
    Question(
        "every mute and ban from a show, and its end, is in the moderation log",
        "sanctions",
        f"""SELECT sanctions.id AS sanction, sanctions.person_id AS person, sanctions.kind AS what FROM sanctions
            LEFT JOIN moderation_log ON evidence = 'sanction:' || sanctions.id
            WHERE (number IS NULL AND sanctions.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> sanctions.by_id
                 OR moderation_log.person_id <> sanctions.person_id OR moderation_log.at_ms <> sanctions.at_ms
                 OR moderation_log.subject <> COALESCE('show:' || show_id, 'person:' || sanctions.person_id)
                 OR moderation_log.kind <> CASE sanctions.kind WHEN 'mute' THEN 'person.muted'
                                           ELSE 'person.banned_from_show' END)
            UNION ALL
            SELECT sanctions.id, sanctions.person_id, 'its end' FROM sanctions
            LEFT JOIN moderation_log ON evidence = 'unsanction:' || sanctions.id
            WHERE (number IS NULL AND lifted_at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> lifted_by_id OR moderation_log.at_ms <> lifted_at_ms)
            UNION ALL
            SELECT evidence, person_id, 'removed' FROM moderation_log
            WHERE kind IN ('person.muted', 'person.banned_from_show')
            AND NOT EXISTS (SELECT 1 FROM sanctions WHERE evidence = 'sanction:' || sanctions.id)""",  # noqa: S608 -- constants
    ),
    Question(
        "every warning, stop and closed product of a show is in the moderation log",
        "shows",
        f"""SELECT host_warnings.id AS decision, show_id AS show, 'warning' AS what FROM host_warnings
            LEFT JOIN moderation_log ON evidence = 'warning:' || host_warnings.id
            WHERE (number IS NULL AND host_warnings.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> host_warnings.by_id
                 OR moderation_log.code <> host_warnings.code OR moderation_log.at_ms <> host_warnings.at_ms)
            UNION ALL
            SELECT show_stops.show_id, show_stops.show_id, 'stop' FROM show_stops
            LEFT JOIN moderation_log ON evidence = 'stop:' || show_stops.show_id
            WHERE (number IS NULL AND show_stops.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (COALESCE(moderation_log.by_id, '') <> COALESCE(show_stops.by_id, '')
                 OR moderation_log.code <> show_stops.code OR moderation_log.at_ms <> show_stops.at_ms)
            UNION ALL
            SELECT show_id || ':' || product_id, show_id, 'closed product' FROM closed_products
            LEFT JOIN moderation_log ON evidence = 'closed:' || show_id || ':' || product_id
            WHERE (number IS NULL AND closed_products.at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.by_id <> closed_products.by_id
                 OR moderation_log.code <> closed_products.code OR moderation_log.at_ms <> closed_products.at_ms)
            UNION ALL
            SELECT evidence, subject, 'removed' FROM moderation_log
            WHERE kind = 'show.stopped'
            AND NOT EXISTS (SELECT 1 FROM show_stops WHERE evidence = 'stop:' || show_stops.show_id)""",  # noqa: S608 -- constants
    ),
)
