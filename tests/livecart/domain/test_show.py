from __future__ import annotations

import pytest

from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId, ProductId, ShowId, TopicId
from livecart.domain.show import TRANSITIONS, Bag, Show, Showing, ShowState, ShowStep, ViewersPolicy


def show(state: ShowState = ShowState.READY) -> Show:
    return Show(
        id=ShowId("s"),
        creator=PersonId("mei"),
        topic=TopicId("t"),
        topic_version=1,
        title="Tea",
        category="food",
        language="en",
        planned_at_ms=None,
        state=state,
        viewers_policy=ViewersPolicy.EVERYONE,
        showing=Showing(None, 0),
        created_at_ms=0,
    )


@pytest.mark.parametrize("state", list(ShowState))
@pytest.mark.parametrize("step", list(ShowStep))
def test_only_steps_of_the_table_are_taken(state: ShowState, step: ShowStep) -> None:
    if step in TRANSITIONS[state]:
        assert show(state).advance(step, 1).state is TRANSITIONS[state][step]
    else:
        with pytest.raises(ConflictError):
            show(state).advance(step, 1)


def test_the_start_is_the_first_media_and_stays_so() -> None:
    live = show().advance(ShowStep.MEDIA_ARRIVED, 10)
    again = live.advance(ShowStep.MEDIA_STOPPED, 20).advance(ShowStep.MEDIA_ARRIVED, 30)
    assert (live.started_at_ms, again.started_at_ms, again.ended_at_ms) == (10, 10, None)
    assert again.advance(ShowStep.END, 40).ended_at_ms == 40


def test_only_goods_of_the_bag_are_explained() -> None:
    bag = Bag(1, (ProductId("a"),))
    shown = show().show_product(ProductId("a"), bag)
    assert shown.showing == Showing(ProductId("a"), 1)
    assert shown.show_product(None, bag).showing == Showing(None, 2)
    with pytest.raises(ConflictError) as caught:
        show().show_product(ProductId("b"), bag)
    assert caught.value.code == "not_in_bag"


def test_nothing_is_explained_after_the_end() -> None:
    with pytest.raises(ConflictError) as caught:
        show(ShowState.ENDED).show_product(None, Bag(1, ()))
    assert caught.value.code == "show_ended"
