#!/bin/sh
# Writes .env from .env.example, each example secret replaced by 64 random hexadecimal digits. Called
# by make; needs no Python, so that a machine with Docker alone can run it.
set -eu

if [ -e .env ]; then
    echo ".env is there already: move it away first, if you want fresh secrets." >&2
    exit 1
fi

umask 077
while IFS= read -r line; do
    case $line in
    [A-Z]*=change-me*) echo "${line%%=*}=$(od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n')" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <.env.example >.env.new
mv .env.new .env
echo "Wrote .env with fresh secrets: only its owner can read it."
