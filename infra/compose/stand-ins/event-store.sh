#!/bin/sh
# The settings of EventStoreDB's image that infra/compose uses, as those of the embedded event store.
set -eu
export EVENT_STORE_DATA_DIR="${EVENTSTORE_DB:-/tmp/event-store}" PORT="${EVENTSTORE_NODE_PORT:-2113}"
if [ "${EVENTSTORE_INSECURE:-false}" = true ]; then
  export HOST=0.0.0.0
  exec node infra/embedded/event-store/main.js
fi
export EVENT_STORE_ADMIN_PASSWORD="${EVENTSTORE_DEFAULT_ADMIN_PASSWORD:-changeit}"
exec node infra/compose/stand-ins/event-store-tls.js
