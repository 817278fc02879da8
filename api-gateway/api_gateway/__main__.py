"""`python -m api_gateway`: the gateway as a process."""

from chassis.server import serve
from chassis.settings import load_settings

from api_gateway.app import SERVICE, answer_headers, create_app
from api_gateway.protocol import public_protocol
from api_gateway.settings import GatewaySettings

if __name__ == "__main__":
    settings = load_settings(GatewaySettings)
    protocol = public_protocol(answer_headers(settings))
    serve(SERVICE, create_app(settings), settings, http=protocol)
