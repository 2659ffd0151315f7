import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  excludeSystemEvents,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { EsdbConnection } from './esdb-connection.js';
import { isSystemEvent, storedEvent } from './esdb-events.js';
import type { OpenStreams } from './esdb-read.js';
import { StoreUnavailable, type SubscribeOptions, type SubscriptionMessage } from './event-store.js';

type Checkpoint = { readonly checkpoint: Position };

/**
 * One subscription, from `after` until the signal aborts.
 *
 * @throws StoreUnavailable when it is not confirmed in time, drops, or is ended by the server.
 */
export async function* subscribeUntilAborted(
  options: {
    readonly connection: EsdbConnection;
    readonly openStreams: OpenStreams;
    readonly confirmTimeoutMs: number;
  },
  { after, streamPrefixes, signal }: SubscribeOptions,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  if (signal.aborted) return;
  const { connection, openStreams } = options;
  const client = connection.client();
  const checkpointReached = async (subscription: unknown, checkpoint: Position) => {
    // Put among the events, so that it cannot overtake one that the caller has not seen yet.
    (subscription as { push(item: Checkpoint): boolean }).push({ checkpoint });
  };
  const subscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: after, prepare: after },
    filter:
      streamPrefixes.length > 0
        ? streamNameFilter({ prefixes: [...streamPrefixes], checkpointReached })
        : excludeSystemEvents({ checkpointReached }),
  });
  const destroy = (error?: Error) => (subscription as unknown as { destroy(error?: Error): void }).destroy(error);
  const onAbort = () => destroy();
  const confirmTimer = setTimeout(
    () => destroy(new StoreUnavailable(`no subscription within ${options.confirmTimeoutMs} ms`)),
    options.confirmTimeoutMs,
  );
  subscription.on('error', () => undefined);
  subscription.on('confirmation', () => clearTimeout(confirmTimer));
  signal.addEventListener('abort', onAbort, { once: true });
  const open = { destroy };
  openStreams.add(open);
  try {
    for await (const item of subscription as AllStreamSubscription &
      AsyncIterable<AllStreamResolvedEvent | Checkpoint>) {
      const message = messageOf(item);
      if (message) yield message;
      if (signal.aborted) return;
    }
  } catch (error) {
    if (signal.aborted) return;
    connection.renew(client);
    throw error instanceof StoreUnavailable
      ? error
      : new StoreUnavailable('the subscription dropped', { cause: error });
  } finally {
    clearTimeout(confirmTimer);
    signal.removeEventListener('abort', onAbort);
    openStreams.delete(open);
    destroy();
  }
  if (!signal.aborted) throw new StoreUnavailable('the server ended the subscription');
}

function messageOf(item: AllStreamResolvedEvent | Checkpoint): SubscriptionMessage | undefined {
  if ('checkpoint' in item) return { kind: 'checkpoint', position: item.checkpoint.commit };
  if (item.event === undefined || isSystemEvent(item.event)) return undefined;
  return { kind: 'event', event: storedEvent(item.event) };
}
