"""`python -m tasks_service`: serve until SIGTERM."""

from chassis.server import serve
from chassis.settings import load_settings

from tasks_service.app import SERVICE, create_app
from tasks_service.settings import Settings

if __name__ == "__main__":
    settings = load_settings(Settings)
    serve(SERVICE, create_app(settings), settings)
