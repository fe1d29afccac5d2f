"""What a host says, as text for those who read it. It is kept nowhere: the next words come in a second.

What the chat's lists catch is not told at all. Nobody looks at captions before they are read, so what they would only
hold is left out like what they deny.
"""

from __future__ import annotations

from livecart.domain.events import ShowEvent
from livecart.domain.held import text_refused
from livecart.domain.ids import EventId, ShowId
from livecart.domain.text import check_text
from livecart.services.chat_filter import ChatFilter
from livecart.services.ports import Clock, Ids, ShowLog

CAPTION = "caption"
CAPTION_MAX = 200


class Captions:
    def __init__(self, log: ShowLog, words: ChatFilter, clock: Clock, ids: Ids) -> None:
        self._log = log
        self._words = words
        self._clock = clock
        self._ids = ids

    async def say(self, show: ShowId, text: str, *, final: bool) -> None:
        """Raises InvalidError, also `text_refused`; UnavailableError."""
        clean = check_text("text", text, 1, CAPTION_MAX)
        rule = await self._words.find(show, clean)
        if rule is not None:
            raise text_refused(rule.id)
        data = {"text": clean, "final": final}
        await self._log.announce(ShowEvent(EventId(self._ids.new()), show, CAPTION, data, self._clock.now_ms()))
