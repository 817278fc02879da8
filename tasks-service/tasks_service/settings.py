"""What tasks-service is told by its environment."""

from typing import Annotated

from chassis.settings import ServiceSettings
from chassis.store_uris import MongoUri, RabbitUri
from pydantic import Field, SecretStr

from tasks_service.task_limit import MAX_PER_USER


class Settings(ServiceSettings):
    """What tasks-service has besides."""

    port: int = 4002
    """The port on which the service listens."""
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/tasks_service_db?replicaSet=rs0")
    """Where the members of MongoDB are, with the user, the password and the database of this service."""
    rabbitmq_uri: RabbitUri = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    """Where the nodes of RabbitMQ are, `a:5672,b:5672,c:5672`, with the user and the password of this service."""
    trash_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days for which a deleted task can be restored."""
    max_tasks_per_user: Annotated[int, Field(ge=1)] = MAX_PER_USER
    """Tasks that one user may have outside the trash."""
