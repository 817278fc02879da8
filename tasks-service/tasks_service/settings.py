"""What tasks-service is told by its environment."""

from typing import Annotated

from chassis.settings import ServiceSettings, StoreUri
from pydantic import Field, SecretStr

from tasks_service.task_limit import MAX_PER_USER


class Settings(ServiceSettings):
    """`event_retention_days`: how long a sent event stays in its task, for the replay command.

    `trash_days`: how long a deleted task can be restored. `max_tasks_per_user`: outside the trash.
    """

    port: int = 4002
    mongo_uri: StoreUri = SecretStr("mongodb://127.0.0.1:27017/tasks_service_db?replicaSet=rs0")
    rabbitmq_uri: StoreUri = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    event_retention_days: Annotated[int, Field(ge=1, le=3650)] = 7
    trash_days: Annotated[int, Field(ge=1, le=3650)] = 30
    max_tasks_per_user: Annotated[int, Field(ge=1)] = MAX_PER_USER
