#!/bin/sh
# Installs the programs that the tests drive, where it may: as root, or with CI=true.
# Elsewhere it names what is missing; the tests that need it are skipped, and say so again.
set -eu

missing=
PATH=$PATH:/usr/sbin
need() { command -v "$1" > /dev/null || missing="$missing $2"; }
need curl "curl"
need nginx "nginx-light"
need openssl "openssl"
# Go's own packages check our log.
[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ] || missing="$missing golang-golang-x-mod-dev"
need go "golang-go"
need chromium "chromium fonts-dejavu-core"
need pgbouncer pgbouncer
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing="$missing postgresql"

[ -n "$missing" ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    if [ "${CI-}" != true ]; then
        echo "NOT TESTED HERE is what needs:$missing" >&2
        echo "To test that too: apt-get install$missing" >&2
        exit 0
    fi
fi
# Only PostgreSQL's programs: no cluster of the system's own is made or started.
$sudo mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf > /dev/null
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends $missing; } >&2; then
    echo "NOT TESTED HERE is what needs:$missing (it could not be installed)" >&2
    [ "${CI-}" != true ]
fi
