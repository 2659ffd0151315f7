#!/bin/sh
# The official image's arguments, for a server before 2.10: that refuses `sync_interval`, and flushes every two minutes.
set -eu
if [ "${1:-}" = --config ]; then
  cp -r "$(dirname "$2")" /tmp/nats
  sed -i '/sync_interval/d' /tmp/nats/*.conf
  set -- --config "/tmp/nats/$(basename "$2")"
fi
exec nats-server "$@"
