"""`python -m user_service` serves until SIGTERM; with `openapi` it prints its OpenAPI document."""

from chassis.server import run_service

from user_service.app import SERVICE, create_app
from user_service.settings import Settings

if __name__ == "__main__":
    run_service(SERVICE, create_app, Settings)
