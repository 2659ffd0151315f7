import type { Units } from '../../audit/ledger/minor-units.js';

// The certificate's own copy of the ledger's posting table, in whole minor units. It shares no line with the ledger's.

/** A leg in minor units; a leg of nothing is left out by `legsOf`. */
export type Leg = { readonly account: string; readonly side: 'debit' | 'credit'; readonly units: Units };

/** How an amount divides between what is the player's and what is the bonus's. */
export type Split = { readonly cash: Units; readonly bonus: Units };

/** Where the bonus part of a win or of a rollback goes: with its bonus. */
export type BonusShare = Split & {
  /** Of a completed bonus: it became cash. */
  readonly converted?: Units;
  /** Of a cancelled one, or above the cap: the house keeps it. */
  readonly house?: Units;
};

export type Accounts = {
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
  readonly psp: string;
  readonly wagers: string;
  readonly payouts: string;
  readonly bonusCost: string;
};

export function accountsOf(playerId: string, { psp, provider }: { psp: string; provider: string }): Accounts {
  return {
    cash: `player:${playerId}:cash`,
    bonus: `player:${playerId}:bonus`,
    withdrawal: `player:${playerId}:withdrawal`,
    psp: `psp:${psp}`,
    wagers: `house:wagers:${provider}`,
    payouts: `house:payouts:${provider}`,
    bonusCost: 'house:bonus-cost',
  };
}

/** Every row of the table: which legs a fact must have. */
export function postingTable(a: Accounts) {
  return {
    depositCompleted: (units: Units) => legsOf(debit(a.psp, units), credit(a.cash, units)),
    depositReversed: (units: Units) => legsOf(debit(a.cash, units), credit(a.psp, units)),
    withdrawalRequested: (units: Units) => legsOf(debit(a.cash, units), credit(a.withdrawal, units)),
    withdrawalCompleted: (units: Units) => legsOf(debit(a.withdrawal, units), credit(a.psp, units)),
    /** Rejected, cancelled and failed alike: the held money goes back. */
    withdrawalReturned: (units: Units) => legsOf(debit(a.withdrawal, units), credit(a.cash, units)),
    withdrawalReversed: (units: Units) => legsOf(debit(a.psp, units), credit(a.cash, units)),
    bet: ({ cash, bonus }: Split) => legsOf(debit(a.cash, cash), debit(a.bonus, bonus), credit(a.wagers, cash + bonus)),
    win: ({ cash, bonus, converted = 0n, house = 0n }: BonusShare) =>
      legsOf(
        debit(a.payouts, cash + bonus + converted + house),
        credit(a.cash, cash + converted),
        credit(a.bonus, bonus),
        credit(a.bonusCost, house),
      ),
    betRolledBack: ({ cash, bonus, converted = 0n, house = 0n }: BonusShare) =>
      legsOf(
        debit(a.wagers, cash + bonus + converted + house),
        credit(a.cash, cash + converted),
        credit(a.bonus, bonus),
        credit(a.bonusCost, house),
      ),
    winRolledBack: ({ cash, bonus, converted = 0n, house = 0n }: BonusShare) =>
      legsOf(
        debit(a.cash, cash + converted),
        debit(a.bonus, bonus),
        debit(a.bonusCost, house),
        credit(a.payouts, cash + bonus + converted + house),
      ),
    bonusGranted: (units: Units) => legsOf(debit(a.bonusCost, units), credit(a.bonus, units)),
    bonusCompleted: ({ converted, excess }: { converted: Units; excess: Units }) =>
      legsOf(debit(a.bonus, converted + excess), credit(a.cash, converted), credit(a.bonusCost, excess)),
    bonusCancelled: (units: Units) => legsOf(debit(a.bonus, units), credit(a.bonusCost, units)),
  };
}

export type PostingTable = ReturnType<typeof postingTable>;

function debit(account: string, units: Units): Leg {
  return { account, side: 'debit', units };
}

function credit(account: string, units: Units): Leg {
  return { account, side: 'credit', units };
}

function legsOf(...legs: readonly Leg[]): readonly Leg[] {
  return legs.filter(({ units }) => units !== 0n);
}
