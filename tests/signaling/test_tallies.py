from __future__ import annotations

from livecart.domain.figures import Counted, Figures
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, Role
from signaling.tallies import ARRIVES_AGAIN_MS, NAMES_MAX, Arrivals, Arrived, ShowTally, Unkept

SHOW = ShowId("s")


def person(name: str) -> Person:
    return Person(PersonId(name), name, name.title(), Role.VIEWER)


def test_few_arrivals_have_names_and_many_are_a_number() -> None:
    arrivals = Arrivals()
    for number in range(NAMES_MAX):
        arrivals.add(SHOW, person(f"p{number}"), 0)
    assert arrivals.take() == {SHOW: Arrived(3, ["P0", "P1", "P2"])}
    for number in range(10, 14):
        arrivals.add(SHOW, person(f"p{number}"), 0)
    assert arrivals.take() == {SHOW: Arrived(4, [])}
    assert arrivals.take() == {}


def test_whoever_comes_back_soon_has_not_arrived_again() -> None:
    arrivals = Arrivals()
    arrivals.add(SHOW, person("ana"), 0)
    arrivals.take()
    arrivals.add(SHOW, person("ana"), ARRIVES_AGAIN_MS - 1)
    assert arrivals.take() == {}
    arrivals.add(ShowId("t"), person("ana"), ARRIVES_AGAIN_MS - 1)
    arrivals.add(SHOW, person("ana"), 3 * ARRIVES_AGAIN_MS)
    assert arrivals.take() == {ShowId("t"): Arrived(1, ["Ana"]), SHOW: Arrived(1, ["Ana"])}


def test_whoever_comes_back_from_another_process_has_not_arrived() -> None:
    arrivals = Arrivals()
    arrivals.add(SHOW, person("ana"), 0, back=True)
    arrivals.add(SHOW, person("ana"), 1)
    assert arrivals.take() == {}


def test_likes_are_taken_once() -> None:
    likes = ShowTally()
    likes.add(SHOW, 2)
    likes.add(SHOW, 3)
    assert likes.take() == {SHOW: 5}
    assert likes.take() == {}


def test_figures_that_could_not_be_kept_are_kept_later_and_nothing_twice() -> None:
    unkept = Unkept()
    unkept.like(SHOW, 5)
    unkept.count(SHOW, Counted(3, 9, 20))
    lost = unkept.take()
    assert lost == {SHOW: Figures(9, 20, 5)}
    unkept.like(SHOW, 1)
    unkept.count(SHOW, Counted(3, 4, 30))
    unkept.put_back(lost)
    assert unkept.take() == {SHOW: Figures(9, 30, 6)}
    assert unkept.take() == {}
