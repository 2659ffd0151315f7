/** What was found wrong: which check, and what it saw. */
export type Violation = { readonly check: Check; readonly detail: string };

export const CHECKS = {
  answer: 'an answer or a refusal is not the model’s',
  events: 'the store holds other events than the model’s',
  append: 'nothing was appended where the model has events, or the other way round',
  balanced: 'an event’s debits do not equal its credits',
  balances: 'the balances in an event are not the sum of the postings so far',
  chain: 'an event does not follow its predecessor, or its hash is not that of its bytes',
  id_twice: 'an id moved money twice',
  wagering: 'wagering progress is not what the bets that stand support',
  bonus: 'two bonuses were active at once, or one ended twice',
  conservation: 'the accounts do not sum to zero',
  erasure: 'personal data was deleted too early, or has stayed, or something new was taken of who was forgotten',
  availability: 'a request failed although nothing had been made to fail',
  defect: 'the code threw what it declares impossible',
  silence: 'a request was never answered',
} as const;

export type Check = keyof typeof CHECKS;

/** Ends a simulation; the world keeps the first one. */
export class Violated extends Error {
  override readonly name = 'Violated';
  readonly violation: Violation;

  constructor(check: Check, detail: string) {
    super(`${CHECKS[check]}: ${detail}`);
    this.violation = { check, detail };
  }
}
