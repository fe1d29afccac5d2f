"""Whether every decision on viewers' reports stands in the moderation log, each case counts its reports, and each
change of the taxonomy is there too."""

from __future__ import annotations

from livecart.adapters.sql.evidence_moderation import LOG_BEGAN
from livecart.adapters.sql.evidence_question import Question

QUESTIONS = (
    Question(
        "every decision on reports is in the moderation log",
        "report_cases",
        f"""SELECT report_cases.id AS report_case, outcome, number AS row FROM report_cases
            LEFT JOIN moderation_log ON number =
                (SELECT MAX(number) FROM moderation_log WHERE evidence = 'report_case:' || report_cases.id)
            WHERE (number IS NULL AND decided_at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (moderation_log.kind = 'report.reopened') <> (outcome IS NULL)
            OR number IS NOT NULL AND outcome IS NOT NULL AND (by_id <> decided_by
                 OR moderation_log.kind <> 'report.' || outcome
                 OR moderation_log.at_ms <> decided_at_ms OR moderation_log.person_id <> report_cases.person_id
                 OR COALESCE(rule, '') <> COALESCE('log:' || ruling, ''))""",  # noqa: S608 -- constants
    ),
    Question(
        "every case counts the people who reported it",
        "report_cases",
        """SELECT report_cases.id AS report_case, reporters, priority, COUNT(reports.id) AS reported
           FROM report_cases LEFT JOIN reports ON case_id = report_cases.id
           GROUP BY report_cases.id, reporters, priority
           HAVING reporters <> COUNT(reports.id) OR priority <> COALESCE(SUM(weight), 0) OR COUNT(reports.id) = 0""",
    ),
    Question(
        "every change of a category is in the moderation log",
        "taxonomy_versions",
        f"""SELECT key, version, number AS row FROM taxonomy_versions
            LEFT JOIN moderation_log ON evidence = 'category:' || key || '@' || version
            WHERE (number IS NULL AND changed_at_ms >= {LOG_BEGAN})
            OR number IS NOT NULL AND (by_id <> changed_by OR moderation_log.at_ms <> changed_at_ms
                 OR moderation_log.kind <> 'topic.category')""",  # noqa: S608 -- the same
    ),
)
