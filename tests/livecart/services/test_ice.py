from __future__ import annotations

import base64
import hashlib
import hmac

from livecart.services.ice import CREDENTIAL_S, IceServer, IceServers

NOW_MS = 1_800_000_000_000


def test_a_turn_server_gets_a_name_that_expires_and_the_password_that_coturn_computes() -> None:
    stun, turn = IceServers(["stun:s.example"], ["turn:t.example:3478"], "secret").now(NOW_MS)
    assert stun == IceServer("stun:s.example")
    assert turn.url == "turn:t.example:3478"
    assert int(turn.username.partition(":")[0]) == NOW_MS // 1000 + CREDENTIAL_S
    digest = hmac.new(b"secret", turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(digest).decode()


def test_no_two_sessions_share_a_name_since_quotas_count_by_it() -> None:
    servers = IceServers([], ["turn:t.example", "turns:t.example"], "secret")
    first, second = servers.now(NOW_MS), servers.now(NOW_MS)
    assert first[0].username == first[1].username != second[0].username


def test_without_servers_there_is_nothing_to_say() -> None:
    assert IceServers([], [], "").now(NOW_MS) == ()
