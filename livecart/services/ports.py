"""What the use cases need from outside besides SQL (store.py), as Protocols. adapters/ implements them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from livecart.domain.books import Command
from livecart.domain.chat import ChatMessage
from livecart.domain.events import LogPosition, NumberedEvent, ShowEvent
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import EventId, OfferId, PersonId, ShowId, VariantId
from livecart.domain.limits import Rate
from livecart.domain.sessions import SignedIn

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class PublishGrant:
    """What a publish token says: this person may send this show, as approved in this version of its topic.

    A caller's is for his `call` and its `slot`, and good for one publication, the `number`th of the call. `key`: the
    number of the key for encoders that it is; None: it is a page's.
    """

    show: ShowId
    holder: PersonId
    topic_version: int
    expires_at_ms: int
    call: str | None = None
    slot: int = 0
    number: int = 0
    key: int | None = None


class Clock(Protocol):
    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A new identifier: unique, sortable by time, not guessable."""
        ...


class Passwords(Protocol):
    """Slow hashing, done where it cannot stall the event loop. Raises UnavailableError when too many wait."""

    async def hash(self, password: str) -> str: ...

    async def matches(self, password: str, password_hash: str) -> bool: ...


class SessionTokens(Protocol):
    """Secrets that open a session: of a person who logged in, or of a media connection."""

    def new(self) -> str:
        """At least 128 random bits, fit for a URL."""
        ...

    def digest(self, token: str) -> str:
        """What is kept of a token; the token cannot be had from it."""
        ...


class OpenSessions(Protocol):
    async def find(self, token_hash: str) -> SignedIn | None:
        """None if the session is unknown, over, or of somebody who is banned. Raises UnavailableError."""
        ...


class PublishTokens(Protocol):
    """Signed statements that somebody may send a show."""

    def issue(self, grant: PublishGrant) -> str: ...

    def verify(self, token: str, now_ms: int) -> PublishGrant | None:
        """None if the token is not ours, was changed or has expired."""
        ...


class Presence(Protocol):
    async def viewers(self, show: ShowId) -> int:
        """How many people are in the show's room now, over all processes; 0 when nobody can say."""
        ...


class Limits(Protocol):
    """How often something may be tried. Clients from exempt networks (`address`) are never refused."""

    async def check(self, name: str, key: str, *, address: str) -> None:
        """Raises LimitedError if the named limit is used up for `key`."""
        ...

    async def count(self, name: str, key: str, *, address: str) -> None:
        """Counts one use of the named limit by `key`."""
        ...


class Paces(Protocol):
    """How often something may be done. Clients from exempt networks (`address`) are never refused."""

    async def take(self, name: str, key: str, *, address: str) -> None:
        """Counts one use of the named limit by `key`. Raises LimitedError if it is used up."""
        ...


class SharedRates(Protocol):
    """Rates that hold over all processes; see services/rates.py. Raises UnavailableError when nobody can say."""

    async def take(self, name: str, key: str, rate: Rate, cost: int = 1) -> int:
        """Returns 0, or in how many milliseconds to try again. A cost of 0 takes nothing and asks for one."""
        ...


class ShowLog(Protocol):
    """The memory of a room: numbered events of one show, capped, in Redis. SQL is the record, this is the news.

    Every method raises UnavailableError when Redis is away.
    """

    async def publish(self, event: ShowEvent, *, epoch: str | None = None) -> LogPosition:
        """Numbers, keeps and announces the event; an id that was seen before gets its old number.

        With `epoch` only into that log: if another one has begun, nothing is done, and the answer tells its epoch.
        """
        ...

    async def announce(self, event: ShowEvent) -> None:
        """Sends an event that may be lost, or one for a person alone: it gets no number and is not kept."""
        ...

    async def tell(self, events: Sequence[ShowEvent]) -> Sequence[LogPosition | None]:
        """Publishes or announces each, in order and all at once; answers their places, None for what has no number.

        When it raises, some may have been told and others not.
        """
        ...

    async def position(self, show: ShowId) -> LogPosition: ...

    async def since(self, show: ShowId, after: LogPosition) -> Sequence[NumberedEvent] | None:
        """All events later than `after`, or None when some of them are gone or the epoch is another one."""
        ...


class RoomLog(ShowLog, Protocol):
    """What whoever comes in, or comes back, needs besides."""

    async def personal(self, person: PersonId) -> Sequence[ShowEvent]:
        """What this person alone was told within the last hour, oldest first and each once; at most the last 32."""
        ...

    async def numbers(self, show: ShowId, events: Sequence[EventId]) -> Mapping[EventId, int]:
        """The number that each of these events got in the present epoch; those without one are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What a media process answers: SDP, and the tag of the ICE session that it belongs to."""

    answer: str
    etag: str


@dataclass(frozen=True, slots=True)
class OnAir:
    """What a media process says of a caller's slot; `live`: media comes."""

    show: ShowId
    slot: int
    holder: PersonId
    live: bool
    shown: bool
    muted: bool


