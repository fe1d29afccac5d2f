"""Who may publish to a show and who may watch it; the media itself goes past this, to a media process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Permission, Person
from livecart.domain.sanctions import SanctionKind, banned_from_show
from livecart.domain.show import Show, ShowState, ViewersPolicy
from livecart.domain.staffing import Duty
from livecart.services.bans import require_not_banned
from livecart.services.call_book import CallBook
from livecart.services.callers import Callers
from livecart.services.eligibility import require_not_halted
from livecart.services.ice import IceServer, IceServers
from livecart.services.ports import Clock, MediaGateway, Negotiated, PublishGrant, PublishTokens, SessionTokens
from livecart.services.staffing import standing_in
from livecart.services.store import Store
from livecart.services.stream_keys import StreamKeys

STATS = ("role", "bitrate_bps", "loss", "rtt_ms", "fps", "codec", "layer")
LAYER_STATS = ("rid", "bitrate_bps", "fps", "watching")
PUBLISH_TOKEN_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class MediaSession:
    """A negotiated session: its id, which is also its key, the SDP answer, and servers that may help to connect."""

    id: str
    sdp: Negotiated
    ice_servers: tuple[IceServer, ...]


class Broadcasting:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        media: MediaGateway,
        grants: PublishTokens,
        tokens: SessionTokens,
        ice: IceServers,
    ) -> None:
        self._store = store
        self._clock = clock
        self._media = media
        self._grants = grants
        self._tokens = tokens
        self._ice = ice
        self._callers = Callers(store, clock, media, CallBook(clock, grants))
        self._keys = StreamKeys(store, clock, media, grants)

    def issue(self, show: Show) -> str:
        """A publish token for the show's creator, bound to the show and to the approved version of its topic."""
        expires = self._clock.now_ms() + PUBLISH_TOKEN_MS
        return self._grants.issue(PublishGrant(show.id, show.creator, show.topic_version, expires))

    async def publish(self, token: str | None, show_id: ShowId, offer: str) -> MediaSession:
        """The host's offer, or a caller's.

        Raises UnauthenticatedError (`key_ended` of an encoder's key), NotFoundError (unknown or ended), ForbiddenError
        (another show's, `banned`, `banned_from_show`, `shows_halted`); for a caller also as `Callers.publish`.
        """
        grant = self._grants.verify(token, self._clock.now_ms()) if token else None
        if grant is None:
            raise UnauthenticatedError("a publish token of this show is needed")
        show = await self._open_show(show_id, grant.holder)
        # The token outlives a log-in and so must be asked for the person.
        async with self._store.read() as tx:
            await require_not_banned(tx, grant.holder, self._clock.now_ms())
            await require_not_halted(tx, show)
        if grant.show != show.id or grant.topic_version != show.topic_version:
            raise ForbiddenError("the publish token belongs to another show")
        session = self._tokens.new()
        if grant.call is not None:
            return self._opened(session, await self._callers.publish(grant, show, session, offer))
        if grant.key is not None:
            return self._opened(session, await self._keys.publish(grant, show, session, offer))
        return self._opened(session, await self._media.publish(show.id, session, grant.holder, offer))

    async def watch(
        self, person: Person | None, show_id: ShowId, offer: str, *, address: str, backstage: bool = False
    ) -> MediaSession:
        """Raises NotFoundError, UnauthenticatedError, ForbiddenError `banned_from_show`. `backstage`: also callers whom
        the audience does not see, or not yet, for staff that sees to calls."""
        show = await self._open_show(show_id, None if person is None else person.id)
        if person is None and show.viewers_policy is ViewersPolicy.MEMBERS:
            raise UnauthenticatedError("this show is for members: sign in to watch")
        if backstage:
            await self._require_staff(person, show)
        session = self._tokens.new()
        holder = person.id if person else None
        sdp = await self._media.watch(show.id, session, holder, offer, address=address, backstage=backstage)
        return self._opened(session, sdp)

    async def _require_staff(self, person: Person | None, show: Show) -> None:
        if person is None:
            raise UnauthenticatedError("sign in to see to calls")
        async with self._store.read() as tx:
            (await standing_in(tx, person, show)).office_for(Duty.CALLS)

    async def patch(self, show_id: ShowId, session: str, fragment: str, *, if_match: str | None) -> Negotiated | None:
        """Trickled candidates, or an ICE restart, which alone is answered.

        Whoever knows the session's address may change it: it has 256 random bits.
        """
        await self._open_show(show_id)
        return await self._media.patch(show_id, session, fragment, if_match=if_match)

    async def close(self, show_id: ShowId, session: str) -> None:
        """Raises NotFoundError if there is no such session (any more)."""
        await self._media.close(show_id, session)

    async def stats(self, person: Person, show_id: ShowId, role: str | None) -> list[dict[str, Any]]:
        """What each session of the show gets, for its creator and moderators.

        Without its id, which would be a key to it, and without anything about the person.
        """
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
        if show.creator != person.id:
            person.require(Permission.END_ANY_SHOW)
        return [_figures(each) for each in await self._media.stats(show.id, role)]

    def _opened(self, session: str, sdp: Negotiated) -> MediaSession:
        return MediaSession(session, sdp, self._ice.now(self._clock.now_ms()))

    async def _open_show(self, show_id: ShowId, person: PersonId | None = None) -> Show:
        """`person`: who must not be banned from it."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            found = [] if person is None else await tx.sanctions.of(person, show_id, now_ms)
        bans = [each for each in found if each.kind is SanctionKind.BAN]
        if bans:
            raise banned_from_show(bans[-1], now_ms)
        if show.state is ShowState.ENDED:
            raise NotFoundError("the show has ended", code="show_ended")
        return show


def _figures(session: Mapping[str, Any]) -> dict[str, Any]:
    """What may be told of a session; a publisher's has `layers`, one for each picture size that it sends, and how many
    cannot show its picture."""
    told = {name: session.get(name) for name in STATS}
    layers = session.get("layers")
    if layers is not None:
        told["layers"] = [{name: each.get(name) for name in LAYER_STATS} for each in layers]
        told["undecodable"] = session.get("undecodable", 0)
    return told
