"""What the page says, read from its own catalogue: the words that the tests need, by names of their own."""

import functools
import json
import subprocess
from typing import Any

from devstack.services import with_node
from devstack.suite import ROOT

HUNTER = "en-x-hunter"
PLAIN = "en"

# The page says it in the hunter's voice, unless somebody chose the other.
_PATHS = {
    "NO_SCRIPT": "pages.noScript",
    "LANDING_LOGIN": "common.entry.login",
    "REGISTER": "registration.submit",
    "LOGIN": "session.login.submit",
    "LOGOUT": "shell.logout.label",
    "USERNAME": "registration.username",
    "EMAIL": "session.fields.email",
    "PASSWORD": "session.fields.password",
    "REGISTER_LINK": "pages.login.otherwiseLink",
    "PASSWORD_MISSING": "session.errors.passwordMissing",
    "WRONG_CREDENTIALS": "session.errors.credentials",
    "EMAIL_TAKEN": "session.errors.emailTaken",
    "SESSION_ENDED": "session.ended",
    "LOGGED_OUT": "session.loggedOut",
    "LEAVING": "session.leaving",
    "NAVIGATION": "shell.navigation",
    "TASKS": "shell.tasks",
    "ACTIVITY": "shell.activity",
    "ACTIVITY_HEADING": "pages.activity.heading",
    "KEYS": "shell.keys.open",
    "KEYS_HEADING": "shell.keys.heading",
    "SETTINGS": "settings.open",
    "DISMISS": "shell.notices.dismiss",
    "NOTICES": "shell.notices.label",
    "UNDO": "tasks.undo.action",
    "CRASH": "common.crash.heading",
    "TRY_AGAIN": "common.tryAgain",
    "UNREACHABLE": "waiting.trouble.silent.heading",
    "BUSY": "waiting.trouble.busy.heading",
    "UNREACHABLE_BANNER": "shell.trouble.silent",
    "TASK_LIST": "tasks.list",
    "NEW_TITLE": "tasks.quickAdd.label",
    "FILTER": "tasks.filter.label",
    "ALL_STATUSES": "tasks.filter.all",
    "NO_TASKS": "tasks.empty.heading",
    "NO_MATCH": "tasks.noMatch.heading",
    "TITLE": "fields.title",
    "DESCRIPTION": "fields.description",
    "OTHER_STATUS": "tasks.form.otherStatus",
    "OTHER_STATUS_LABEL": "tasks.form.otherStatusLabel",
    "EDIT": "panel.edit",
    "DUE_DAY": "tasks.form.dueDay",
    "DUE_TIME": "tasks.form.dueTime",
    "DUE_UNFINISHED": "tasks.form.dueUnfinished",
    "DUE_CLEAR": "tasks.form.dueClear",
    "DUE_ZONE": "tasks.form.dueZone",
    "PRIORITY_HIGH": "tasks.form.priorities.3",
    "HIGH_PRIORITY": "tasks.facts.priorities.3",
    "LIST": "fields.list",
    "NEW_LABEL": "tasks.form.newLabel",
    "NEW_ITEM": "tasks.form.newItem",
    "MORE": "tasks.quickAdd.more",
    "CREATE": "tasks.form.create",
    "SAVE": "tasks.form.save",
    "LEAVE": "tasks.form.cancel",
    "RESUME": "tasks.draft.resume",
    "CONFLICT": "tasks.conflict.heading",
    "THEIRS": "tasks.conflict.theirs",
    "YOURS": "tasks.conflict.yours",
    "OVERWRITE": "tasks.conflict.overwrite",
    "SHOW_COMPLETED": "views.filters.completed",
    "VIEWS": "views.navigation",
    "UPCOMING": "views.names.upcoming",
    "TRASH": "views.names.trash",
    "UNDERSTOOD": "quick-add.understood",
    "SELECTED": "bulk.bar",
    "SELECTED_COMPLETE": "bulk.complete",
    "SELECTED_LIST": "bulk.list",
    "SELECTED_LABELS": "bulk.labels",
    "ADD_LABEL": "bulk.addLabel",
    "APPLY": "bulk.apply",
    "CREATED": "activity.types.TaskCreated",
    "UPDATED": "activity.types.TaskUpdated",
    "COMPLETED": "activity.types.TaskCompleted",
    "DELETED": "activity.types.TaskDeleted",
    "IS_UNDONE": "activity.undone.isUndone",
    "RESTORE_VERSION": "activity.version.restoreThis",
    "VERSION_HEADING": "activity.version.heading",
    "UNDO_CONFLICT": "undo.conflict.heading",
    "PUT_BACK": "undo.conflict.putBack",
    "NO_ACTIVITY": "activity.empty.heading",
    "ALL_ACTIVITY": "activity.openAll",
    "TODAY": "time.today",
}


@functools.cache
def _catalogue(locale: str) -> dict[str, Any]:
    """Once the page is built: it takes the page's packages."""
    script = str(ROOT / "frontend/scripts/print-words.mjs")
    printed = subprocess.run(
        with_node(ROOT, "node", script, locale), check=True, capture_output=True, timeout=120
    ).stdout
    catalogue: dict[str, Any] = json.loads(printed)
    return catalogue


def say(path: str, *parameters: str, locale: str = HUNTER) -> str:
    """The text at a path of the catalogue, such as `tasks.form.save`."""
    text: Any = _catalogue(locale)
    for key in path.split("."):
        text = text[int(key)] if isinstance(text, list) else text[key]
    assert isinstance(text, str), path
    return text.format(*parameters)


def __getattr__(name: str) -> str:
    if name not in _PATHS:
        raise AttributeError(name)
    return say(_PATHS[name])


def complete(title: str) -> str:
    return say("tasks.row.completed", title)


def delete(title: str) -> str:
    return say("tasks.row.delete", title)


def restore(title: str) -> str:
    return say("views.trash.restoreTask", title)


def activity_of(title: str) -> str:
    return say("tasks.row.activity", title)


def entry(kind: str, title: str) -> str:
    """What an entry of the journal is called where it is spoken of: `entry(CREATED, "Buy milk")`."""
    return say("activity.sentence", kind, title)


def undo(what: str) -> str:
    """The button that undoes an entry."""
    return say("undo.ofEntry", say("undo.undo"), what)


def redo(what: str) -> str:
    return say("undo.ofEntry", say("undo.redo"), what)


def undone(what: str) -> str:
    """The notice after an undo."""
    return say("undo.told.undone", what)


def status_changed(title: str, status: str) -> str:
    return say("tasks.undo.moved", title, status)


def update_unanswered(title: str) -> str:
    return say("tasks.errors.unanswered.update", title)


def update_failed(title: str) -> str:
    return say("tasks.errors.failed.update", title)


def create_unanswered(title: str) -> str:
    return say("tasks.errors.unanswered.create", title)
