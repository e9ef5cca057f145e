#!/bin/sh
# Installs the PostgreSQL that tests start for themselves, where that is ours to do: as root, or in CI.
set -eu

command -v psql > /dev/null && ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif [ "${CI:-}" = true ] && command -v sudo > /dev/null; then
    as_root="sudo"
else
    echo "PostgreSQL is not installed: what needs it is SKIPPED. 'apt-get install postgresql' brings it." >&2
    exit 0
fi
# Only the programs: no cluster of the system's own is made or started.
$as_root mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf > /dev/null
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
