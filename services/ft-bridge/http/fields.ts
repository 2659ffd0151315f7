import { z } from 'zod';
import { JsonNumber } from '../../../shared/http/json-body.js';
import { shownAs } from '../../../shared/http/openapi/json-schema.js';
import { limitParameter, playerParameter } from '../../../shared/http/reading.js';
import type { Bound } from '../operations/replay.js';

// What requests may say, as zod schemas. What is refused here is `malformed`.

const ENTRIES = 50;
const ENTRIES_MAX = 500;
const REASON_LENGTH_MAX = 500;

export const lanesPage = z
  .strictObject({
    state: z.enum(['parked', 'retrying']).default('parked'),
    after: playerParameter.optional(),
    limit: limitParameter(ENTRIES, ENTRIES_MAX),
  })
  .transform(({ state, after, limit }) => ({ state, after: after ?? '0', limit }));

export const decisionsPage = z
  .strictObject({
    player_id: playerParameter.optional(),
    after: z
      .string()
      .regex(/^\d{1,18}$/, 'must be the next_after of another page')
      .default('0'),
    limit: limitParameter(ENTRIES, ENTRIES_MAX),
  })
  .transform(({ player_id, after, limit }) => ({ playerId: player_id, after, limit }));

export const noMembers = z.strictObject({});

const revisionField = shownAs(
  z
    .custom<JsonNumber>((value) => value instanceof JsonNumber, 'must be a number')
    .transform(({ text }, context) => {
      if (/^(0|[1-9]\d{0,9})$/.test(text)) return Number(text);
      context.addIssue('must be a revision');
      return z.NEVER;
    }),
  { type: 'integer', minimum: 0, maximum: 9_999_999_999 },
);

export const skipBody = z.strictObject({
  revision: revisionField,
  reason: z
    .string()
    .trim()
    .min(1, 'must say why')
    .max(REASON_LENGTH_MAX, `must be at most ${REASON_LENGTH_MAX} characters`),
});

const timeField = z.iso
  .datetime({ offset: true, error: 'must be a time with a zone, as 2026-01-31T23:59:59Z' })
  .transform((text) => new Date(text));

/** Each end by revision or by recorded time; without one, the range is open there. */
export const replayBody = z
  .strictObject({
    from_revision: revisionField.optional(),
    from: timeField.optional(),
    to_revision: revisionField.optional(),
    to: timeField.optional(),
  })
  .superRefine((body, context) => {
    for (const end of ['from', 'to'] as const) {
      if (body[end] === undefined || body[`${end}_revision`] === undefined) continue;
      context.addIssue({ code: 'custom', message: `name it by time or by revision, not by both`, path: [end] });
    }
  })
  .transform((body): { readonly from: Bound; readonly to: Bound | undefined } => ({
    from: boundOf(body.from_revision, body.from) ?? { revision: 0 },
    to: boundOf(body.to_revision, body.to),
  }));

function boundOf(revision: number | undefined, time: Date | undefined): Bound | undefined {
  if (revision !== undefined) return { revision };
  return time === undefined ? undefined : { time };
}
