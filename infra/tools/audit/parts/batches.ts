import type { Readable } from 'node:stream';
import { StoreUnavailable } from '../../../../shared/event-store/event-store.js';

/**
 * What a stream of objects has, as it comes, many at a time: to wait for each by itself would cost more than most checks
 * of it. The clock runs only while we wait for the store, not while our caller works.
 * @throws StoreUnavailable when nothing comes for so long; what the stream fails with
 */
export async function* batchesOf<T>(
  stream: Readable & { read(): T | null },
  timeoutMs: number,
): AsyncGenerator<readonly T[], void, undefined> {
  let wake = (): void => undefined;
  let ended = false;
  let failure: Error | undefined;
  const onReadable = () => wake();
  const onEnd = () => {
    ended = true;
    wake();
  };
  // Closed before its end it would pass for a short one.
  const onClose = () => {
    if (!ended) failure ??= new StoreUnavailable('the read was cut off');
    wake();
  };
  const onError = (error: Error) => {
    failure = error;
    wake();
  };
  stream.on('readable', onReadable).on('end', onEnd).on('close', onClose).on('error', onError);
  try {
    for (;;) {
      const batch: T[] = [];
      for (let item = stream.read(); item !== null; item = stream.read()) batch.push(item);
      if (batch.length > 0) yield batch;
      if (failure !== undefined) throw failure;
      if (ended) return;
      if (batch.length > 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          failure = new StoreUnavailable(`nothing came from the event store for ${timeoutMs} ms`);
          resolve();
        }, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stream.off('readable', onReadable).off('end', onEnd).off('close', onClose).off('error', onError);
  }
}
