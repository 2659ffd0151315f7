/** What is checked, in the order of the report; each says what holds when it passes. */
export const CHECKS = {
  readable: 'every event can be read, at its schema version',
  content: 'hash and id are what the bytes say',
  chain: 'each stream is a hash chain from revision 0',
  order: 'positions grow',
  postings: 'debits equal credits in each event, amounts have their currency’s decimals',
  facts: 'each event moves what it says, between the accounts it may',
  balances: 'stated balances are the sum of the postings so far',
  sign: 'only cash may be below zero',
  answers: 'a provider was answered the balance after its decision',
  keys: 'no transaction id twice',
  wins: 'each win has its bet',
  rollbacks: 'each rollback undoes one transaction, once, exactly',
  payments: 'payments take allowed steps, at one amount',
  bonuses: 'bonuses live once, one at a time',
  wagering: 'wagering is what the bets counted',
  totals: 'debits equal credits in each currency',
  heads: 'read models: heads are in the streams',
  balanceRows: 'read models: balances',
  accountRows: 'read models: ledger accounts',
  transactionRows: 'read models: transactions',
  paymentRows: 'read models: payments',
  bonusRows: 'read models: bonuses',
  marks: 'what ft-bridge took is in the streams',
  anchor: 'what the anchor names is in the streams',
} as const;

export type Check = keyof typeof CHECKS;

export const CHECK_NAMES = Object.keys(CHECKS) as readonly Check[];
