"""Who may do this in this show: the one place that asks the table of duties, inside the use case's transaction."""

from __future__ import annotations

from livecart.domain.ids import ShowId
from livecart.domain.people import Person
from livecart.domain.show import Show
from livecart.domain.staffing import Duty, Office, Standing, standing_of
from livecart.services.store import Transaction


async def standing_in(tx: Transaction, person: Person, show: Show) -> Standing:
    given = await tx.assistants.duties(show.creator, show.id, person.id)
    return standing_of(person, show.creator, given)


async def staffed(tx: Transaction, person: Person, show_id: ShowId, duty: Duty) -> Show:
    """The show, for those of its staff who have the duty. Raises NotFoundError, ForbiddenError."""
    return (await staffed_as(tx, person, show_id, duty))[0]


async def staffed_as(tx: Transaction, person: Person, show_id: ShowId, duty: Duty) -> tuple[Show, Office]:
    """As `staffed`, with the office in which the person does it."""
    show = await tx.shows.get(show_id)
    own = standing_of(person, show.creator, ())
    # Most who do something are the host or a moderator, and need no further reading.
    standing = own if own.may(duty) else await standing_in(tx, person, show)
    return show, standing.office_for(duty)
