#!/bin/sh
# Local images in the place of the official ones, where those cannot be pulled: infra/compose/stand-ins/build.sh
#
# They are there to try infra/compose out, not to run anything on: the event store is the embedded one behind TLS,
# nats-server and Postgres are Debian's (2.9.10 and 15 in Debian 12). Nothing but Debian's packages and the npm registry
# is asked. Needs root (debootstrap), docker, debootstrap, and Node as this script finds it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../../.." && pwd)
suite=${DEBIAN_SUITE:-bookworm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Half a minute on a machine with nothing else to do; kept, since it is the same for all that is built on it.
if ! docker image inspect croupier-stand-in/debian >/dev/null 2>&1; then
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/debian" http://deb.debian.org/debian
  tar -C "$work/debian" -c . | docker import - croupier-stand-in/debian
  rm -rf "$work/debian"
fi

# This machine's own Node and npm, and whom it trusts: a company's proxy may sign with an authority of its own.
mkdir "$work/context"
cp "$(node --print process.execPath)" "$work/context/node"
cp -r "$(npm root --global)/npm" "$work/context/npm"
cp /etc/ssl/certs/ca-certificates.crt "$work/context/ca-certificates.crt"
cp "$here/nats.sh" "$here/postgres.sh" "$here/event-store.sh" "$work/context/"

stand_in() { docker build --file "$here/Dockerfile" --target "$1" --tag "croupier-stand-in/$1" "$work/context"; }

stand_in node
docker build --file "$checkout/infra/compose/Dockerfile" --build-arg NODE_IMAGE=croupier-stand-in/node \
  --tag croupier:local "$checkout"
stand_in nats
stand_in postgres
stand_in event-store

cat <<'IMAGES'
Built. For docker-compose and npm run test:containers:

export NODE_IMAGE=croupier-stand-in/node NATS_IMAGE=croupier-stand-in/nats
export POSTGRES_IMAGE=croupier-stand-in/postgres EVENTSTORE_IMAGE=croupier-stand-in/event-store
export TESTCONTAINERS_RYUK_DISABLED=true
IMAGES
