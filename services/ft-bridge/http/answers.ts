import { z } from 'zod';

// What the routes answer, for the document; a test holds every answer against it.

const text = z.string();
const moment = z.iso.datetime();
const next = text.nullable();

const lane = z.strictObject({
  player_id: text,
  state: z.enum(['parked', 'retrying', 'replaying', 'delivering', 'idle']),
  /** Where it stands, or what it sends next. */
  revision: z.int(),
  ...{ event_id: text.nullable(), event_type: text.nullable(), kind: text.nullable(), reason: text.nullable() },
  ...{ since: moment.nullable(), attempts: z.int(), next_attempt_at: moment.nullable() },
  ...{ last_status: z.int().nullable(), last_error: text.nullable(), parts_done: z.int() },
  ...{ delivered_revision: z.int(), taken_revision: z.int(), backlog: z.int() },
  ...{ replay_next: z.int().nullable(), replay_last: z.int().nullable() },
});
const attempt = z.strictObject({
  ...{ revision: z.int(), part: z.int(), at: moment, status: z.int().nullable(), error: text, duration_ms: z.int() },
});
const decision = z.strictObject({
  ...{ id: text, at: moment, decided_by: text, player_id: text },
  action: z.enum(['retry', 'skip', 'skip_replayed', 'replay']),
  ...{ revision: z.int(), last_revision: z.int().nullable(), event_id: text.nullable(), type: text.nullable() },
  reason: text.nullable(),
});

export const lanesAnswer = z.strictObject({ lanes: z.array(lane), next_after: next });
export const laneAnswer = z.strictObject({ lane, attempts: z.array(attempt) });
export const decidedAnswer = z.strictObject({ decision, lane });
export const replayedAnswer = decidedAnswer.extend({ events: z.int() });
export const decisionsAnswer = z.strictObject({ decisions: z.array(decision), next_after: next });
