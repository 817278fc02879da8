"""What a bulk change does to one task."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.errors import BadRequest

from tasks_service.access import in_trash, live
from tasks_service.bulk_schemas import BulkChange
from tasks_service.changes import Values
from tasks_service.fields import MAX_LABELS
from tasks_service.schemas import StoredTask

Edit = Callable[[StoredTask], Values]
"""The new values of a task; raises ServiceError if it must not be changed so."""


def edit_of(user_id: str, change: BulkChange) -> Edit:
    """What the change does to one task."""

    def delete(before: StoredTask) -> Values:
        live(before, user_id, "delete")
        return {"deleted": True}

    def restore(before: StoredTask) -> Values:
        in_trash(before, user_id)
        return {"deleted": False}

    def update(before: StoredTask) -> Values:
        live(before, user_id, "update")
        return change.set_.given() | _labels(before.labels, change)

    return {"delete": delete, "restore": restore, "update": update}[change.does]


def _labels(before: Sequence[str], change: BulkChange) -> dict[str, Any]:
    """Labels are compared without case; one that is there keeps its spelling and its place."""
    if not change.add_labels and not change.remove_labels:
        return {}
    removed = {label.casefold() for label in change.remove_labels}
    present = {label.casefold() for label in before}
    kept = [label for label in before if label.casefold() not in removed]
    after = kept + [label for label in change.add_labels if label.casefold() not in present]
    if len(after) > MAX_LABELS:
        raise BadRequest(f"A task has at most {MAX_LABELS} labels")
    return {"labels": after}
