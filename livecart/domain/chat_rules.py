"""The rules of one show's chat: who may write, how often, with links or without; and the message that is pinned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.chat_text import has_link
from livecart.domain.errors import ForbiddenError, InvalidError
from livecart.domain.ids import MessageId

SLOW_MAX_S = 300
# Three months.
FOLLOWED_MAX_MINUTES = 129_600
_MINUTE_MS = 60_000


class Links(StrEnum):
    """Who may write addresses; the host's staff counts as the host."""

    NOBODY = "nobody"
    HOST = "host"
    EVERYONE = "everyone"


class Speakers(StrEnum):
    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class ChatRules:
    """`version` counts the changes, so that an older event can be told from a newer one.

    `followed_minutes`: how long somebody has followed the host who may write, where only followers may.
    """

    version: int = 0
    slow_s: int = 0
    links: Links = Links.HOST
    who: Speakers = Speakers.EVERYONE
    followed_minutes: int = 0
    pinned: MessageId | None = None

    def changed(
        self,
        *,
        slow_s: int | None = None,
        links: Links | None = None,
        who: Speakers | None = None,
        followed_minutes: int | None = None,
    ) -> ChatRules:
        """What is None stays; a change to nothing new keeps its version. Raises InvalidError."""
        if slow_s is not None and not 0 <= slow_s <= SLOW_MAX_S:
            raise InvalidError("the pause is not valid", fields={"slow_s": f"0 to {SLOW_MAX_S} seconds"})
        if followed_minutes is not None and not 0 <= followed_minutes <= FOLLOWED_MAX_MINUTES:
            fault = f"0 to {FOLLOWED_MAX_MINUTES} minutes"
            raise InvalidError("the time is not valid", fields={"followed_minutes": fault})
        return self._next(
            replace(
                self,
                slow_s=self.slow_s if slow_s is None else slow_s,
                links=self.links if links is None else links,
                who=self.who if who is None else who,
                followed_minutes=self.followed_minutes if followed_minutes is None else followed_minutes,
            )
        )

    def pin(self, message: MessageId | None) -> ChatRules:
        return self._next(replace(self, pinned=message))

    def require(self, text: str, *, staff: bool, followed_ms: int | None = None) -> None:
        """`followed_ms`: for how long the author has followed the host; None: he does not.

        Raises ForbiddenError `chat_closed`, `followers_only` or `links_not_allowed`.
        """
        if self.who is Speakers.STAFF and not staff:
            raise ForbiddenError("only the host writes in this chat now", code="chat_closed")
        if self.who is Speakers.FOLLOWERS and not staff:
            self._require_follower(followed_ms)
        if self.links is Links.EVERYONE or (self.links is Links.HOST and staff):
            return
        if has_link(text):
            raise ForbiddenError("links are not allowed in this chat", code="links_not_allowed")

    def _require_follower(self, followed_ms: int | None) -> None:
        if followed_ms is None:
            raise ForbiddenError("only followers may write here: follow the host to write", code="followers_only")
        wait_ms = self.followed_minutes * _MINUTE_MS - followed_ms
        if wait_ms > 0:
            fault = f"only who has followed the host for {self.followed_minutes} minutes may write here"
            raise ForbiddenError(fault, code="followers_only", retry_after_ms=wait_ms)

    def pause_ms(self, *, staff: bool) -> int:
        """How long a person waits between two messages."""
        return 0 if staff else self.slow_s * 1000

    def _next(self, changed: ChatRules) -> ChatRules:
        return self if changed == self else replace(changed, version=self.version + 1)
