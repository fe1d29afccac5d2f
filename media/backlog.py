"""What waits to be sent, in order, but that sound overtakes pictures.

A key frame of 60 packets to 1,000 viewers keeps a core busy for a third of a second. Sound of that time would be heard
as a hole, while a picture that comes late is only late: so sound that would have to wait is sent on its own, and first.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, Protocol, TypeVar

MAX_WAITING = 512
LONG = 2_500  # packets times viewers, about 15 ms


class Work(Protocol):
    """A job; `left` is how many packets it has still to send, over all viewers."""

    @property
    def left(self) -> int:
        """Packets times viewers."""


Job = TypeVar("Job", bound=Work)


class Backlog(Generic[Job]):
    """`urgent` jobs come first; each kind keeps its order."""

    def __init__(self) -> None:
        self._urgent: deque[Job] = deque()
        self._others: deque[Job] = deque()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def add(self, job: Job, *, urgent: bool) -> Job | None:
        """Take a job; answers the oldest of its kind, which has to go, when too much waits."""
        jobs = self._urgent if urgent else self._others
        gone = jobs.popleft() if len(jobs) >= MAX_WAITING else None
        jobs.append(job)
        return gone

    def first(self) -> Job:
        """The job to work at now; there is one."""
        return self._urgent[0] if self._urgent else self._others[0]

    def done(self, job: Job) -> None:
        """This one, which was first of its kind, is over."""
        jobs = self._urgent if self._urgent and self._urgent[0] is job else self._others
        jobs.popleft()

    def long(self, more: int) -> bool:
        """Whether so many packets more, with what waits, would hold up sound."""
        return more + sum(job.left for job in self._others) > LONG
