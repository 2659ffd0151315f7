#!/bin/sh
# The official image's arguments, for a server before 2.10: that refuses `sync_interval`, and flushes every two minutes.
set -eu
if [ "${1:-}" = --config ]; then
  sed '/sync_interval/d' "$2" >/tmp/nats.conf
  shift 2
  set -- --config /tmp/nats.conf "$@"
fi
exec nats-server "$@"
