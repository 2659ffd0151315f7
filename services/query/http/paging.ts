import { z } from 'zod';
import { limitParameter } from '../../../shared/http/reading.js';
import { isCallerId } from '../../../shared/ids/ids.js';
import type { TransactionCursor } from '../reads/player-reads.js';

const LIMIT = 50;
const LIMIT_MAX = 200;

/** `<revision>.<part>`, as `next_before` of the page before. */
const transactionCursor = z
  .string()
  .regex(/^\d{1,10}\.\d$/, 'must be the next_before of another page')
  .transform((text): TransactionCursor => {
    const [revision, part] = text.split('.').map(Number);
    return { revision: revision ?? 0, part: part ?? 0 };
  });

export const transactionPage = z
  .strictObject({ limit: limitParameter(LIMIT, LIMIT_MAX), before: transactionCursor.optional() })
  .transform(({ limit, before }) => ({ limit, before }));

/** The cursor is the id of the last entry of the page before. */
export const page = z
  .strictObject({
    limit: limitParameter(LIMIT, LIMIT_MAX),
    before: z.string().refine(isCallerId, 'must be the next_before of another page').optional(),
  })
  .transform(({ limit, before }) => ({ limit, before }));
