"""What activity-service is told by its environment."""

from chassis.settings import ServiceSettings, StoreUri
from pydantic import SecretStr


class Settings(ServiceSettings):
    port: int = 4003
    mongo_uri: StoreUri = SecretStr("mongodb://127.0.0.1:27017/activity_service_db?replicaSet=rs0")
    rabbitmq_uri: StoreUri = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
