"""A plain model of filters, sorts and facets: what the store must agree with.

The model looks at the fields alone, one task at a time, and shares no code with the service.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.mongo import Document

from tasks_helpers.random_tasks import NOW, Params


def plain(text: str) -> str:
    """Without accents, case and width."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def is_done(task: Document) -> bool:
    done: bool = task["status"].casefold() == "completed"
    return done


def due_class(task: Document, tz: str) -> str:
    """Of an open task."""
    due = task.get("due")
    if due is None:
        return "none"
    today = NOW.astimezone(ZoneInfo(tz)).date()
    if "date" in due:
        day = date.fromisoformat(due["date"])
        return "overdue" if day < today else "today" if day == today else "upcoming"
    at = instant(due)
    if at < NOW:
        return "overdue"
    return "today" if at.astimezone(ZoneInfo(tz)).date() == today else "upcoming"


def instant(due: Document) -> datetime:
    return datetime.fromisoformat(due["at"]).replace(tzinfo=ZoneInfo(due["tz"])).astimezone(UTC)


def _is_due(task: Document, value: str, tz: str) -> bool:
    due = task.get("due")
    if ".." in value:
        first, last = value.split("..")
        day = (due.get("date") or due["at"][:10]) if due else ""
        return first <= day <= last
    if value == "none":
        return due is None
    return not is_done(task) and due_class(task, tz) == value


def _has_words(task: Document, q: str) -> bool:
    items = [item["text"] for item in task.get("checklist", [])]
    texts = [task["title"], task["description"], *task.get("labels", []), *items]
    return all(any(plain(word) in plain(text) for text in texts) for word in q.split())


def matches(task: Document, params: Params) -> bool:
    """Whether the task is in the list that is asked for by these parameters."""

    def labels(values: list[str]) -> bool:
        own = {label.casefold() for label in task.get("labels", [])}
        return {value.casefold() for value in values} <= own

    checks: dict[str, Callable[[Any], bool]] = {
        "status": lambda values: task["status"].casefold() in {one.casefold() for one in values},
        "list": lambda values: task.get("list", "") in values,
        "label": labels,
        "priority": lambda values: task.get("priority", 0) in values,
        "done": lambda value: is_done(task) == value,
        "q": lambda value: _has_words(task, value),
        "due": lambda value: _is_due(task, value, params.get("tz", "UTC")),
    }
    in_place: bool = task["deleted"] == params.get("trash", False)
    return in_place and all(check(params[name]) for name, check in checks.items() if name in params)


def in_order(found: list[Document], sort: str, order: str) -> list[str]:
    """Their ids, sorted."""

    def due_key(task: Document) -> tuple[str, datetime]:
        due = task["due"]
        if "date" in due:
            return due["date"], datetime.min.replace(tzinfo=UTC)
        return due["at"][:10], instant(due)

    keys: dict[str, Callable[[Document], Any]] = {
        "created": lambda task: task["createdAt"],
        "updated": lambda task: task["updatedAt"],
        "due": due_key,
        "priority": lambda task: task.get("priority", 0),
        "title": lambda task: plain(task["title"]),
        # Never moved: the newest is on top.
        "rank": lambda task: (NOW - task["createdAt"], -int(str(task["_id"])[8:], 16)),
    }
    undated = [task for task in found if sort == "due" and not task.get("due")]
    dated = [task for task in found if task not in undated]

    def by_id(task: Document) -> str:
        return str(task["_id"])

    reverse = order == "desc"
    dated.sort(key=lambda task: (keys[sort](task), by_id(task)), reverse=reverse)
    undated.sort(key=by_id, reverse=reverse)
    return [by_id(task) for task in dated + undated]
