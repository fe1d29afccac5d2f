"""A show: one approved topic on air. Its page, chat, bag and orders work from creation until the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId

BAG_MAX = 200


class ShowState(StrEnum):
    READY = "ready"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


class ShowStep(StrEnum):
    MEDIA_ARRIVED = "media_arrived"
    MEDIA_STOPPED = "media_stopped"
    END = "end"


class ViewersPolicy(StrEnum):
    EVERYONE = "everyone"
    MEMBERS = "members"


TRANSITIONS: dict[ShowState, dict[ShowStep, ShowState]] = {
    ShowState.READY: {ShowStep.MEDIA_ARRIVED: ShowState.LIVE, ShowStep.END: ShowState.ENDED},
    ShowState.LIVE: {ShowStep.MEDIA_STOPPED: ShowState.INTERRUPTED, ShowStep.END: ShowState.ENDED},
    ShowState.INTERRUPTED: {ShowStep.MEDIA_ARRIVED: ShowState.LIVE, ShowStep.END: ShowState.ENDED},
    ShowState.ENDED: {},
}

OPEN_STATES = (ShowState.READY, ShowState.LIVE, ShowState.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Showing:
    """What is being explained now; `version` tells an older event from a newer one."""

    product: ProductId | None
    version: int


@dataclass(frozen=True, slots=True)
class Bag:
    """The show's goods, in the host's order."""

    version: int
    products: tuple[ProductId, ...]


@dataclass(frozen=True, slots=True)
class Venue:
    """A show as buying sees it: whose it is, and whether it still sells."""

    show: ShowId
    host: PersonId
    is_open: bool

    @property
    def key(self) -> ShowId:
        return self.show


@dataclass(frozen=True, slots=True)
class Show:
    id: ShowId
    creator: PersonId
    topic: TopicId
    topic_version: int
    title: str
    category: str
    language: str
    planned_at_ms: int | None
    state: ShowState
    viewers_policy: ViewersPolicy
    showing: Showing
    created_at_ms: int
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    # Of the topic, as it was approved.
    cover: str | None = None

    def advance(self, step: ShowStep, now_ms: int) -> Show:
        """The show after `step`; raises ConflictError if its state has no such step."""
        state = TRANSITIONS[self.state].get(step)
        if state is None:
            code = "show_ended" if self.state is ShowState.ENDED else "show_state"
            raise ConflictError(f"a show that is {self.state} cannot take '{step}'", code=code)
        started = self.started_at_ms
        if state is ShowState.LIVE and started is None:
            started = now_ms
        ended = now_ms if state is ShowState.ENDED else None
        return replace(self, state=state, started_at_ms=started, ended_at_ms=ended)

    def show_product(self, product: ProductId | None, bag: Bag) -> Show:
        """Marks `product` as the one being explained; None clears it."""
        self.require_open()
        if product is not None and product not in bag.products:
            raise ConflictError("the product is not in this show's bag", code="not_in_bag")
        return replace(self, showing=Showing(product, self.showing.version + 1))

    def require_open(self) -> None:
        if self.state is ShowState.ENDED:
            raise ConflictError("the show has ended", code="show_ended")
