import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { status as code, type ServerWritableStream } from '@grpc/grpc-js';
import type { EventLog } from '../event-log.js';
import type { Storage } from '../storage/storage.js';
import { type Access, ALL_STREAM } from './access.js';
import { failureOfError, streamDeleted } from './failures.js';
import { createOutlet, type Outlet } from './outlet.js';
import { caughtUp, checkpoint, confirmation, eventAnswer, streamNotFound } from './read-answers.js';
import { type ReadSource, readSourceOf } from './read-source.js';
import { BadRequest, NotOffered } from './request-parts.js';

type Call = ServerWritableStream<ReadReq, Buffer>;

const PAGE_EVENTS_MAX = 512;
const BACKWARDS = 1;

/** Reads and subscriptions, of one stream or of `$all`. */
export function read(log: EventLog, storage: Storage, access: Access) {
  return (call: Call): void => {
    serve(call, log, storage, access).catch((error: unknown) => {
      call.emit('error', failureOfError(error, code.INTERNAL));
    });
  };
}

async function serve(call: Call, log: EventLog, storage: Storage, access: Access): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) throw new BadRequest('the options are missing');
  const direction = options.getReadDirection() === BACKWARDS ? 'backwards' : 'forwards';
  if (options.getResolveLinks()) throw new NotOffered('links are not resolved');
  if (options.hasSubscription() && direction === 'backwards') throw new BadRequest('subscriptions go forwards');
  const source = readSourceOf(options, direction, storage);
  access.check(access.userOf(call.metadata), 'read', source.stream ?? ALL_STREAM);
  const structuredIds = options.getUuidOption()?.hasStructured() ?? false;
  const outlet = createOutlet(call);

  if (options.hasSubscription()) return subscribe(call, outlet, source, structuredIds, log);

  const state = source.state();
  if (state === 'deleted') {
    call.emit('error', streamDeleted(source.stream ?? ''));
    return;
  }
  if (state === 'missing') await outlet.send(streamNotFound(source.stream ?? ''));
  else await readOnce(outlet, source, direction, Number(options.getCount()), structuredIds);
  if (!outlet.closed) call.end();
}

async function readOnce(
  outlet: Outlet,
  source: ReadSource,
  direction: 'forwards' | 'backwards',
  count: number,
  structuredIds: boolean,
): Promise<void> {
  let from = source.from;
  let left = count;
  while (left > 0 && from >= 0 && !outlet.closed) {
    const page = source.scan({
      direction,
      from,
      maxCount: source.filter ? PAGE_EVENTS_MAX : Math.min(left, PAGE_EVENTS_MAX),
    });
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { record } of page) {
      if (left === 0) return;
      if (source.filter && !source.filter.matches(record)) continue;
      left -= 1;
      const slow = outlet.send(eventAnswer(record, structuredIds));
      if (slow) await slow;
    }
    from = direction === 'forwards' ? last.at + 1 : last.at - 1;
  }
}

/**
 * Reads from storage until there is no more, then waits for the next commit and reads on: catching up and being live
 * are one loop, so there is no seam at which an event could be lost or doubled, and no queue that could grow.
 */
async function subscribe(
  call: Call,
  outlet: Outlet,
  source: ReadSource,
  structuredIds: boolean,
  log: EventLog,
): Promise<void> {
  const unsubscribe = log.onCommit(outlet.ring);
  try {
    await outlet.send(confirmation(randomUUID()));
    let cursor = source.after;
    let saidCaughtUp = false;
    let sinceCheckpoint = 0;
    let passedOver = false;
    while (!outlet.closed) {
      if (source.state() === 'deleted') {
        call.emit('error', streamDeleted(source.stream ?? ''));
        return;
      }
      const page = source.scan({ direction: 'forwards', from: cursor + 1, maxCount: PAGE_EVENTS_MAX });
      for (const { at, record } of page) {
        cursor = at;
        const matches = source.filter?.matches(record) ?? true;
        if (matches) await outlet.send(eventAnswer(record, structuredIds));
        passedOver = !matches;
        if (source.filter === undefined) continue;
        sinceCheckpoint += 1;
        if (sinceCheckpoint < source.filter.checkpointEvery) continue;
        await outlet.send(checkpoint(at));
        sinceCheckpoint = 0;
        passedOver = false;
      }
      if (page.length > 0) continue;
      // At the end, what was passed over counts as seen, so that a restart need not look at it again.
      if (passedOver) await outlet.send(checkpoint(cursor));
      if (passedOver) sinceCheckpoint = 0;
      passedOver = false;
      // Of a stream that is not there the history is yet to begin.
      const isBegun = source.fromEnd || source.state() === 'readable';
      if (!saidCaughtUp && isBegun) {
        await outlet.send(caughtUp());
        saidCaughtUp = true;
      }
      await outlet.waitForBell();
    }
  } finally {
    unsubscribe();
  }
}
