"""Nothing grows without limit: files, functions, classes and signatures. A fault shows the largest of its kind."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from tests.style import sizes
from tests.style.sizes import Size

LINES_IN_A_FILE = 400
LINES_IN_A_FUNCTION = 60
ATTRIBUTES_OF_A_CLASS = 12
PARAMETERS = 6

# "path" or "path:name" → why it must be larger. An entry that is no longer needed is a fault as well.
ALLOWED: dict[str, str] = {}

KINDS: list[tuple[int, Callable[[], list[Size]]]] = [
    (LINES_IN_A_FILE, sizes.file_lengths),
    (LINES_IN_A_FUNCTION, lambda: sizes.code_sizes(sizes.function_lengths)),
    (ATTRIBUTES_OF_A_CLASS, lambda: sizes.code_sizes(sizes.class_attributes)),
    (PARAMETERS, lambda: sizes.code_sizes(sizes.signature_lengths)),
]


@pytest.mark.parametrize(("limit", "measure"), KINDS, ids=["file", "function", "class", "signature"])
def test_nothing_is_larger_than_its_limit(limit: int, measure: Callable[[], list[Size]]) -> None:
    found = measure()
    assert found, "nothing was measured"
    over = [size.where for size in found if size.amount > limit and size.where not in ALLOWED]
    assert not over, f"above {limit}: {over}; the largest are\n{sizes.worst(found)}"


def test_every_exception_has_a_reason_and_is_still_needed() -> None:
    needed = {size.where for limit, measure in KINDS for size in measure() if size.amount > limit}
    assert needed >= set(ALLOWED), "these are small enough now: take them out of the list"
    assert all(len(reason) > 20 for reason in ALLOWED.values())


SAMPLE = """
class Wide:
    a: int

    def __init__(self, one, two, *rest, three=3, **others):
        self.b = one
        self.c: int = two
        if one:
            self.d = self.b

    async def work(self):
        def inside(x):
            return x

        self.b = inside(1)


@dataclass(frozen=True, slots=True)
class Record:
    x: int
    y: int

    def sum(self): return self.x + self.y
"""


def test_the_measures_see_what_they_should() -> None:
    tree = ast.parse(SAMPLE)
    assert {(size.where, size.amount) for size in sizes.class_attributes(tree, "s")} == {("s:Wide", 4), ("s:Record", 0)}
    lengths = {size.where: size.amount for size in sizes.function_lengths(tree, "s")}
    assert lengths == {"s:Wide.__init__": 5, "s:Wide.work": 5, "s:Wide.work.inside": 2, "s:Record.sum": 1}
    assert max(sizes.signature_lengths(tree, "s")) == Size(5, "s:Wide.__init__")
