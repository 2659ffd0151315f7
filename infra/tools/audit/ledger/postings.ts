import type { Posting } from '../../../../shared/money/postings.js';
import { amountOf, type Units, unitsOf } from './minor-units.js';

/** A leg whose amount was understood. */
export type Leg = {
  readonly account: string;
  readonly side: 'debit' | 'credit';
  readonly units: Units;
  readonly currency: string;
};

export type Flaw = { readonly what: string; readonly expected: string; readonly found: string };

const PLAYER = 'player:';

/** Reads an event's legs; all that is wrong with them in themselves. */
export function readLegs(
  postings: readonly Posting[],
  playerId: string,
): { readonly legs: readonly Leg[]; readonly flaw: Flaw | undefined } {
  const legs: Leg[] = [];
  let flaw: Flaw | undefined;
  const own = `${PLAYER}${playerId}:`;
  for (const { account, side, amount, currency } of postings) {
    const units = unitsOf(amount, currency);
    if (units === undefined) {
      flaw ??= {
        what: `has a leg at ${account} that is no amount`,
        expected: `an amount of ${currency}`,
        found: amount,
      };
      continue;
    }
    if (units <= 0n)
      flaw ??= { what: `has a leg at ${account} that moves nothing`, expected: 'above zero', found: amount };
    if (account.startsWith(PLAYER) && !account.startsWith(own)) {
      flaw ??= { what: 'moves money of another player', expected: own.slice(0, -1), found: account };
    }
    legs.push({ account, side, units, currency });
  }
  return { legs, flaw: flaw ?? imbalanceOf(legs) };
}

function imbalanceOf(legs: readonly Leg[]): Flaw | undefined {
  const [first] = legs;
  if (first === undefined) return undefined;
  const currencies = legs.every(({ currency }) => currency === first.currency)
    ? [first.currency]
    : new Set(legs.map(({ currency }) => currency));
  for (const currency of currencies) {
    let debits = 0n;
    let credits = 0n;
    for (const leg of legs) {
      if (leg.currency !== currency) continue;
      if (leg.side === 'debit') debits += leg.units;
      else credits += leg.units;
    }
    if (debits === credits) continue;
    const [expected, found] = [debits, credits].map((units) => `${amountOf(units, currency)} ${currency}`);
    return { what: 'does not balance', expected: `credits of ${expected}, as its debits`, found: `${found}` };
  }
  return undefined;
}
