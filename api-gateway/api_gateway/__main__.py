"""`python -m api_gateway`: the gateway as a process."""

from chassis.server import serve
from chassis.settings import load_settings

from api_gateway.app import SERVICE, create_app, create_protocol
from api_gateway.settings import Settings

if __name__ == "__main__":
    settings = load_settings(Settings)
    serve(SERVICE, create_app(settings), settings, http=create_protocol(settings))
