#!/bin/sh
# Makes .venv in the current directory, with exactly the locked packages. Called by make.
set -eu

give_up() {
    echo "$1" >&2
    exit 1
}

newest_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

locks="requirements-dev.lock requirements-uv.lock"
packages="libs/contracts libs/chassis libs/stores libs/devstack api-gateway user-service tasks-service activity-service"

# As the Makefile asks: made here, after the last change of what it is made from.
is_complete() {
    [ "$(cat .venv/.made-in 2>/dev/null)" = "$PWD" ] && .venv/bin/python -c '' 2>/dev/null || return 1
    # shellcheck disable=SC2086 # a list of names
    for file in $locks $(printf '%s/pyproject.toml ' $packages); do
        [ .venv/.complete -nt "$file" ] || return 1
    done
}

exec 9<requirements-uv.lock
flock 9 # one at a time, when two makes start at once
# What another make has made meanwhile is in use: to install again would take packages away under it.
if is_complete; then
    exit
fi

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if newest_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ "$python" ] || [ -z "${PYTHON:-}" ] || give_up "PYTHON=$PYTHON is no Python 3.11 or newer."
[ "$python" ] || give_up "Python 3.11 or newer is needed: install it (Debian 12, Ubuntu 24.04 or newer: apt-get install python3), or name one with PYTHON=..."

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package ..."
        said=$(apt-get update -qq 2>&1 && DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$package" 2>&1) || give_up "$said"
    else
        give_up "$python cannot make virtual environments here: run \`apt-get install $package\` as root, then try again."
    fi
fi

# In a checkout that moved, or with a Python that is gone, nothing in .venv works any more.
if [ "$(cat .venv/.made-in 2>/dev/null)" != "$PWD" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Making .venv ..."
    rm -rf .venv
    "$python" -m venv .venv
    printf %s "$PWD" >.venv/.made-in
fi

echo "Installing the Python packages ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
uv() { .venv/bin/uv pip "$@" --quiet --python .venv/bin/python; }
# shellcheck disable=SC2086 # a list of names
uv sync --require-hashes $locks
set --
for folder in $packages; do
    set -- "$@" -e "$folder"
done
uv install --no-deps --no-build-isolation "$@"
# Compiled here, once: a service that compiles what it imports keeps up to 10 MiB of that for as long as it runs.
.venv/bin/python -c 'import activity_service.app, api_gateway.app, tasks_service.app, user_service.app, uvloop'
touch .venv/.complete
