"""`python -m activity_service` serves until SIGTERM."""

from chassis.server import serve
from chassis.settings import load_settings

from activity_service.app import SERVICE, create_app
from activity_service.settings import Settings

if __name__ == "__main__":
    settings = load_settings(Settings)
    serve(SERVICE, create_app(settings), settings)
