import { crc32 } from 'node:zlib';
import type { StoredEvent } from '../event-store/event-store.js';
import type { PlayerId } from '../ids/ids.js';
import { playerIdOf } from '../ids/streams.js';

// The JetStream contract: who else consumes the stream relies on these names (docs/jetstream.md).

export const STREAM_NAME = 'CROUPIER';
export const STREAM_SUBJECTS = 'player.*.*';
export const PARTITIONS = 256;

/** A message as it is published: the event as JSON, its place in headers too, so that a consumer need not parse to route. */
export type BusMessage = {
  readonly subject: string;
  /** Header names and values; `Nats-Msg-Id` is the event id. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

export function partitionOf(playerId: PlayerId): number {
  return crc32(playerId) % PARTITIONS;
}

export function subjectOf(playerId: PlayerId): string {
  return `player.${partitionOf(playerId)}.${playerId}`;
}

/** `ackedTo`: everything up to this position was acknowledged by JetStream when the message was sent. */
export function toBusMessage(event: StoredEvent, ackedTo: bigint | undefined): BusMessage {
  const { id, stream, revision, type, data, metadata, position } = event;
  const traceparent = metadata.traceparent;
  return {
    subject: subjectOf(playerIdOf(stream)),
    headers: {
      'Nats-Msg-Id': id,
      'Croupier-Type': type,
      'Croupier-Stream': stream,
      'Croupier-Revision': String(revision),
      'Croupier-Position': String(position),
      'Croupier-Hash': String(metadata.hash),
      'Croupier-Prev-Hash': String(metadata.prevHash),
      ...(ackedTo === undefined ? {} : { 'Croupier-Acked-To': String(ackedTo) }),
      ...(typeof traceparent === 'string' ? { traceparent } : {}),
    },
    body: JSON.stringify({ id, stream, revision, type, data, metadata }),
  };
}
