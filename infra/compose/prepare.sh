#!/bin/sh
# What infra/compose needs before its first start: prepare.sh [FOLDER]
#
# Draws the secrets and makes the certificates, in FOLDER (infra/compose/.data, which git and images leave out). Keep a
# copy of it where you keep the backups: without CROUPIER_EMAIL_KEY nobody logs in any more. What is there stays as it
# is; a line that you change in compose.env is yours.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here/.data}"
folder=$(cd "${1:-$here/.data}" && pwd)
secrets="$folder/compose.env"

umask 077
if [ ! -f "$secrets" ]; then
  key() { openssl rand -hex 32; }
  sha256() { printf %s "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }
  uid=$(id -u) gid=$(id -g)
  # No container runs as root.
  if [ "$uid" = 0 ]; then uid=1000 gid=1000; fi
  operator=$(key) client=$(key) backoffice=$(key)
  cat >"$secrets.unfinished" <<SECRETS
# Made by infra/compose/prepare.sh for docker-compose --env-file. These are secrets.
COMPOSE_PROJECT_NAME=croupier
# Whom all containers run as, and who owns the certificates.
CROUPIER_UID=$uid
CROUPIER_GID=$gid
CROUPIER_CERTIFICATES=$folder/certificates

EVENTSTORE_ADMIN_PASSWORD=$(key)
EVENTSTORE_OPS_PASSWORD=$(key)
# Begins with a letter, or nats-server would read a number.
NATS_PASSWORD=n$(key)
POSTGRES_PASSWORD=$(key)
POSTGRES_CROUPIER_PASSWORD=$(key)
POSTGRES_READER_PASSWORD=$(key)
POSTGRES_REPLICATION_PASSWORD=$(key)

# Losing the first loses every login.
CROUPIER_EMAIL_KEY=$(key)
CROUPIER_TOKEN_KEY=$(key)
CROUPIER_OAUTH_KEY=$(key)

# Callers: a game provider, a PSP, Fast Track, the back office. The services are told the hashes of the last two.
PROVIDER_ID=mock
PROVIDER_SECRET=$(key)
PSP_ID=fake
PSP_SECRET=$(key)
PSP_URL=https://psp.localhost:4007
OPERATOR_API_KEY=$operator
OPERATOR_API_KEY_SHA256=$(sha256 "$operator")
OPERATOR_CLIENT_SECRET=$client
OPERATOR_CLIENT_SECRET_SHA256=$(sha256 "$client")
BACKOFFICE_API_KEY=$backoffice
BACKOFFICE_API_KEY_SHA256=$(sha256 "$backoffice")

# Fast Track: the sandbox's staging, until these say otherwise.
FT_BASE_URL=https://sandbox:4005
FT_API_KEY=$(key)
FT_ORIGIN=localhost
FT_PROFILE=guide

# auto approves each withdrawal at once, as the sandbox's story wants it; manual leaves them to the back office.
CROUPIER_WITHDRAWALS=manual
SECRETS
  mv "$secrets.unfinished" "$secrets"
  mkdir -p "$folder/certificates"
  # So that certificates.sh, today and when it renews, gives them to the containers' user.
  if [ "$(id -u)" = 0 ]; then chown "$uid:$gid" "$folder/certificates"; fi
fi
echo "secrets: $secrets"

# As `npm start` writes it: for docs/walk-through.mjs and `npm run certify -- --ready`, with the sandbox running.
(
  set -a
  . "$secrets"
  cat >"$folder/ready.json" <<READY
{
  "gateway": "https://localhost:4000",
  "fastTrack": "https://localhost:4005",
  "casino": "https://localhost:4006",
  "psp": "https://localhost:4007",
  "provider": "https://localhost:4008",
  "profile": "$FT_PROFILE",
  "keys": {
    "operatorApiKey": "$OPERATOR_API_KEY",
    "operatorClientId": "fast-track",
    "operatorClientSecret": "$OPERATOR_CLIENT_SECRET",
    "backofficeApiKey": "$BACKOFFICE_API_KEY",
    "providerId": "$PROVIDER_ID",
    "providerSecret": "$PROVIDER_SECRET",
    "pspId": "$PSP_ID",
    "pspSecret": "$PSP_SECRET",
    "fastTrackApiKey": "$FT_API_KEY"
  }
}
READY
)
sh "$here/certificates.sh" "$folder/certificates"
