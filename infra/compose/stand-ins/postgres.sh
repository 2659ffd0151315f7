#!/bin/sh
# What infra/compose uses of the official image: the first start makes the database, then runs the scripts in
# /docker-entrypoint-initdb.d on a server that only its own container reaches.
set -eu
if [ "${1:-}" != postgres ]; then exec "$@"; fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  export PGUSER="$POSTGRES_USER" PGDATABASE="${POSTGRES_DB:-$POSTGRES_USER}"
  mkdir -p "$PGDATA"
  printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
  # initdb asks for the name of its user, who may have none here.
  printf 'postgres:x:%s:%s::/:/bin/false\n' "$(id -u)" "$(id -g)" >/tmp/passwd
  printf 'postgres:x:%s:\n' "$(id -g)" >/tmp/group
  LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/tmp/group \
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  shift
  pg_ctl --wait --options="$* -c listen_addresses=''" start
  if [ "$PGDATABASE" != postgres ]; then createdb "$PGDATABASE"; fi
  for script in /docker-entrypoint-initdb.d/*.sh; do
    if [ -f "$script" ]; then sh "$script"; fi
  done
  pg_ctl --wait --mode=fast stop
  unset PGUSER PGDATABASE
  set -- postgres "$@"
fi
# As the official image does: Debian's own default is this machine only.
shift
exec postgres -c listen_addresses='*' "$@"
