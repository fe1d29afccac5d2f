"""Whether every decision stands in the moderation log, and says what the log says; the chain itself is checked apart.

Decisions from before the log began, and those whose rows were purged, are left out: nothing could be said of them.
"""

from __future__ import annotations

from livecart.adapters.sql.evidence_question import Question

# When the log begins: behind what was purged, or with its first row. Without a log it is null, and nothing is asked.
_BEGAN = """COALESCE((SELECT MAX(before_ms) FROM moderation_marks WHERE kind = 'anchor'),
                     (SELECT at_ms FROM moderation_log WHERE number = 1))"""
# The same for the modules beside this one.
BEGAN = _BEGAN

QUESTIONS = (
    Question(
        "every decision on a topic is in the moderation log",
        "topic_decisions",
        f"""SELECT topic_decisions.id AS decision, topic_id AS topic, status, number AS row
            FROM topic_decisions
            LEFT JOIN moderation_log ON evidence = 'topic_decision:' || topic_decisions.id
            WHERE (number IS NULL AND topic_decisions.at_ms >= {_BEGAN})
            OR number IS NOT NULL AND (kind <> 'topic.' || status OR by_id <> moderator_id
                 OR moderation_log.at_ms <> topic_decisions.at_ms OR subject <> 'topic:' || topic_id
                 OR COALESCE(moderation_log.code, '') <> COALESCE(topic_decisions.code, ''))
            UNION ALL
            SELECT evidence, subject, kind, number FROM moderation_log
            WHERE evidence LIKE 'topic_decision:%'
            AND NOT EXISTS (SELECT 1 FROM topic_decisions WHERE evidence = 'topic_decision:' || topic_decisions.id)
            UNION ALL
            SELECT topic_decisions.id, topic_id, 'reason rewritten', moderation_log.number
            FROM topic_decisions
            JOIN moderation_log ON evidence = 'topic_decision:' || topic_decisions.id
            JOIN moderation_words ON moderation_words.number = moderation_log.number
            WHERE COALESCE(moderation_words.reason, '') <> COALESCE(topic_decisions.reason, '')""",  # noqa: S608 -- constants
    ),
    Question(
        "every topic is as it was last decided",
        "topics",
        f"""SELECT topics.id AS topic, topics.status, last.status AS decided, topics.version, last.topic_version
           FROM topics
           LEFT JOIN topic_decisions AS last ON last.topic_id = topics.id AND last.id =
               (SELECT MAX(id) FROM topic_decisions WHERE topic_id = topics.id)
           WHERE topics.status IN ('approved', 'rejected', 'changes_requested')
           AND ((last.id IS NULL AND topics.created_at_ms >= {_BEGAN})
                OR last.status <> topics.status OR last.topic_version <> topics.version)""",  # noqa: S608 -- the same
    ),
    Question(
        "every ban and its end is in the moderation log",
        "bans",
        f"""SELECT bans.id AS ban, bans.person_id AS person, 'ban' AS what FROM bans
            LEFT JOIN moderation_log ON evidence = 'ban:' || bans.id AND kind = 'person.banned'
            WHERE (number IS NULL AND bans.at_ms >= {_BEGAN})
            OR number IS NOT NULL AND (COALESCE(moderation_log.by_id, '') <> COALESCE(bans.by_id, '')
                 OR moderation_log.person_id <> bans.person_id OR moderation_log.at_ms <> bans.at_ms)
            UNION ALL
            SELECT bans.id, bans.person_id, 'its end' FROM bans
            LEFT JOIN moderation_log ON evidence = 'unban:' || bans.person_id || ':' || lifted_at_ms
            WHERE (number IS NULL AND lifted_at_ms >= {_BEGAN})
            OR (number IS NOT NULL AND COALESCE(moderation_log.by_id, '') <> COALESCE(lifted_by_id, ''))
            UNION ALL
            SELECT evidence, person_id, 'removed' FROM moderation_log
            WHERE kind = 'person.banned' AND NOT EXISTS (SELECT 1 FROM bans WHERE evidence = 'ban:' || bans.id)""",  # noqa: S608 -- the same
    ),
    Question(
        "every message that staff deleted is in the moderation log",
        "chat_messages",
        f"""SELECT chat_messages.id AS message, show_id AS show, deleted_by FROM chat_messages
            LEFT JOIN moderation_log ON evidence = 'message:' || chat_messages.id AND kind = 'chat.deleted'
            WHERE (number IS NULL AND deleted_at_ms >= {_BEGAN} AND deleted_by <> author_id)
            OR by_id <> deleted_by OR (number IS NOT NULL AND deleted_by IS NULL)""",  # noqa: S608 -- the same
    ),
    Question(
        "every decision on a held message is in the moderation log",
        "held_lines",
        f"""SELECT held_lines.id AS message, show_id AS show, state FROM held_lines
            LEFT JOIN moderation_log ON evidence = 'held:' || held_lines.id
            WHERE (number IS NULL AND decided_at_ms >= {_BEGAN})
            OR number IS NOT NULL AND (kind <> 'chat.' || state OR by_id <> decided_by
                 OR moderation_log.at_ms <> decided_at_ms)""",  # noqa: S608 -- the same
    ),
    Question(
        "every role is as the moderation log says",
        "people",
        f"""SELECT people.id AS person, handle, role, code AS given FROM people
            LEFT JOIN moderation_log ON number =
                (SELECT MAX(number) FROM moderation_log WHERE evidence = 'person:' || people.id
                 AND kind = 'person.role_given')
            WHERE (number IS NOT NULL OR created_at_ms >= {_BEGAN}) AND role <> COALESCE(code, 'viewer')""",  # noqa: S608 -- the same
    ),
)
