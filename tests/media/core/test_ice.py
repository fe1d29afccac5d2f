"""ICE-lite: only genuine checks are answered, and only checked addresses get anything."""

from __future__ import annotations

from aioice import stun

from media.core.ice import (
    MAX_ADDRESSES,
    Address,
    Checked,
    IceSession,
    IceTable,
    Remote,
    candidate_lines,
    origin,
)
from media.formats import parse_binding_request

HERE: Address = ("127.0.0.1", 4_000)
THERE: Address = ("127.0.0.1", 5_000)


def check(
    table: IceTable[str],
    address: Remote,
    now: float = 0.0,
    *,
    use: bool = False,
    key: str = "pw",
    to: str = "uf",
) -> Checked[str] | None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{to}:theirs"
    if use:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(key.encode())
    return table.check(parse_binding_request(bytes(message)), address, now)


def table_with(*owners: str) -> tuple[IceTable[str], list[IceSession[str]]]:
    table: IceTable[str] = IceTable()
    sessions = [IceSession(owner, "pw", owner) for owner in owners]
    for session in sessions:
        table.add(session)
    return table, sessions


def test_a_genuine_check_is_answered_with_the_address_it_came_from() -> None:
    table, [session] = table_with("uf")
    checked = check(table, HERE)
    assert checked is not None
    response = stun.parse_message(checked.response)
    assert response.attributes["XOR-MAPPED-ADDRESS"] == HERE
    assert response.check_message_integrity(b"pw")
    assert (checked.owner, checked.moved, session.remote) == ("uf", True, HERE)
    assert table.owner(HERE) == "uf"


def test_a_wrong_password_or_ufrag_gets_nothing_and_teaches_nothing() -> None:
    table, [session] = table_with("uf")
    assert check(table, HERE, key="other") is None
    assert check(table, HERE, to="nobody") is None
    assert session.remote is None
    assert table.owner(HERE) is None


def test_the_first_valid_pair_serves_until_one_is_nominated_and_the_latest_nomination_wins() -> None:
    table, [session] = table_with("uf")
    check(table, HERE)
    check(table, THERE)
    assert session.remote == HERE
    check(table, THERE, use=True)
    assert session.remote == THERE
    check(table, HERE)
    assert session.remote == THERE
    check(table, HERE, use=True)
    assert session.remote == HERE
    assert {table.owner(HERE), table.owner(THERE)} == {"uf"}


def test_a_silent_address_is_dropped_and_another_checked_one_takes_over() -> None:
    table, [session] = table_with("uf")
    check(table, HERE, 0.0, use=True)
    check(table, THERE, 10.0)
    table.expire(31.0, 30.0)
    assert (table.owner(HERE), session.remote) == (None, THERE)
    table.seen(THERE, 35.0)
    table.expire(45.0, 30.0)
    assert session.remote == THERE
    table.expire(66.0, 30.0)
    assert table.owner(THERE) is None
    assert session.remote is None


def test_an_address_belongs_to_whoever_proved_it_last() -> None:
    table, [one, two] = table_with("one", "two")
    check(table, HERE, to="one")
    check(table, HERE, to="two")
    assert (table.owner(HERE), one.remote, two.remote) == ("two", None, HERE)


def test_a_session_learns_few_addresses_and_keeps_the_one_in_use() -> None:
    table, [session] = table_with("uf")
    check(table, HERE, 0.0, use=True)
    for port in range(100):
        check(table, ("127.0.0.1", 6_000 + port), 1.0 + port)
    assert len(session.addresses) == MAX_ADDRESSES
    assert session.remote == HERE


