"""Keys for encoders: one at a time, ended with what they began; on SQLite and PostgreSQL alike."""

from __future__ import annotations

from livecart.adapters.sql.database import Database
from livecart.domain.ids import ShowId
from livecart.services.broadcasting import PUBLISH_TOKEN_MS
from livecart.services.ports import MediaGateway
from livecart.services.stream_keys import KEY_MS, StreamKeys
from tests.support.call_steps import opened, refusal
from tests.support.calls import CallRig
from tests.support.shop import ENDED_SHOW, MEI, SHOW, Shop


def keys_of(shop: Shop, rig: CallRig) -> StreamKeys:
    media: MediaGateway = rig.media  # type: ignore[assignment]  # the part that these tests need
    return StreamKeys(shop.store, shop.clock, media, rig.tokens)


async def test_a_new_key_ends_the_old_one_and_the_stream_that_it_began(database: Database) -> None:
    async with opened(database) as (shop, rig):
        keys, publish = keys_of(shop, rig), rig.broadcasting.publish
        assert await keys.view(MEI, SHOW) is None
        _, first = await keys.renew(MEI, SHOW)
        stream = (await publish(first, SHOW, "offer")).id
        assert stream in rig.media.sessions
        # A page's own token is another thing.
        async with shop.store.read() as tx:
            page = rig.broadcasting.issue(await tx.shows.get(SHOW))
        camera = (await publish(page, SHOW, "offer")).id

        view, second = await keys.renew(MEI, SHOW)
        assert view == await keys.view(MEI, SHOW)
        assert set(rig.media.sessions) == {camera}
        assert await refusal(publish(first, SHOW, "offer")) == "key_ended"
        stream = (await publish(second, SHOW, "offer")).id
        assert (await publish(page, SHOW, "offer")).id in rig.media.sessions

        await keys.remove(MEI, SHOW)
        assert stream not in rig.media.sessions
        assert await refusal(publish(second, SHOW, "offer")) == "key_ended"
        assert await keys.view(MEI, SHOW) is None
        await keys.remove(MEI, SHOW)
        _, third = await keys.renew(MEI, SHOW)
        await publish(third, SHOW, "offer")
        shop.clock.ms += KEY_MS
        assert await refusal(publish(third, SHOW, "offer")) == "unauthenticated"
        assert await keys.view(MEI, SHOW) is None


async def test_a_page_that_is_live_stays_so_whatever_becomes_of_the_key_and_comes_back_with_its_token(
    database: Database,
) -> None:
    async with opened(database) as (shop, rig):
        keys, publish = keys_of(shop, rig), rig.broadcasting.publish
        async with shop.store.read() as tx:
            page = rig.broadcasting.issue(await tx.shows.get(SHOW))
        _, first = await keys.renew(MEI, SHOW)
        await publish(first, SHOW, "offer")
        # The page takes the show over from the encoder, and the key is made anew and taken away.
        camera = (await publish(page, SHOW, "offer")).id
        for change in (keys.renew, keys.remove, keys.renew):
            await change(MEI, SHOW)
            assert set(rig.media.sessions) == {camera}
            # Its line was lost: the page negotiates again with what it has.
            await rig.broadcasting.close(SHOW, camera)
            camera = (await publish(page, SHOW, "offer")).id
        # It is no way around the key: what it began is not what the key ends, and the old key stays ended.
        assert await refusal(publish(first, SHOW, "offer")) == "key_ended"
        shop.clock.ms += PUBLISH_TOKEN_MS
        assert await refusal(publish(page, SHOW, "offer")) == "unauthenticated"


async def test_a_key_that_is_replaced_while_it_begins_a_stream_begins_none(database: Database) -> None:
    async with opened(database) as (shop, rig):
        keys = keys_of(shop, rig)
        _, first = await keys.renew(MEI, SHOW)

        async def renew() -> None:
            rig.media.meanwhile = None
            await keys.renew(MEI, SHOW)

        rig.media.meanwhile = renew
        assert await refusal(rig.broadcasting.publish(first, SHOW, "offer")) == "key_ended"
        assert not rig.media.sessions


async def test_what_could_not_be_ended_is_ended_by_asking_again(database: Database) -> None:
    async with opened(database) as (shop, rig):
        keys = keys_of(shop, rig)
        _, first = await keys.renew(MEI, SHOW)
        await rig.broadcasting.publish(first, SHOW, "offer")
        rig.media.away = True
        assert await refusal(keys.renew(MEI, SHOW)) == "no_media"
        rig.media.away = False
        assert rig.media.sessions
        assert await refusal(rig.broadcasting.publish(first, SHOW, "offer")) == "key_ended"
        await keys.remove(MEI, SHOW)
        assert not rig.media.sessions


async def test_keys_are_the_hosts_of_open_shows_alone(database: Database) -> None:
    async with opened(database) as (shop, rig):
        keys, ana = keys_of(shop, rig), shop.buyers[0]
        for asked in (keys.view(ana, SHOW), keys.renew(ana, SHOW), keys.remove(ana, SHOW)):
            assert await refusal(asked) == "forbidden"
        assert await refusal(keys.renew(MEI, ENDED_SHOW)) == "show_ended"
        assert await refusal(keys.renew(MEI, ShowId("none"))) == "not_found"
        _, token = await keys.renew(MEI, SHOW)
        grant = rig.tokens.verify(token, shop.clock.ms)
        assert grant is not None
        assert (grant.key, grant.holder, grant.show) == (1, MEI.id, SHOW)
