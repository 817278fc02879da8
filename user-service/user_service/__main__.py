"""`python -m user_service`."""

from chassis.server import serve
from chassis.settings import load_settings

from user_service.app import create_app
from user_service.settings import Settings

if __name__ == "__main__":
    settings = load_settings(Settings)
    serve("user-service", create_app(settings), settings)