class MediaGateway(Protocol):
    """The media processes, reached by request and reply. Raises UnavailableError when none answers in time."""

    async def publish(self, show: ShowId, session: str, holder: PersonId, offer: str, slot: int = 0) -> Negotiated:
        """Takes the SDP offer of the host, or of the caller of a slot, who is shown to the stage alone at first.

        An older session of the same holder is closed. Raises ConflictError if the slot is another's.
        """
        ...

    async def stage(self, show: ShowId, slot: int, holder: PersonId, *, shown: bool, muted: bool) -> None:
        """Shows a caller's slot to the audience or not, with or without sound. Raises NotFoundError if another's."""
        ...

    async def unseat(self, show: ShowId, slot: int, holder: PersonId) -> None:
        """Closes what this person publishes in the slot, if he does."""
        ...

    async def on_air(self) -> Sequence[OnAir]:
        """The callers' slots of all shows, a second late."""
        ...

    async def watch(
        self, show: ShowId, session: str, holder: PersonId | None, offer: str, *, address: str, backstage: bool = False
    ) -> Negotiated:
        """`backstage`: also of callers whom the audience is not shown."""
        ...

    async def patch(self, show: ShowId, session: str, fragment: str, *, if_match: str | None) -> Negotiated | None:
        """Trickled candidates, or an ICE restart, which alone is answered."""
        ...

    async def close(self, show: ShowId, session: str) -> None: ...

    async def pin(self, show: ShowId, session: str, layer: str | None) -> None:
        """Sends a viewer `low`, `mid` or `high` whatever its line carries; None lets the relay choose."""
        ...

    async def arrange(self, show: ShowId, session: str, sizes: Sequence[float]) -> None:
        """Sends a viewer of each slot no larger picture than this: 0.0 is the smallest, 1.0 the largest."""
        ...

    async def stats(self, show: ShowId, role: str | None) -> Sequence[Mapping[str, Any]]:
        """The figures of each session of a show, or of those with one role; none when no media process has any."""
        ...

    async def end_show(self, show: ShowId) -> None: ...

    async def kick(self, holder: PersonId, *, show: ShowId | None = None) -> frozenset[str]:
        """Closes this person's sessions, in one show or in all, to publish and to watch; where he watched from."""
        ...


class Committer(Protocol):
    """The one way in which money and goods move: commands are gathered, decided and committed together.

    Raises the command's own refusal, or UnavailableError: `busy` when too many wait, `unavailable` when SQL is away.
    After `unavailable` the command may or may not have been committed; the same command and key again finds out.
    """

    async def submit(self, command: Command[A]) -> A:
        """The answer, once it is committed; to a key that was used before, the first answer."""
        ...

    async def submit_all(self, commands: Sequence[Command[A]]) -> Sequence[A | BaseException]:
        """An answer or an exception for each command."""
        ...


@dataclass(frozen=True, slots=True)
class OfferContent:
    """What never changes of an offer."""

    show: ShowId
    variants: tuple[VariantId, ...]


class OfferContents(Protocol):
    """Known in every process, so that ordering an offer costs no reading of its own."""

    async def get(self, offer: OfferId) -> OfferContent:
        """Raises NotFoundError, UnavailableError."""
        ...


class NewsListener(Protocol):
    """Whoever wants a show's news in this process. The calls return at once; they only queue."""

    def numbered(self, event: NumberedEvent) -> None:
        """The next event of a followed show: in order, none missing, none twice."""
        ...

    def loose(self, event: ShowEvent) -> None:
        """An event without a number, for a followed show or for a person alone."""
        ...

    def broken(self, show: ShowId, epoch: str | None) -> None:
        """The log of a followed show lost what came next: whoever is in it must join again.

        `epoch` when it started afresh: all of the new log follows, so whoever joined in it already may stay.
        """
        ...

    def hears(self, *, hears: bool) -> None:
        """From now on news does not come, or comes again; no show's is lost by it, but all of it is late."""
        ...

    def missed(self) -> None:
        """The subscription was made anew: what one person alone was told meanwhile did not come."""
        ...


class News(Protocol):
    """The news of the shows that this process has viewers in. One subscription per show."""

    async def start(self, listener: NewsListener) -> None: ...

    async def follow(self, show: ShowId) -> LogPosition:
        """Returns the position after which every event will be delivered. Raises UnavailableError."""
        ...

    async def unfollow(self, show: ShowId) -> None: ...

    async def close(self) -> None: ...


class Headcount(Protocol):
    """Where every process tells who watches each show with it. Raises UnavailableError when Redis is away."""

    async def report(self, present: Mapping[ShowId, Attendance]) -> dict[ShowId, Counted]:
        """Tells who is there with this process (nobody withdraws it) and answers the figures over all processes, each
        person once."""
        ...


class ChatWriter(Protocol):
    """Keeps chat messages, many in one commit, and finds them again."""

    async def write(self, message: ChatMessage, event: ShowEvent) -> ChatMessage:
        """Returns what is kept under the message's author, show and key, once committed: an older one if there was one.

        `event` tells of the message; it is in the outbox with it. Raises UnavailableError.
        """
        ...

    async def find(self, message: ChatMessage) -> ChatMessage | None:
        """What is kept under the message's author, show and key, looked up for many at once.

        Raises UnavailableError.
        """
        ...


class ChatPace(Protocol):
    """Slow mode: how often a person may write in a show, over all processes. `take` raises UnavailableError."""

    async def take(self, message: ChatMessage, pause_ms: int) -> int:
        """Returns 0, or in how many milliseconds to try again. The same key again is the same message: 0."""
        ...

    async def give_back(self, message: ChatMessage) -> None:
        """The message could not be kept, so its author need not wait."""
        ...


class Pictures(Protocol):
    """Where pictures are kept, each drawn anew in two sizes: see domain/picture.py for their names."""

    async def keep(self, raw: bytes) -> str:
        """The hash that the picture is kept under. Raises InvalidError as `check_picture`, UnavailableError `busy`."""
        ...

    async def forget_unused(self, used: Collection[str], before_ms: int) -> int:
        """Deletes what was kept before then, but for the hashes in use; returns how many files."""
        ...


class ShowViews(Protocol):
    """A show as both edges tell of it: docs/protocol.md, "Objects"."""

    async def show_view(self, show: ShowId) -> dict[str, Any]:
        """Raises NotFoundError."""
        ...

    async def bag_view(self, show: ShowId) -> dict[str, Any]: ...
