#!/bin/sh
# A replica: copies the primary at its first start, then follows it.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA"
  # Writes down how it connected, with the password and the demand for TLS, for the server to follow with.
  pg_basebackup --pgdata="$PGDATA" --write-recovery-conf --wal-method=stream --checkpoint=fast \
    --dbname="host=postgres user=croupier_replication sslmode=verify-full sslrootcert=/tls/authority/ca.pem"
  chmod 700 "$PGDATA"
fi
exec postgres "$@"
