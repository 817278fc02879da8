"""What one user missed for longer than the memory of this process reaches back, read in pages."""

from typing import Final, NamedTuple

import pymongo
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from activity_service.activities import ActivityDocument
from activity_service.changes import PositionLost, Recorded, is_lost, position_of, read, watch
from activity_service.recent import BATCH, BATCH_BYTES

PAGE_SECONDS: Final = 3.0  # for one page
AT_ONCE: Final = 8  # that MongoDB sends, of up to 200 kB each: up to eight pages are read at a time
_AT_THE_END: Final = 0.1  # seconds of waiting that show that nothing more is there


class Page(NamedTuple):
    """The next activities of a user, in order, and the position up to which there are no others."""

    found: list[Recorded]
    position: str


async def read_page(
    activities: AsyncCollection[ActivityDocument], user_id: str, *, after: str, until: str
) -> Page:
    """What was recorded after one position, at most up to about another, which has been reached.

    Raises PositionLost, and PyMongoError: a time-out after `PAGE_SECONDS`.
    """
    found: list[Recorded] = []
    size = 0
    try:
        with pymongo.timeout(PAGE_SECONDS):
            async with await watch(
                activities, after=after, user_id=user_id, at_once=AT_ONCE, wait=_AT_THE_END
            ) as changes:
                while len(found) < BATCH and size < BATCH_BYTES and position_of(changes) < until:
                    recorded = await read(changes)
                    if recorded is None:
                        # The position that MongoDB gives at the end of its log can sort before an
                        # event of that moment that was left out, as another user's.
                        return Page(found, max(position_of(changes), until))
                    found.append(recorded)
                    size += recorded.size
                return Page(found, position_of(changes))
    except PyMongoError as error:
        if is_lost(error):
            raise PositionLost from error
        raise
