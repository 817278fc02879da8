#!/bin/sh
# Starts Caddy, unless the suite behind it is not set up to be on the open net.
set -eu

must() {
    echo "With the profile https $1." >&2
    exit 1
}

[ "${DOMAIN:-}" ] || must "DOMAIN must name this machine, like tasks.example.com"
origin=https://$DOMAIN
[ "${ENVIRONMENT:-}" = production ] || must "ENVIRONMENT must be production: else no cookie is Secure and no quota counts"
[ "${API_BASE_URL:-}" = "$origin" ] || must "API_BASE_URL must be $origin"
[ "${CORS_ORIGINS:-}" = "$origin" ] || must "CORS_ORIGINS must be $origin"
[ "${TRUSTED_PROXIES:-}" ] || must "TRUSTED_PROXIES must have the containers' networks: else all people share Caddy's address"

exec caddy run --config "$(dirname "$0")/Caddyfile" --adapter caddyfile
