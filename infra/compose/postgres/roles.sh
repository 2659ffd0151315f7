#!/bin/sh
# Runs once, when the database is made. Who writes is no superuser, and who only reads cannot write.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=croupier="$POSTGRES_CROUPIER_PASSWORD" --set=reader="$POSTGRES_READER_PASSWORD" \
  --set=replication="$POSTGRES_REPLICATION_PASSWORD" <<'SQL'
-- projector and ft-bridge: each makes and migrates a schema of its own.
create role croupier login password :'croupier';
alter database croupier owner to croupier;
-- query and command: all that the two make, now and after every rebuild, and nothing else.
create role croupier_reader login password :'reader';
alter role croupier_reader set default_transaction_read_only = on;
alter default privileges for role croupier grant usage on schemas to croupier_reader;
alter default privileges for role croupier grant select on tables to croupier_reader;
create role croupier_replication login replication password :'replication';
revoke all on schema public from public;
SQL
