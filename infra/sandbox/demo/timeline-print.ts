import { z } from 'zod';
import { ask } from './api.js';

const timeline = z.object({
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('message'),
        path: z.string(),
        body: z.record(z.string(), z.unknown()),
        sequence: z.number(),
      }),
      z.object({ kind: z.literal('campaign'), campaign: z.string(), result: z.string(), bonus_id: z.string() }),
    ]),
  ),
});

type Entry = z.infer<typeof timeline>['entries'][number];

const SHOWN_AT_EACH_END = 10;

/** Fast Track's timeline of a user, a line an entry, without its middle. */
export async function abridgedTimeline(fastTrack: string, userId: string): Promise<readonly string[]> {
  const { entries } = await ask(timeline, { method: 'GET', url: `${fastTrack}/timeline/${userId}` });
  const lines = entries.map(lineOf);
  const hidden = lines.length - 2 * SHOWN_AT_EACH_END;
  if (hidden <= 0) return lines;
  return [...lines.slice(0, SHOWN_AT_EACH_END), `      … ${hidden} more …`, ...lines.slice(-SHOWN_AT_EACH_END)];
}

function lineOf(entry: Entry): string {
  if (entry.kind === 'campaign') return `      campaign ${entry.campaign}: ${entry.bonus_id} ${entry.result}`;
  const { user_id: _user, timestamp: _at, origin: _origin, ip_address: _ip, ...told } = entry.body;
  const what = entry.path.replace(/^\/v\d\/integration\//, '');
  return `${String(entry.sequence).padStart(5)} ${what.padEnd(10)}${Object.keys(told).length > 0 ? ` ${JSON.stringify(told)}` : ''}`;
}
