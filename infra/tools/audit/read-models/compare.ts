import { compareAccounts } from './compare-accounts.js';
import { compareBalances } from './compare-balances.js';
import { compareBonuses } from './compare-bonuses.js';
import { compareHeads } from './compare-heads.js';
import { comparePayments } from './compare-payments.js';
import { beginDigests, compareTransactions } from './compare-transactions.js';
import type { Compared } from './compared.js';

export type Comparison = { run(): Promise<void> };

/** Compares the read models with the replay, table by table. */
export function compareReadModels(compared: Compared): Comparison {
  const digests = compared.partial ? undefined : beginDigests(compared);
  return {
    async run() {
      await compareHeads(compared);
      await compareBalances(compared);
      await comparePayments(compared);
      await compareBonuses(compared);
      if (digests === undefined) return;
      await compareAccounts(compared);
      await compareTransactions(compared, digests);
    },
  };
}