class Line:
    """A connection; another may come from the same address."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def send(self, packet: bytes | memoryview) -> bool:
        return bool(packet)


def test_a_connection_is_a_remote_of_its_own_though_its_address_is_anothers() -> None:
    table, [one, two] = table_with("one", "two")
    first, second = Line(HERE), Line(HERE)
    check(table, HERE, to="one")
    checked = check(table, first, to="two", use=True)
    assert checked is not None
    assert stun.parse_message(checked.response).attributes["XOR-MAPPED-ADDRESS"] == HERE
    assert (table.owner(HERE), table.owner(first), table.owner(second)) == ("one", "two", None)
    assert (one.remote, two.remote) == (HERE, first)
    assert [table.uses(remote) for remote in (HERE, first, second)] == [True, True, False]
    check(table, THERE, to="two", use=True)
    assert [table.uses(remote) for remote in (first, THERE)] == [False, True]


def test_a_lost_connection_leaves_the_session_to_its_other_ways() -> None:
    table, [session] = table_with("uf")
    line, stranger = Line(HERE), Line(HERE)
    check(table, THERE)
    check(table, line, use=True)
    assert table.lost(stranger) is None
    assert [session.remote] == [line]
    assert table.lost(line) == "uf"
    assert (session.remote, session.nominated, table.owner(line)) == (THERE, False, None)
    assert table.lost(line) is None
    check(table, HERE)
    assert session.remote == THERE


def test_candidates_prefer_udp_and_the_first_address_and_say_that_tcp_is_passive() -> None:
    *lines, end = candidate_lines(["192.0.2.1", "2001:db8::0:1"], 8_443, tcp=True)
    words = [line.removeprefix("a=candidate:").split() for line in lines]
    assert [each[2:3] + each[4:] for each in words] == [
        ["udp", "192.0.2.1", "8443", "typ", "host"],
        ["udp", "2001:db8::1", "8443", "typ", "host"],
        ["tcp", "192.0.2.1", "8443", "typ", "host", "tcptype", "passive"],
        ["tcp", "2001:db8::1", "8443", "typ", "host", "tcptype", "passive"],
    ]
    priorities = [int(each[3]) for each in words]
    assert priorities == sorted(set(priorities), reverse=True)
    assert all(0 < priority < 1 << 31 for priority in priorities)
    # RFC 6544 section 4.2: the direction preference of a passive candidate is 4.
    assert priorities[2] >> 8 & 0xFFFF == (4 << 13) + 8_191
    assert len({each[0] for each in words}) == 4, "foundations differ by address and transport"
    assert end == "a=end-of-candidates"
    assert candidate_lines(["192.0.2.1"], 5)[1:] == ["a=end-of-candidates"]


def test_an_origin_is_an_ipv4_address_or_an_ipv6_network() -> None:
    assert origin(("192.0.2.9", 5)) == origin(("::ffff:192.0.2.9", 6, 0, 0)) == "192.0.2.9"
    assert origin(("2001:db8:1:2::3", 5, 0, 0)) == origin(Line(("2001:db8:1:2:9::4", 6, 0, 0)))
    assert origin(("2001:db8:1:2::3", 5, 0, 0)) != origin(("2001:db8:1:3::3", 5, 0, 0))
    assert origin(("fe80::1%eth0", 5, 0, 2)) == origin(("fe80::2", 5, 0, 0))


def test_a_removed_session_is_gone() -> None:
    table, [session] = table_with("uf")
    check(table, HERE)
    table.remove(session)
    assert session.remote == HERE
    assert (len(table), table.owner(HERE), check(table, HERE)) == (0, None, None)


def test_an_ipv4_peer_of_a_dual_stack_socket_is_told_its_ipv4_address() -> None:
    table, _ = table_with("uf")
    checked = check(table, ("::ffff:192.0.2.9", 77, 0, 0))
    assert checked is not None
    assert stun.parse_message(checked.response).attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.9", 77)
    scoped = check(table, ("fe80::1%eth0", 78, 0, 2))
    assert scoped is not None
    assert stun.parse_message(scoped.response).attributes["XOR-MAPPED-ADDRESS"] == ("fe80::1", 78)
