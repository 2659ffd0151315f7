import type { LimitKind } from '../../../../shared/events/player-events.js';
import { read } from '../minor-units.js';
import type { CommandOf } from '../script.js';
import type { ModelLimit } from './model-player.js';
import { accept, amount, later, note, type Outcome, refuse, type Turn } from './turn.js';

const HOUR_MS = 3_600_000;
const KINDS = ['deposit', 'loss', 'wager'] as const;
const PERIODS = ['day', 'week', 'month'] as const;
const HOURS = { day: 24, week: 168, month: 720 };

/** Lower at once, higher after a day. */
export function setLimit(turn: Turn, command: CommandOf<'limit'>): Outcome {
  const { player, now } = turn;
  const { kind, period } = command;
  const wanted = command.amount === null ? null : read(command.amount);
  const standing = player.limits.find((limit) => limit.kind === kind && limit.period === period);
  const data = { kind, period, amount: command.amount, currency: player.currency };
  if (standing !== undefined && (wanted === null || wanted > standing.amount)) {
    if (standing.pending === null || standing.pending.amount !== wanted) {
      const effectiveAt = later(now, 24 * HOUR_MS);
      note(turn, 'LimitIncreaseRequested', { ...data, effectiveAt });
      become(turn, standing, { ...standing, pending: { amount: wanted, effectiveAt } });
    }
  } else if (wanted !== (standing?.amount ?? null) || (standing?.pending ?? null) !== null) {
    note(turn, 'LimitChanged', { ...data, cause: 'player' });
    become(turn, standing, wanted === null ? undefined : { kind, period, amount: wanted, pending: null });
  }
  const limit = player.limits.find((each) => each.kind === kind && each.period === period);
  const text = (minor: number | null) => (minor === null ? null : amount(turn, minor));
  return accept({
    ...{ kind, period, amount: text(limit?.amount ?? null), currency: player.currency },
    pending: limit?.pending ? { ...limit.pending, amount: text(limit.pending.amount) } : null,
  });
}

/** Increases whose day is over. */
export function raiseLimits(turn: Turn): void {
  const { player, now } = turn;
  for (const limit of player.limits) {
    const { kind, period, pending } = limit;
    if (pending === null || pending.effectiveAt > now) continue;
    const raised = pending.amount === null ? null : amount(turn, pending.amount);
    note(turn, 'LimitChanged', { kind, period, amount: raised, currency: player.currency, cause: 'due' });
    become(turn, limit, pending.amount === null ? undefined : { ...limit, amount: pending.amount, pending: null });
  }
}

/** The refusal of the limit that has the least left, if any would be passed. */
export function refusalOfLimits(turn: Turn, more: { readonly [K in LimitKind]?: number }): Outcome | undefined {
  const { player, now } = turn;
  if (player.limits.length === 0) return undefined;
  let tightest: { readonly limit: ModelLimit; readonly left: number } | undefined;
  for (const kind of KINDS) {
    const wanted = more[kind] ?? 0;
    for (const period of wanted > 0 ? PERIODS : []) {
      const limit = player.limits.find((each) => each.kind === kind && each.period === period);
      if (limit === undefined) continue;
      const since = hourOf(now) - HOURS[period];
      let left = limit.amount;
      for (const spent of player.spending.values())
        if (spent.kind === kind && spent.hour >= since) left -= spent.amount;
      if (wanted > left && (tightest === undefined || left < tightest.left)) tightest = { limit, left };
    }
  }
  if (tightest === undefined) return undefined;
  const { kind, period, amount: most } = tightest.limit;
  const remaining = amount(turn, Math.max(0, tightest.left));
  return refuse('LimitExceeded', { kind, period, limit: amount(turn, most), remaining, currency: player.currency });
}

/** Counts (or, below zero, takes back) in the hour of this moment. */
export function spend({ player, journal }: Turn, at: string, amounts: { readonly [K in LimitKind]?: number }): void {
  for (const kind of KINDS) {
    const minor = amounts[kind] ?? 0;
    if (minor !== 0) journal.put(player.spending, player.spending.size, { kind, hour: hourOf(at), amount: minor });
  }
}

function become({ player, journal }: Turn, before: ModelLimit | undefined, after: ModelLimit | undefined): void {
  const limits =
    before === undefined ? [...player.limits, after] : player.limits.map((limit) => (limit === before ? after : limit));
  journal.change(player, { limits: limits.filter((limit) => limit !== undefined) });
}

function hourOf(at: string): number {
  return Math.floor(Date.parse(at) / HOUR_MS);
}
