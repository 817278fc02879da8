"""What activity-service is told by its environment."""

from chassis.settings import ServiceSettings
from chassis.store_uris import MongoUri, RabbitUri
from pydantic import SecretStr


class Settings(ServiceSettings):
    """What activity-service has besides."""

    port: int = 4003
    """The port on which the service listens."""
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/activity_service_db?replicaSet=rs0")
    """Where the members of MongoDB are, with the user, the password and the database of this service."""
    rabbitmq_uri: RabbitUri = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    """Where the nodes of RabbitMQ are, `a:5672,b:5672,c:5672`, with the user and the password of this service."""
