from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import InvalidError
from livecart.domain.limits import Rate
from signaling.errors import CloseCode
from signaling.messages import Body, ChatSend, Like, Ping, ProductShow, Request, ShowJoin, ShowLeave
from signaling.sale_requests import OrderPlace
from signaling.session import (
    PROBE_MS,
    SILENT_MS,
    Close,
    Event,
    Heard,
    IllegalStep,
    Malformed,
    Probe,
    Received,
    Refuse,
    Run,
    Session,
    State,
    Step,
    Stepped,
    Tick,
    Undecodable,
)

JOIN, PING = ShowJoin("s"), Ping()
INSIDE: list[Body] = [ShowLeave(), ChatSend("hi"), ProductShow(None), OrderPlace("k", "v", quantity=1), Like(1)]


def ask(body: Body, number: int = 1) -> Received:
    return Received(Request(number, "op", body))


def session() -> Session:
    return Session(0, Rate(64, 128))


def codes(outputs: object) -> list[str]:
    assert isinstance(outputs, list)
    return [output.error.code for output in outputs if isinstance(output, Refuse)]


def test_before_a_join_only_join_and_ping_run() -> None:
    machine = session()
    for body in INSIDE:
        assert codes(machine.handle(ask(body), 0)) == ["not_joined"]
    for body in (PING, JOIN):
        assert machine.handle(ask(body), 0) == [Run(Request(1, "op", body))]


def test_in_a_show_everything_runs_but_another_join() -> None:
    machine = session()
    machine.handle(Stepped(Step.JOIN), 0)
    for body in (*INSIDE, PING):
        assert machine.handle(ask(body), 0) == [Run(Request(1, "op", body))]
    assert codes(machine.handle(ask(JOIN), 0)) == ["already_joined"]
    machine.handle(Stepped(Step.LEAVE), 0)
    assert machine.handle(ask(JOIN), 0) == [Run(Request(1, "op", JOIN))]


def test_a_place_to_resume_from_needs_both_halves() -> None:
    for half in (ShowJoin("s", epoch="e"), ShowJoin("s", after=1)):
        assert codes(session().handle(ask(half), 0)) == ["invalid"]


def test_a_step_that_cannot_happen_is_a_fault_of_the_shell() -> None:
    machine = session()
    with pytest.raises(IllegalStep, match="new cannot leave"):
        machine.handle(Stepped(Step.LEAVE), 0)


def test_what_is_not_decodable_ends_it_and_nothing_comes_after() -> None:
    machine = session()
    assert machine.handle(Undecodable(CloseCode.WRONG_KIND), 0) == [Close(CloseCode.WRONG_KIND)]
    assert machine.state is State.LEFT
    for event in (ask(PING), Tick(), Heard(), Stepped(Step.JOIN)):
        assert machine.handle(event, SILENT_MS * 2) == []


def test_a_silent_socket_is_probed_once_and_let_go_at_ninety_seconds() -> None:
    machine = session()
    assert machine.deadline_ms() == PROBE_MS
    assert machine.handle(Tick(), PROBE_MS - 1) == []
    assert machine.handle(Tick(), PROBE_MS) == [Probe()]
    assert machine.handle(Tick(), PROBE_MS + 1) == []
    assert machine.deadline_ms() == SILENT_MS
    assert machine.handle(Tick(), SILENT_MS - 1) == []
    assert machine.handle(Tick(), SILENT_MS) == [Close(CloseCode.SILENT)]


@pytest.mark.parametrize("sign", [Heard(), ask(PING), Malformed(None, InvalidError("x"))])
def test_any_frame_is_a_sign_of_life(sign: Event) -> None:
    machine = session()
    machine.handle(Tick(), PROBE_MS)
    machine.handle(sign, PROBE_MS + 5)
    assert machine.deadline_ms() == 2 * PROBE_MS + 5
    assert machine.handle(Tick(), SILENT_MS) == []


@pytest.mark.parametrize("make", [lambda: ask(PING), Heard, lambda: Malformed(1, InvalidError("x"))])
def test_three_floods_end_it_one_does_not(make: Callable[[], Event]) -> None:
    machine = session()
    ends = []
    for second in range(3):
        for _ in range(300):
            ends += [out for out in machine.handle(make(), second * 1_000) if isinstance(out, Close)]
        assert bool(ends) == (second == 2)
    assert ends == [Close(CloseCode.FLOOD)]


def test_floods_long_ago_are_forgiven() -> None:
    machine = session()
    for minute in range(10):
        for _ in range(200):
            assert not [out for out in machine.handle(ask(PING), minute * 60_000) if isinstance(out, Close)]


def test_an_exempt_address_has_no_rate() -> None:
    machine = Session(0, None)
    assert all(machine.handle(ask(PING), 0) == [Run(Request(1, "op", PING))] for _ in range(1_000))


EVENTS = st.sampled_from([ask(JOIN), ask(PING), *map(ask, INSIDE), Heard(), Tick(), Malformed(2, InvalidError("x"))])


@given(st.lists(st.tuples(EVENTS, st.integers(0, 60_000)), max_size=60))
def test_every_request_gets_exactly_one_answer_until_the_end(events: list[tuple[Event, int]]) -> None:
    machine, now = session(), 0
    for event, pause in events:
        now += pause
        ended = machine.state is State.LEFT
        outputs = machine.handle(event, now)
        if ended:
            assert outputs == []
        elif isinstance(event, Received | Malformed):
            assert len(outputs) == 1
        if outputs and isinstance(outputs[0], Run):
            body = outputs[0].request.body
            if isinstance(body, ShowJoin):
                machine.handle(Stepped(Step.JOIN), now)
            elif isinstance(body, ShowLeave):
                machine.handle(Stepped(Step.LEAVE), now)


def test_a_log_in_that_ran_out_ends_the_session_before_anything_else_runs() -> None:
    for event in (Tick(), ask(PING), Heard()):
        machine = Session(0, None, expires_at_ms=1_000)
        assert machine.deadline_ms() == 1_000
        assert machine.handle(Tick(), 999) == []
        assert machine.handle(event, 1_000) == [Close(CloseCode.EXPIRED)]
        assert machine.state is State.LEFT
