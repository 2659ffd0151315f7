import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { streamBytesOf, typeBytesOf } from '../storage/stored-record.js';
import { BadRequest } from './request-parts.js';

export type RecordFilter = {
  matches(record: Buffer): boolean;
  /** A subscription reports a checkpoint each time it has looked at so many events. */
  readonly checkpointEvery: number;
};

/** EventStoreDB's page size: what the window is when the client names none. */
const DEFAULT_WINDOW = 32;

/** The server-side filter of a read or a subscription of `$all`; undefined when there is none. */
export function recordFilterOf(options: ReadReq.Options): RecordFilter | undefined {
  const filter = options.getFilter();
  if (filter === undefined) return undefined;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  if (expression === undefined) throw new BadRequest('the filter says neither stream name nor event type');
  const bytesOf = byStream ? streamBytesOf : typeBytesOf;
  const window = filter.hasMax() && filter.getMax() > 0 ? filter.getMax() : DEFAULT_WINDOW;
  const checkpointEvery = window * Math.max(1, filter.getCheckpointintervalmultiplier());

  const prefixes = expression.getPrefixList().map((prefix) => Buffer.from(prefix, 'utf8'));
  if (prefixes.length > 0) {
    return {
      checkpointEvery,
      matches: (record) => {
        const bytes = bytesOf(record);
        return prefixes.some(
          (prefix) => bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0,
        );
      },
    };
  }
  const regex = regexOf(expression.getRegex());
  return { checkpointEvery, matches: (record) => regex.test(bytesOf(record).toString('utf8')) };
}

function regexOf(source: string): RegExp {
  if (source === '') throw new BadRequest('the filter has neither prefixes nor a regular expression');
  try {
    return new RegExp(source);
  } catch {
    throw new BadRequest(`not a regular expression: ${source}`);
  }
}
