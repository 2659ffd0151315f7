import { exact, read } from '../minor-units.js';
import type { CommandOf } from '../script.js';
import { GAMES, TEMPLATES } from '../sim-catalogue.js';
import type { ModelBonus } from './model-player.js';
import { accept, amount, later, move, note, type Outcome, refuse, type Turn, times } from './turn.js';

const COST = 'house:bonus-cost';

export function templateOf(bonusId: string) {
  const template = TEMPLATES.find((each) => each.bonusId === bonusId);
  if (template === undefined) throw new Error(`no template ${bonusId}`);
  return template;
}

export function creditBonus(turn: Turn, command: CommandOf<'credit_bonus'>): Outcome {
  const { player, journal } = turn;
  const { userBonusId, bonusId } = command;
  const seen = player.bonuses.get(userBonusId);
  if (seen !== undefined) {
    if (seen.bonusId !== bonusId || amount(turn, seen.amount) !== command.amount) return refuse('IdempotencyConflict');
    return accept({ userBonusId, bonusId, status: seen.credited, replayed: true });
  }
  const template = TEMPLATES.find((each) => each.bonusId === bonusId && !each.ended);
  if (template === undefined) return refuse('BonusNotAvailable');
  const minor = read(command.amount);
  const terms = template.currencies[player.currency];
  if (terms === undefined || minor < read(terms.min) || minor > read(terms.max)) return refuse('InvalidAmount');
  if (player.blocks.length > 0) return refuse('PlayerBlocked', { reasons: reasonsOf(turn) });
  const status = player.active === null ? 'granted' : 'queued';
  const credited = { bonusId, amount: minor, credited: status, status: 'queued', converted: 0, toHouse: 0 } as const;
  journal.put(player.bonuses, userBonusId, credited);
  if (status === 'granted') {
    grant(turn, userBonusId, credited);
  } else {
    note(turn, 'BonusQueued', { ...named(userBonusId, bonusId), ...granted(turn, minor) });
    journal.change(player, { queue: [...player.queue, userBonusId] });
  }
  return accept({ userBonusId, bonusId, status, replayed: false });
}

export function endBonus(turn: Turn, { userBonusId, reason }: CommandOf<'end_bonus'>): Outcome {
  const bonus = turn.player.bonuses.get(userBonusId);
  if (bonus === undefined) return refuse('BonusNotFound');
  if (bonus.status === 'completed') return refuse('InvalidTransition', { from: 'completed', to: 'cancelled' });
  if (bonus.status !== 'cancelled') cancel(turn, userBonusId, reason);
  return accept({ userBonusId, status: 'cancelled' });
}

/** Whatever it had goes back to the house; the next in the queue begins. */
export function cancel(turn: Turn, userBonusId: string, reason: string): void {
  const { player, journal } = turn;
  const bonus = player.bonuses.get(userBonusId);
  if (bonus === undefined) throw new Error(`no bonus ${userBonusId}`);
  const left = bonus.status === 'active' ? player.bonus : 0;
  const data = {
    ...named(userBonusId, bonus.bonusId),
    reason,
    forfeited: amount(turn, left),
    currency: player.currency,
  };
  move(turn, 'BonusCancelled', data, { bonus: -left, [COST]: left });
  journal.put(player.bonuses, userBonusId, { ...bonus, status: 'cancelled' });
  journal.change(player, {
    active: player.active?.userBonusId === userBonusId ? null : player.active,
    queue: player.queue.filter((id) => id !== userBonusId),
  });
  grantNext(turn);
}

/** What this stake counts for the active bonus. */
export function countsFor(
  { player }: Turn,
  stake: { readonly gameId: string; readonly provider: string },
  minor: number,
): { readonly userBonusId: string; readonly amount: number } | null {
  if (player.active === null) return null;
  const { userBonusId } = player.active;
  const { games, providers, categories } = templateOf(bonusIdOf(player.bonuses.get(userBonusId))).contributions;
  const category = GAMES.find((game) => game.gameId === stake.gameId)?.category;
  const percent =
    games[stake.gameId] ?? providers[stake.provider] ?? (category === undefined ? undefined : categories[category]);
  return { userBonusId, amount: Math.floor(times(exact(minor * 1000), percent ?? '0') / 100_000) };
}

