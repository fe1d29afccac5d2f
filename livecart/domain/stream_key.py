"""A show's key for encoders such as OBS: one at a time, by its number. A new one ends the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livecart.domain.ids import ShowId


@dataclass(frozen=True, slots=True)
class StreamKey:
    """`number` is of the key that was made last, and goes up when it is taken away too.

    `session` is the media session that was begun with a key last; it is asked for again until it is known to be over.
    """

    show: ShowId
    number: int = 0
    made_at_ms: int | None = None
    session: str | None = None

    def renewed(self, now_ms: int) -> StreamKey:
        return replace(self, number=self.number + 1, made_at_ms=now_ms)

    def removed(self) -> StreamKey:
        return replace(self, number=self.number + 1, made_at_ms=None)

    def fits(self, number: int) -> bool:
        return self.made_at_ms is not None and number == self.number
