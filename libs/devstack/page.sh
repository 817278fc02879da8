#!/bin/sh
# Makes the page ready to run, as far as it is not: `page.sh packages`, or `page.sh build`.
set -eu
cd "$(dirname "$0")/../../frontend"
node=../libs/devstack/node.sh
log=../.devstack/log/page-build.log
mkdir -p ../.devstack/log

exec 9<package.json
flock 9 # one at a time

quietly() {
    echo "$1 ..."
    shift
    "$@" >"$log" 2>&1 || {
        # npm says what is wrong first, Next.js last.
        [ "$(wc -l <"$log")" -lt 20 ] || { head -n 8 "$log"; echo ...; }
        tail -n 12 "$log"
        echo "All of it is in .devstack/log/page-build.log. \`PAGE=off make up\` goes without the page."
        exit 1
    }
}

# A registry that lacks other platforms' optional packages makes npm leave them out of the lock, and
# refuse the lock for it. "install" installs the same versions.
install() {
    $node npm ci --no-audit --no-fund || $node npm install --no-save --no-audit --no-fund
}

sources_newer_than() {
    find . -mindepth 1 \( -name node_modules -o -name '.next*' -o -name next-env.d.ts \
        -o -name '*.tsbuildinfo' \) -prune -o -newer "$1" -print | grep -q .
}

$node true # installs Node, where there is none
if ! cmp -s package-lock.json node_modules/.installed-lock; then
    quietly "Installing the page's packages" install
    cp package-lock.json node_modules/.installed-lock
fi
[ "$1" = build ] || exit 0
# Touched before: a source that changes during the build is newer.
if [ ! -e .next/built ] || [ ! -e .next/BUILD_ID ] || sources_newer_than .next/built; then
    rm -f .next/built
    touch .next-building
    quietly "Building the page" $node npm run build
    mv .next-building .next/built
fi
