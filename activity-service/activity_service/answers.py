"""From an activity as it is stored to the one that a client sees."""

import structlog
from contracts.events import Change

from activity_service.activities import ActivityDocument, sentence
from activity_service.schemas import Activity

log = structlog.get_logger()


def activity_of(document: ActivityDocument) -> Activity | None:
    """None, and an error in the log, for what no version of this service has stored."""
    try:
        return Activity(
            id=document["_id"],
            type=document["type"],
            task_id=document["taskId"],
            task_title=document["taskTitle"],
            message=sentence(document),
            timestamp=document["timestamp"],
            recorded_at=document.get("recordedAt", document["timestamp"]),
            changes={
                change["field"]: Change(from_=change["from"], to=change["to"])
                for change in document.get("changes", [])
            },
            batch_id=document.get("batchId"),
            caused_by=document.get("causedBy"),
        )
    except (KeyError, TypeError, ValueError) as error:
        log.error(  # noqa: TRY400 — a traceback would show what is stored
            "activity cannot be read", id=str(document["_id"]), error=type(error).__name__
        )
        return None
