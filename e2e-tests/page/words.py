"""What the page says, in the one voice it has: the words of frontend/src/lib/messages that the tests need."""

NO_SCRIPT = "Without scripts no lamp is lit here"
LANDING_LOGIN = "Log in"
REGISTER = "Sign in blood"
LOGIN = "Enter the dream"
LOGOUT = "Sever connection"
USERNAME = "Name"
EMAIL = "E-mail"
PASSWORD = "Password"
REGISTER_LINK = "Register"
PASSWORD_MISSING = "A password is needed"
WRONG_CREDENTIALS = "No hunter answers"
EMAIL_TAKEN = "already belongs to a hunter"
SESSION_ENDED = "Your session was ended"
LOGGED_OUT = "The connection is severed"
LEAVING = "The gateway has not heard it yet"

NAVIGATION = "Places"
TASKS = "The Hunt"
ACTIVITY = "The Journal"
ACTIVITY_HEADING = "The Hunter’s Journal"
KEYS = "The keys"
KEYS_HEADING = "By hand alone"
DISMISS = "Dismiss this notice"
NOTICES = "Notices"
UNDO = "Undo"
CRASH = "A nightmare, swiftly ended"
TRY_AGAIN = "Try again"
UNREACHABLE = "The lamp has gone out"
BUSY = "Too swift, even for a hunter"
UNREACHABLE_BANNER = "The gateway does not answer. What you see"

TASK_LIST = "Contracts"
NEW_TITLE = "Title of a new contract"
FILTER = "Filter by state"
ALL_STATUSES = "All"
NO_TASKS = "The night is quiet"
NO_MATCH = "No trace of it"
TITLE = "Title"
DESCRIPTION = "Particulars"
OTHER_STATUS = "In other words"
OTHER_STATUS_LABEL = "Its state, in your words"
EDIT = "Edit"
DUE_DAY = "Day"
DUE_TIME = "Hour, if any"
DUE_ZONE = "In the zone of"
PRIORITY_HIGH = "High"
HIGH_PRIORITY = "High priority"
LIST = "List"
NEW_LABEL = "One more label"
NEW_ITEM = "One more item"
MORE = "More…"
CREATE = "Swear it"
SAVE = "Seal it"
CREATE = "Swear it"
LEAVE = "Leave it"
RESUME = "Take it up again"
TRY_AGAIN = "Try again"
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


def update_failed(title: str) -> str:
    return f"“{title}” is as it was before"


def create_unanswered(title: str) -> str:
    return f"whether “{title}” was sworn"
