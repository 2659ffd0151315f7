import { Readable } from 'node:stream';
import type { ReadIds } from '../reads/reconciliation-reads.js';

/** Ids a page: about 60 kB of text, and a query of a few milliseconds. */
export const IDS_A_PAGE = 5_000;

/**
 * Fast Track's answer with every id, as a stream: a page is read when the one before it has gone out, so that millions
 * of ids take no more memory than a few, and a client that reads slowly or goes away keeps nothing of the database.
 * The first page is read before there is a status, so that what fails at once is an error like any other. What fails
 * later is said in the body, as Fast Track has it: the status is out.
 */
export async function reconciliation(
  readIds: ReadIds,
  now: Date,
  onFault: (error: unknown) => void,
): Promise<Readable> {
  const first = await readIds('0', IDS_A_PAGE);
  return Readable.from(textOf(first, readIds, now, onFault), { objectMode: false, highWaterMark: 1 });
}

async function* textOf(
  first: readonly string[],
  readIds: ReadIds,
  now: Date,
  onFault: (error: unknown) => void,
): AsyncGenerator<string, void, undefined> {
  yield '{"users":[';
  let page = first;
  let comma = '';
  for (;;) {
    const last = page.at(-1);
    if (last !== undefined) {
      yield comma + page.map((id) => `"${id}"`).join(',');
      comma = ',';
    }
    if (page.length < IDS_A_PAGE || last === undefined) break;
    try {
      page = await readIds(last, IDS_A_PAGE);
    } catch (error) {
      onFault(error);
      yield '],"error":"timeout"}';
      return;
    }
  }
  yield `],"timestamp":"${now.toISOString()}"}`;
}
