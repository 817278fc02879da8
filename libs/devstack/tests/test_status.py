"""Where events wait, as `make status` says it."""

from devstack.samples import parsed
from devstack.status import waiting_events

TASKS = "outbox_tasks 3\noutbox_oldest_seconds 12\n"
ACTIVITY = """rabbitmq_queue_messages{queue="activity.task_events"} 40
rabbitmq_queue_messages{queue="activity.task_events.parked"} 1
"""


def test_it_says_how_many_events_wait_and_where() -> None:
    samples = {"tasks-service": parsed(TASKS), "activity-service": parsed(ACTIVITY)}
    assert waiting_events(samples) == "of 3 tasks, to be sent; 40 in the queue; 1 dead letters"


def test_what_a_service_does_not_say_is_unknown() -> None:
    samples = {"tasks-service": [], "activity-service": parsed(ACTIVITY.replace("40", "NaN"))}
    said = waiting_events(samples)
    assert said == "of unknown tasks, to be sent; unknown in the queue; 1 dead letters"
