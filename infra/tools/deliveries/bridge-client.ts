import { z } from 'zod';
import type { BridgeAddress } from './bridge-address.js';

const time = z.string();
const lane = z.object({
  player_id: z.string(),
  state: z.string(),
  revision: z.number(),
  event_type: z.string().nullable(),
  kind: z.string().nullable(),
  reason: z.string().nullable(),
  since: time.nullable(),
  attempts: z.number(),
  next_attempt_at: time.nullable(),
  last_status: z.number().nullable(),
  delivered_revision: z.number(),
  taken_revision: z.number(),
  backlog: z.number(),
  replay_next: z.number().nullable(),
  replay_last: z.number().nullable(),
});
const attempt = z.object({
  revision: z.number(),
  part: z.number(),
  at: time,
  status: z.number().nullable(),
  error: z.string(),
  duration_ms: z.number(),
});
const decision = z.object({
  id: z.string(),
  at: time,
  decided_by: z.string(),
  player_id: z.string(),
  action: z.string(),
  revision: z.number(),
  last_revision: z.number().nullable(),
  type: z.string().nullable(),
  reason: z.string().nullable(),
});
const next_after = z.string().nullable();
const lanesPage = z
  .object({ lanes: z.array(lane), next_after })
  .transform((page) => ({ items: page.lanes, next: page.next_after }));
const decisionsPage = z
  .object({ decisions: z.array(decision), next_after })
  .transform((page) => ({ items: page.decisions, next: page.next_after }));
const decided = z.object({ decision, lane });

export type Lane = z.infer<typeof lane>;
export type Attempt = z.infer<typeof attempt>;
export type Decision = z.infer<typeof decision>;

const problem = z.object({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ detail: z.string(), pointer: z.string() })).optional(),
});

/** The bridge said no; the message says why. Nothing was changed. */
export class BridgeRefused extends Error {
  override readonly name = 'BridgeRefused';
}

/** Whether anything was done is not known. */
export class BridgeSilent extends Error {
  override readonly name = 'BridgeSilent';
}

const TIMEOUT_MS = 30_000;
const PAGE = 500;

export type BridgeClient = ReturnType<typeof createBridgeClient>;

/** The operations API. @throws BridgeRefused, BridgeSilent from every method */
export function createBridgeClient({ url, key }: BridgeAddress) {
  async function ask<T>(schema: z.ZodType<T>, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/operations${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'X-Api-Key': key },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new BridgeSilent(`no answer from the bridge at ${url}`, { cause });
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.status >= 500) throw new BridgeSilent(reasonOf(answer, response.status));
    if (!response.ok) throw new BridgeRefused(reasonOf(answer, response.status));
    const read = schema.safeParse(answer);
    if (!read.success) throw new BridgeSilent(`what answers at ${url} is no bridge of this version`);
    return read.data;
  }

  /** All pages. */
  async function all<T>(path: string, page: z.ZodType<{ readonly items: readonly T[]; readonly next: string | null }>) {
    const items: T[] = [];
    for (let cursor = ''; ; ) {
      const read = await ask(page, `${path}limit=${PAGE}${cursor}`);
      items.push(...read.items);
      if (read.next === null) return items;
      cursor = `&after=${read.next}`;
    }
  }

  return {
    lanes: (state: 'parked' | 'retrying') => all(`/lanes?state=${state}&`, lanesPage),
    lane: (player: string) => ask(z.object({ lane, attempts: z.array(attempt) }), `/lanes/${player}`),
    retry: (player: string) => ask(decided, `/lanes/${player}/retry`, {}),
    skip: (player: string, body: { readonly revision: number; readonly reason: string }) =>
      ask(decided, `/lanes/${player}/skip`, body),
    replay: (player: string, range: object) =>
      ask(decided.extend({ events: z.number() }), `/lanes/${player}/replay`, range),
    decisions: (player: string | undefined) =>
      all(`/decisions?${player === undefined ? '' : `player_id=${player}&`}`, decisionsPage),
  };
}

function reasonOf(answer: unknown, status: number): string {
  const read = problem.safeParse(answer);
  if (!read.success) return `the answer was ${status}`;
  const { title, detail, errors = [] } = read.data;
  const [first] = errors;
  return detail ?? (first === undefined ? title : `${first.pointer.slice(1)} ${first.detail}`.trim());
}
