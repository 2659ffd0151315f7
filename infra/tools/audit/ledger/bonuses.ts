import type { Decoded } from '../../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import type { Bonus, PlayerBooks } from './books.js';
import type { Check } from './checks.js';
import { amountOf, type Units, unitsOf } from './minor-units.js';
import type { Report } from './report.js';

type Step = Extract<Decoded<PlayerEvent>, { type: `Bonus${string}` }>;

/** Bonuses, and the wagering that bets count towards them. */
export type Bonuses = {
  take(books: PlayerBooks, event: Decoded<PlayerEvent>, report: Report): void;
  /** A bet counts; answers what to take back with its rollback. */
  count(
    books: PlayerBooks,
    wagering: { readonly userBonusId: string; readonly amount: string },
    currency: string,
    report: Report,
  ): { readonly bonus: number; readonly amount: Units } | undefined;
  uncount(books: PlayerBooks, counted: { readonly bonus: number; readonly amount: Units }): void;
};

export function createBonuses(checked: (check: Check) => void, mayLieBefore: boolean): Bonuses {
  /** The bonus; one that nobody credited is a defect, and is made up so that what follows can be read. */
  function bonusOf(books: PlayerBooks, { type, data }: Step, report: Report): Bonus {
    books.bonuses ??= new Map();
    const known = books.bonuses.get(data.userBonusId);
    if (known !== undefined) return known;
    if (!mayLieBefore)
      report('bonuses', `is about the bonus ${data.userBonusId}, which nobody credited`, 'a bonus', type);
    const opened = newBonus(books.bonuses.size, { amount: '', ...data }, 'granted', undefined);
    books.bonuses.set(data.userBonusId, opened);
    books.activeBonus ??= data.userBonusId;
    return opened;
  }

  function queue(books: PlayerBooks, { data }: Extract<Step, { type: 'BonusQueued' }>, report: Report): void {
    books.bonuses ??= new Map();
    const known = books.bonuses.get(data.userBonusId);
    if (known !== undefined) {
      report('bonuses', `credits the bonus ${data.userBonusId} again`, 'a new one', known.status);
      return;
    }
    books.bonuses.set(data.userBonusId, newBonus(books.bonuses.size, data, 'queued', 0n));
  }

  function grant(books: PlayerBooks, { data }: Extract<Step, { type: 'BonusGranted' }>, report: Report): void {
    books.bonuses ??= new Map();
    const { userBonusId, amount, currency, wageringRequired } = data;
    const known = books.bonuses.get(userBonusId);
    if (known !== undefined && known.status !== 'queued') {
      report('bonuses', `grants the bonus ${userBonusId} again`, 'a new one, or one that waits', known.status);
    }
    if (known !== undefined && known.amount !== amount) {
      report('bonuses', `changes the bonus ${userBonusId}`, `${known.amount} ${currency}`, `${amount} ${currency}`);
    }
    if (books.activeBonus !== undefined && books.activeBonus !== userBonusId) {
      report('bonuses', 'grants a bonus while another is active', 'none active', books.activeBonus);
    }
    const bonus = known ?? newBonus(books.bonuses.size, data, 'granted', 0n);
    books.bonuses.set(userBonusId, bonus);
    Object.assign(bonus, { status: 'granted', required: wageringRequired, counted: 0n });
    books.activeBonus = userBonusId;
  }

  function progress(
    books: PlayerBooks,
    event: Extract<Step, { type: 'BonusWageringProgressed' }>,
    report: Report,
  ): void {
    const { userBonusId, wagered, wageringRequired, currency } = event.data;
    const bonus = bonusOf(books, event, report);
    if (bonus.status !== 'granted') {
      report('bonuses', `goes on with the bonus ${userBonusId}`, 'an active bonus', bonus.status);
    }
    checked('wagering');
    const units = unitsOf(wagered, currency);
    if (bonus.counted !== undefined && units !== bonus.counted) {
      report('wagering', `states the wagering of ${userBonusId}`, amountOf(bonus.counted, currency), wagered);
    }
    if (bonus.required !== undefined && bonus.required !== wageringRequired) {
      report('wagering', `changes what ${userBonusId} requires`, bonus.required, wageringRequired);
    }
    Object.assign(bonus, { counted: units, stated: wagered, required: wageringRequired });
  }

  function end(
    books: PlayerBooks,
    event: Extract<Step, { type: 'BonusCompleted' | 'BonusCancelled' }>,
    report: Report,
  ): void {
    const { userBonusId } = event.data;
    const bonus = bonusOf(books, event, report);
    const status = event.type === 'BonusCompleted' ? 'completed' : 'cancelled';
    if (bonus.status !== 'granted' && !(bonus.status === 'queued' && status === 'cancelled')) {
      report('bonuses', `ends the bonus ${userBonusId}`, 'one that is active', bonus.status);
    }
    bonus.status = status;
    if (books.activeBonus === userBonusId) books.activeBonus = undefined;
  }

  return {
    take(books, event, report) {
      switch (event.type) {
        case 'BonusQueued':
          checked('bonuses');
          return queue(books, event, report);
        case 'BonusGranted':
          checked('bonuses');
          return grant(books, event, report);
        case 'BonusWageringProgressed':
          checked('bonuses');
          return progress(books, event, report);
        case 'BonusCompleted':
        case 'BonusCancelled':
          checked('bonuses');
          return end(books, event, report);
        default: // No other event is about a bonus itself.
      }
    },

    count(books, { userBonusId, amount }, currency, report) {
      const bonus = books.bonuses?.get(userBonusId);
      const units = unitsOf(amount, currency);
      if (bonus === undefined && mayLieBefore) return undefined;
      if (bonus?.status !== 'granted' || units === undefined || units < 0n) {
        report('wagering', `counts ${amount} towards ${userBonusId}`, 'an active bonus', bonus?.status ?? 'none');
        return undefined;
      }
      if (bonus.counted !== undefined) bonus.counted += units;
      return { bonus: bonus.number, amount: units };
    },

    uncount(books, { bonus: number, amount }) {
      const active = books.activeBonus === undefined ? undefined : books.bonuses?.get(books.activeBonus);
      // One that has ended, or another that is active now, counts nothing back.
      if (active?.number === number && active.counted !== undefined) active.counted -= amount;
    },
  };
}

function newBonus(
  number: number,
  { bonusId, amount, currency }: { readonly bonusId: string; readonly amount: string; readonly currency: string },
  status: Bonus['status'],
  counted: Units | undefined,
): Bonus {
  return { number, bonusId, amount, currency, status, required: undefined, counted, stated: undefined };
}