/** Counts up with a bet (and completes), down with its rollback. */
export function count(
  turn: Turn,
  counted: { readonly userBonusId: string; readonly amount: number } | null,
  sign: 1 | -1,
): void {
  const { player, journal } = turn;
  const { active } = player;
  if (active === null || counted === null || counted.userBonusId !== active.userBonusId || counted.amount === 0) return;
  const wagered = Math.max(0, active.wagered + sign * counted.amount);
  journal.change(player, { active: { ...active, wagered } });
  note(turn, 'BonusWageringProgressed', {
    ...named(active.userBonusId, bonusIdOf(player.bonuses.get(active.userBonusId))),
    wagered: amount(turn, wagered),
    wageringRequired: amount(turn, active.required),
    currency: player.currency,
  });
  if (sign === 1 && wagered >= active.required) complete(turn);
}

/** Nothing in it, and no bet out that could bring something back. */
export function loseIfEmpty(turn: Turn): void {
  const { active, bonus } = turn.player;
  if (active !== null && bonus === 0 && active.open.length === 0) cancel(turn, active.userBonusId, 'lost');
}

/** The most that may become cash, all in all. */
export function capOf({ bonusId, amount: minor }: ModelBonus): number {
  const { conversionCapMultiple } = templateOf(bonusId);
  return conversionCapMultiple === null ? Number.MAX_SAFE_INTEGER : times(minor, conversionCapMultiple);
}

function grant(turn: Turn, userBonusId: string, bonus: ModelBonus): void {
  const { player, journal, now } = turn;
  const template = templateOf(bonus.bonusId);
  const deposit = template.wageringBase === 'deposit_and_bonus' ? read(player.lastDeposit?.amount ?? '0') : 0;
  const required = times(bonus.amount + deposit, template.wageringMultiple);
  const expiresAt = later(now, template.expiryDays * 24 * 3_600_000);
  move(
    turn,
    'BonusGranted',
    {
      ...named(userBonusId, bonus.bonusId),
      ...granted(turn, bonus.amount),
      wageringRequired: amount(turn, required),
      expiresAt,
      deposit: player.lastDeposit,
    },
    { bonus: bonus.amount, [COST]: -bonus.amount },
  );
  journal.put(player.bonuses, userBonusId, { ...bonus, status: 'active' });
  journal.change(player, {
    active: {
      userBonusId,
      wagered: 0,
      required,
      expiresAt,
      depositId: player.lastDeposit?.paymentId ?? null,
      open: [],
    },
    queue: player.queue.filter((id) => id !== userBonusId),
  });
  if (required === 0) complete(turn);
}

function complete(turn: Turn): void {
  const { player, journal } = turn;
  if (player.active === null) throw new Error('nothing is active');
  const { userBonusId } = player.active;
  const bonus = player.bonuses.get(userBonusId);
  if (bonus === undefined) throw new Error(`no bonus ${userBonusId}`);
  const all = player.bonus;
  const own = templateOf(bonus.bonusId).sticky ? Math.max(0, all - bonus.amount) : all;
  const converted = Math.min(own, capOf(bonus));
  const excess = all - converted;
  const data = { converted: amount(turn, converted), excess: amount(turn, excess), currency: player.currency };
  move(
    turn,
    'BonusCompleted',
    { ...named(userBonusId, bonus.bonusId), ...data },
    { cash: converted, bonus: -all, [COST]: excess },
  );
  journal.put(player.bonuses, userBonusId, { ...bonus, status: 'completed', converted, toHouse: excess });
  journal.change(player, { active: null });
  grantNext(turn);
}

/** The next in the queue, unless one is active or the player is blocked: its time would run all the same. */
export function grantNext(turn: Turn): void {
  const { active, queue, bonuses, blocks } = turn.player;
  if (blocks.length > 0) return;
  const [next] = queue;
  const bonus = next === undefined ? undefined : bonuses.get(next);
  if (active === null && next !== undefined && bonus !== undefined) grant(turn, next, bonus);
}

function named(userBonusId: string, bonusId: string) {
  return { userBonusId, bonusId };
}

function granted(turn: Turn, minor: number) {
  return { templateVersion: 1, amount: amount(turn, minor), currency: turn.player.currency, fastTrackReferences: {} };
}

function bonusIdOf(bonus: ModelBonus | undefined): string {
  if (bonus === undefined) throw new Error('the active bonus was never credited');
  return bonus.bonusId;
}

export function reasonsOf({ player }: Turn): string[] {
  return player.blocks.map(([reason]) => reason).sort();
}
