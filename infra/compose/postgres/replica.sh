#!/bin/sh
# A replica: copies the primary at its first start, then follows it.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # It gets its name when it is whole: a copy that was cut short is begun anew.
  copy="$PGDATA.unfinished"
  rm -rf "$copy"
  # Writes down how it connected, with the password and the demand for TLS, for the server to follow with.
  PGPASSWORD="$POSTGRES_REPLICATION_PASSWORD" pg_basebackup --pgdata="$copy" --write-recovery-conf \
    --wal-method=stream --checkpoint=fast \
    --dbname="host=postgres user=croupier_replication sslmode=verify-full sslrootcert=/tls/authority/ca.pem"
  chmod 700 "$copy"
  mv "$copy" "$PGDATA"
fi
exec postgres "$@"
