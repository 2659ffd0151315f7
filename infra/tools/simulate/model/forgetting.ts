import { endAllSessions } from './account.js';
import { cancel } from './bonuses.js';
import { accept, amount, note, type Outcome, refuse, type Turn } from './turn.js';

/** Only while nothing is owed to either side, and for good: asked again, the answer is the first. */
export function forget(turn: Turn): Outcome {
  const { player, journal } = turn;
  if (player.forgotten !== null) return accept(player.forgotten);
  const openPayments = [...player.payments.values()].filter(({ status }) => OPEN.has(status)).length;
  const reasons: string[] = (['cash', 'bonus', 'withdrawal'] as const).filter((account) => player[account] !== 0);
  if (openPayments > 0) reasons.push('open_payments');
  if (reasons.length > 0) {
    const { currency } = player;
    const [cash, bonus, withdrawal] = [player.cash, player.bonus, player.withdrawal].map((each) => amount(turn, each));
    return refuse('PlayerHasFunds', { reasons, balances: { cash, bonus, withdrawal, currency }, openPayments });
  }
  const forgotten = { selfExcluded: player.blocks.some(([reason]) => reason === 'self_exclusion') };
  for (const waiting of player.queue) cancel(turn, waiting, 'operator');
  if (player.active !== null) cancel(turn, player.active.userBonusId, 'operator');
  endAllSessions(turn, 'block');
  note(turn, 'PlayerForgotten', forgotten);
  journal.change(player, { forgotten });
  return accept(forgotten);
}

/** An id that was seen before is answered as before, whoever it belonged to: again, as another's, or as burned. */
export function isOfOldId(outcome: Outcome): boolean {
  if (outcome.ok) return (outcome.answer as { readonly replayed?: boolean }).replayed === true;
  return outcome.rejection.type === 'IdempotencyConflict' || outcome.rejection.type === 'TransactionRolledBack';
}

const OPEN: ReadonlySet<string> = new Set(['requested', 'approved']);
