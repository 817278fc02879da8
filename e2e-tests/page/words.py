"""What the page says, in the one voice it has: the words of frontend/src/lib/messages that the tests need."""

LANDING_LOGIN = "Log in"
REGISTER = "Sign in blood"
LOGIN = "Enter the dream"
LOGOUT = "Sever connection"
USERNAME = "Name"
EMAIL = "E-mail"
PASSWORD = "Password"
PASSWORD_MISSING = "A password is needed"
WRONG_CREDENTIALS = "No hunter answers"
EMAIL_TAKEN = "already belongs to a hunter"
SESSION_ENDED = "Your session was ended"
LOGOUT_FAILED = "The connection still stands"

NAVIGATION = "Places"
TASKS = "The Hunt"
ACTIVITY = "The Journal"
ACTIVITY_HEADING = "The Hunter’s Journal"
KEYS = "The keys"
KEYS_HEADING = "By hand alone"
DISMISS = "Dismiss this notice"
UNDO = "Undo"
UNREACHABLE = "The lamp has gone out"
UNREACHABLE_BANNER = "The gateway does not answer. What you see"

TASK_LIST = "Contracts"
NEW_TITLE = "Title of a new contract"
FILTER = "Filter by state"
ALL_STATUSES = "All"
NO_MATCH = "No trace of it"
TITLE = "Title"
DESCRIPTION = "Particulars"
OTHER_STATUS = "In other words"
OTHER_STATUS_LABEL = "Its state, in your words"
SAVE = "Seal it"
CONFLICT = "Two hands on one contract"
THEIRS = "Theirs"
YOURS = "Yours"
OVERWRITE = "Write yours over it"

CREATED = "Sworn"
UPDATED = "Rewritten"
COMPLETED = "Completed"
DELETED = "Discarded"
NO_ACTIVITY = "Not a line is written"
ALL_ACTIVITY = "Open the whole journal"
TODAY = "Tonight"


def complete(title: str) -> str:
    return f"Completed: {title}"


def delete(title: str) -> str:
    return f"Discard {title}"


def activity_of(title: str) -> str:
    return f"Journal of {title}"


def update_unanswered(title: str) -> str:
    return f"whether “{title}” was rewritten"
