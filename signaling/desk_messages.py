"""What moderators at their desks ask over the WebSocket, and what they are told."""

from __future__ import annotations

from typing import Literal

import msgspec


class DeskJoin(msgspec.Struct, frozen=True):
    """Moderators: hear `desk.news` from now on, in a show or in none. The lists are read after the answer."""


class DeskLeave(msgspec.Struct, frozen=True):
    """No more of it."""


class DeskNews(msgspec.Struct, frozen=True):
    """To moderators at the desk: one of its lists has changed. `state` of a topic is its status or `claimed`, of a show
    its state, of a report what became of it; `by` is the id of who did it, or of a show's host. What is missed is in no
    log: after `notice` `restored`, and after each return, the lists are read again.
    """

    about: Literal["topic", "show", "report"]
    id: str
    state: str
    by: str
