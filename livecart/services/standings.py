"""This process's copy of who is muted, who is banned from which show, and whom hosts have appointed: asked at every
message and every coming, so never SQL for each.

News of a change (`standings.changed`) only says that there is one; SQL says what is so. News may be lost, so it is read
again now and then. What SQL said last holds while SQL is away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from livecart.domain.errors import ForbiddenError, UnavailableError
from livecart.domain.events import STANDINGS_CHANGED, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from livecart.domain.people import Person
from livecart.domain.sanctions import Sanction, SanctionKind, banned_from_show, muted
from livecart.domain.staffing import ALL_SHOWS, NO_STANDING, Appointment, Duty, Standing, standing_of
from livecart.services.ports import Clock, Ids
from livecart.services.store import Store

# None: everywhere.
_Place = tuple[PersonId, ShowId | None]


@dataclass(frozen=True, slots=True)
class _Copy:
    mutes: Mapping[_Place, Sanction] = field(default_factory=dict)
    bans: Mapping[_Place, Sanction] = field(default_factory=dict)
    addresses: Mapping[tuple[ShowId, str], int | None] = field(default_factory=dict)
    # By creator, person and scope.
    given: Mapping[tuple[PersonId, PersonId, str], frozenset[Duty]] = field(default_factory=dict)


class Standings:
    def __init__(self, store: Store, clock: Clock, digest: Callable[[str], str | None]) -> None:
        """`digest` of an address answers None for what is no address."""
        self._store = store
        self._clock = clock
        self._digest = digest
        self._copy = _Copy()
        self._stale = True
        # Counts the changes that this process has seen.
        self.version = 0

    # ---- keeping it up to date

    def heard(self, event: ShowEvent) -> None:
        """Takes a process's news."""
        if event.type == STANDINGS_CHANGED:
            self._stale = True

    async def fresh(self) -> None:
        """After news that was not looked at yet; what SQL said last holds while it is away."""
        if self._stale:
            with suppress(UnavailableError):
                await self.look()

    async def look(self) -> None:
        """Reads again what SQL has. Raises UnavailableError."""
        self._stale = False
        try:
            now_ms = self._clock.now_ms()
            async with self._store.read() as tx:
                held = await tx.sanctions.holding(now_ms)
                addresses = await tx.sanctions.addresses(now_ms)
                appointed = await tx.assistants.standing()
        except BaseException:
            self._stale = True
            raise
        found = _Copy(
            {(each.person, each.show): each for each in held if each.kind is SanctionKind.MUTE},
            {(each.person, each.show): each for each in held if each.kind is SanctionKind.BAN},
            addresses,
            _given(appointed),
        )
        if found != self._copy:
            self._copy = found
            self.version += 1

    # ---- asking

    def mute_of(self, person: PersonId, show: ShowId) -> Sanction | None:
        """The one that lasts longest, of the show and of everywhere."""
        found = None
        now_ms = self._clock.now_ms()
        for place in (show, None):
            each = self._copy.mutes.get((person, place))
            if each is not None and each.holds(now_ms) and each.outlasts(found):
                found = each
        return found

    def require_may_write(self, person: PersonId, show: ShowId) -> None:
        """Raises SanctionedError `muted` or `banned_from_show`."""
        self.require_admitted(person, show)
        mute = self.mute_of(person, show)
        if mute is not None:
            raise muted(mute, self._clock.now_ms())

    def is_banned(self, person: PersonId, show: ShowId) -> bool:
        ban = self._copy.bans.get((person, show))
        return ban is not None and ban.holds(self._clock.now_ms())

    def require_admitted(self, person: PersonId, show: ShowId) -> None:
        """Raises SanctionedError `banned_from_show`."""
        ban = self._copy.bans.get((person, show))
        now_ms = self._clock.now_ms()
        if ban is not None and ban.holds(now_ms):
            raise banned_from_show(ban, now_ms)

    def refuses_guest(self, address: str, show: ShowId) -> bool:
        """Whether somebody who is banned from the show was seen at this address."""
        if not self._copy.addresses:
            return False
        until_ms = self._copy.addresses.get((show, self._digest(address) or ""), 0)
        return until_ms is None or until_ms > self._clock.now_ms()

    def require_guest_welcome(self, address: str, show: ShowId) -> None:
        """Raises ForbiddenError `banned_address`."""
        if self.refuses_guest(address, show):
            fault = "no guests of this show from this address for now: sign in"
            raise ForbiddenError(fault, code="banned_address")

    def digests(self, addresses: Collection[str]) -> list[str]:
        return sorted({digest for address in addresses if (digest := self._digest(address))})

    def of(self, person: Person | None, show: ShowId, host: PersonId) -> Standing:
        """What the person is in the show."""
        if person is None:
            return NO_STANDING
        given = self._copy.given
        scopes = (str(show), ALL_SHOWS)
        mine = [given.get((host, person.id, scope), frozenset[Duty]()) for scope in scopes] if given else []
        return standing_of(person, host, frozenset[Duty]().union(*mine))


def _given(appointed: Collection[Appointment]) -> dict[tuple[PersonId, PersonId, str], frozenset[Duty]]:
    return {(each.creator, each.person, each.scope): each.duties for each in appointed}


def standings_changed(ids: Ids, person: PersonId, now_ms: int) -> ShowEvent:
    """To every process, and from none of them to a client; `person` is whom it is about."""
    return ShowEvent(EventId(ids.new()), None, STANDINGS_CHANGED, {}, now_ms, person)
